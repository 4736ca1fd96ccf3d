"""Procfile: the processes of a platform such as Heroku, one a line."""

import re
from dataclasses import dataclass
from typing import ClassVar, Self

_PROCESS = re.compile(r"^([A-Za-z][\w-]*):\s*(\S.*?)\s*$")


@dataclass(frozen=True)
class Process:
    """A process type and the command that starts it."""

    name: str
    command: str
    line: int


@dataclass(frozen=True)
class Procfile:
    """A Procfile; other lines are passed over."""

    NOUN: ClassVar[str] = "procfile"

    path: str
    processes: tuple[Process, ...]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text; any text is a Procfile."""
        found = ((n, _PROCESS.match(line)) for n, line in enumerate(text.splitlines(), 1))
        return cls(path, tuple(Process(m.group(1), m.group(2), n) for n, m in found if m))
