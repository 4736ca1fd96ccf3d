"""What every parsed format has in common."""

from collections.abc import Iterable
from typing import Any, ClassVar, Protocol, Self


class Unparsable(Exception):
    """A text that is not what its name says: where, and why, in words for its author."""

    def __init__(self, path: str, line: int, why: str) -> None:
        super().__init__(f"{path}:{line}: {why}")
        self.path = path
        self.line = line
        self.why = why


class NotEvaluated(Unparsable):
    """What is right as it stands, but of a kind that is not evaluated here."""


class Document(Protocol):
    """A text of one format, parsed. `parse` raises `Unparsable` and nothing else."""

    NOUN: ClassVar[str]

    @property
    def path(self) -> str:
        """Where the text lies, relative to the root, with forward slashes."""

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text once; lines are counted from 1."""


class Whole(Protocol):
    """Every document of one format seen as one, where names lead from file to file."""

    PART: ClassVar[type[Document]]

    @classmethod
    def assemble(cls, parts: Iterable[Any]) -> Self:
        """The whole of its parsed parts."""
