"""Tells how far long work is: nothing in its first seconds, then now and then."""

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Tell = Callable[[str], None]

_EVERY_S = 5.0
_BUFFER_BYTES = 1 << 20


def silent(_: str) -> None:
    """Tells nobody."""


class Pace:
    """Each message may be told; few are. `clock` is in seconds."""

    def __init__(self, tell: Tell, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._clock = tell, clock
        self._next_s = clock() + _EVERY_S

    def at(self, message: str) -> None:
        """Tells it where it is time to."""
        now_s = self._clock()
        if now_s >= self._next_s:
            self._next_s = now_s + _EVERY_S
            self._tell(message)


class _Read(io.FileIO):
    """A file that tells how much of it was read."""

    def __init__(self, path: Path, pace: Pace) -> None:
        super().__init__(path)
        self._path, self._pace = path, pace
        self._size = path.stat().st_size

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        read, size = self.tell() / 1e9, self._size / 1e9
        self._pace.at(f"opsready: {self._path}: {read:.1f} of {size:.1f} GB read")
        return count


def opened(path: Path, pace: Pace) -> io.BufferedReader:
    """A file to be read, which tells how far that is. Raises OSError."""
    return io.BufferedReader(_Read(path, pace), _BUFFER_BYTES)
