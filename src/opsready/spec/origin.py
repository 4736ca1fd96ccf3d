"""Where a value of the spec comes from."""

from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """The four ways in which a value can come to stand in the spec."""

    STATED = "stated"
    DERIVED = "derived"
    OBSERVED = "observed"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Origin:
    """`why`: the quote for stated, what it follows from for derived and observed, the reason for
    the default for assumed. `path` and `line` name the place, empty and 0 for assumed."""

    basis: Basis
    why: str
    path: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = f" ({self.path}:{self.line})" if self.path else ""
        return f"{self.basis}: {self.why}{place}"


@dataclass(frozen=True)
class Conflict:
    """A value on which a person and the sources disagree; the person's stands."""

    key: str
    stated: str
    inferred: str
    origin: Origin

    def __str__(self) -> str:
        place = f"{self.origin.path}:{self.origin.line}"
        return f"{self.key}: {self.stated}, though {place} says {self.inferred}"
