"""What a process printed, bounded: its beginning and its end are kept, the middle is counted."""

from collections import deque
from dataclasses import dataclass, field

HEAD_BYTES = 16 * 1024
TAIL_BYTES = 64 * 1024
# One line is cut here, so that a process that prints no newline cannot fill a terminal.
LINE_CHARACTERS = 400


@dataclass
class Log:
    """In memory only: a flood of output neither fills the disk nor blocks who prints it."""

    printed_bytes: int = 0
    _head: bytearray = field(default_factory=bytearray)
    _tail: deque[bytes] = field(default_factory=deque)
    _tail_bytes: int = 0

    def add(self, chunk: bytes) -> None:
        """Take what was read from the process."""
        self.printed_bytes += len(chunk)
        room = HEAD_BYTES - len(self._head)
        self._head += chunk[:room] if room > 0 else b""
        self._tail.append(chunk)
        self._tail_bytes += len(chunk)
        while len(self._tail) > 1 and self._tail_bytes - len(self._tail[0]) >= TAIL_BYTES:
            self._tail_bytes -= len(self._tail.popleft())

    def first_lines(self, count: int) -> list[str]:
        """How it began."""
        return _lines(bytes(self._head))[:count]

    def last_lines(self, count: int) -> list[str]:
        """How it ended."""
        return _lines(b"".join(list(self._tail)))[-count:]

    @property
    def text(self) -> str:
        """The end of it as it was printed, for programs that print data."""
        return b"".join(list(self._tail)).decode("utf-8", "replace")


def _lines(text: bytes) -> list[str]:
    """Lines that say something; control characters never reach a terminal."""
    lines = text.decode("utf-8", "replace").splitlines()
    return [
        "".join(c if c.isprintable() else " " for c in line)[:LINE_CHARACTERS].rstrip()
        for line in lines
        if line.strip()
    ]
