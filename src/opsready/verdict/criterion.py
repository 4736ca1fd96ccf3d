"""A criterion: a sentence that must hold before the stage is complete."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from opsready.rehearsal.proof import Journal, Rung
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
    """All that a criterion is judged from."""

    spec: Spec
    bundle: Bundle
    review: Review
    journal: Journal


@dataclass(frozen=True)
class Judgement:
    """`rung` is what it has; `evidence` are ids of checks and probes with what they said."""

    status: Status
    rung: Rung
    why: str
    evidence: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Criterion:
    """`needs` is the rung below which it stays unproven."""

    id: str
    must: str
    needs: Rung
    judge: Callable[[Brief], Judgement]
