"""Every reader, one line each."""

from opsready.facts.reader import Reader
from opsready.facts.readers import manifest

READERS: tuple[Reader, ...] = (manifest.READER,)
