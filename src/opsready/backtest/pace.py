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


class _Read(io.RawIOBase):
    """A file that tells how much of it was read."""

    def __init__(self, path: Path, pace: Pace) -> None:
        self._file = path.open("rb", buffering=0)
        self._size = path.stat().st_size
        self._path, self._pace = path, pace

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any) -> int | None:
        count = self._file.readinto(buffer)
        self._pace.at(self._how_far())
        return count

    def close(self) -> None:
        self._file.close()
        super().close()

    def _how_far(self) -> str:
        read, size = self._file.tell() / 1e9, self._size / 1e9
        return f"opsready: {self._path}: {read:.1f} of {size:.1f} GB read"


def opened(path: Path, pace: Pace) -> io.BufferedReader:
    """A file to be read, which tells how far that is. Raises OSError."""
    return io.BufferedReader(_Read(path, pace), _BUFFER_BYTES)
