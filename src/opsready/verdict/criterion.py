"""A criterion: a sentence that must hold before the stage is complete."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from opsready.documents.protection import Protection
from opsready.hats.pack import LeftOut
from opsready.rehearsal.proof import Journal, Proof, Rung
from opsready.review.review import Review
from opsready.sources.source import Bundle
from opsready.spec.spec import Spec


class Status(StrEnum):
    """unmet: shown to be false · unproven: not shown to be true."""

    MET = "met"
    UNMET = "unmet"
    UNPROVEN = "unproven"


@dataclass(frozen=True)
class Brief:
    """All that a criterion is judged from. `bundle` is the tree with what the hats add to it, and
    `left_out` what they do not; `protection` what the code host says of its environments, where
    somebody gave it."""

    spec: Spec
    bundle: Bundle
    review: Review
    journal: Journal
    protection: Protection | None = None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class Sight:
    """What the tree shows of a thing that a claim names. `agrees` is None where nothing in the
    tree speaks of it; `why` says what is there instead, or that nothing is. `rung` is what the
    sight itself puts behind the claim, where it looked at more than files."""

    agrees: bool | None
    why: str = ""
    path: str = ""
    line: int = 0
    rung: Rung = Rung.CLAIMED


AGREES = Sight(True)
"""The thing is there, as the claim says."""

Look = Callable[[Brief], Sight]
"""Looks for what a claim names: that a check finds no fault in what is there does not show that
the alert at 1 % is among it."""


@dataclass(frozen=True)
class Claim:
    """One thing that a criterion says. All of `by` (ids of checks and probes) must uphold it;
    `needs` is the rung below which it stays unproven. `narrow` is what a probe's proof shows of
    this claim alone, where the probe tries more than it says."""

    says: str
    by: tuple[str, ...]
    needs: Rung
    look: Look | None = None
    narrow: Mapping[str, Callable[[Proof], Proof]] = field(default_factory=dict)


@dataclass(frozen=True)
class Judgement:
    """`rung` is what it has; `reasons` say why it is not met; `evidence` are ids of checks and
    probes with what they said; `todo` are the probes that would decide what is still open, were
    they run; `instead` is what to write where the sentence itself cannot be verified."""

    status: Status
    rung: Rung
    reasons: tuple[str, ...] = ()
    evidence: tuple[Mapping[str, Any], ...] = ()
    todo: tuple[str, ...] = ()
    instead: str = ""

    @property
    def why(self) -> str:
        """The reasons in one line."""
        return "; ".join(self.reasons)


@dataclass(frozen=True)
class Criterion:
    """`needs` is the rung below which it stays unproven, and `inputs` are the inputs of the stage
    without which it does; `by` are the ids that decide it. `path` and `line` are where a unit
    states it, empty for the stage's own."""

    id: str
    must: str
    needs: Rung
    judge: Callable[[Brief], Judgement]
    by: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    path: str = ""
    line: int = 0


def ids_of(claims: Iterable[Claim]) -> tuple[str, ...]:
    """All that decides these claims, each id once."""
    return tuple(dict.fromkeys(id for claim in claims for id in claim.by))
