"""A proof: what came of trying one claim."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Result(StrEnum):
    """`not_run` is its own answer and never counts as held."""

    HELD = "held"
    BROKE = "broke"
    NOT_RUN = "not_run"


class Rung(StrEnum):
    """How much is behind a claim, weakest first (DESIGN §7)."""

    CLAIMED = "claimed"
    CHECKED = "checked"
    SIMULATED = "simulated"
    REHEARSED = "rehearsed"
    LIVE = "live"

    @property
    def height(self) -> int:
        """For comparison: a higher rung has more behind it."""
        return list(Rung).index(self)


@dataclass(frozen=True)
class Proof:
    """`why` is empty only for held; `evidence` is JSON, holds figures and no secret.

    `reads` maps each file that the proof depended on to its sha256; `tools` names versions.
    """

    probe: str
    claim: str
    result: Result
    why: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    rung: Rung = Rung.REHEARSED
    reads: Mapping[str, str] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Journal:
    """All proofs of one rehearsal, fresh or from stored evidence that still stands."""

    proofs: tuple[Proof, ...] = ()

    def of(self, probe: str) -> Proof | None:
        """The proof that a probe left."""
        return next((proof for proof in self.proofs if proof.probe == probe), None)

    def held(self, probe: str) -> bool:
        """Whether the probe ran and its claim held."""
        proof = self.of(probe)
        return proof is not None and proof.result is Result.HELD
