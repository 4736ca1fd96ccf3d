"""Every reader, one line each."""

from opsready.facts.reader import Reader

READERS: tuple[Reader, ...] = ()
