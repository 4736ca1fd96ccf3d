"""Every reader, one line each."""

from opsready.facts.reader import Reader
from opsready.facts.readers import journeys, manifest, observed

READERS: tuple[Reader, ...] = (
    journeys.READER,
    manifest.READER,
    observed.READER,
)
