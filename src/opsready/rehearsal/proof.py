"""A proof: what came of trying one claim."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from opsready import __version__


def tools_of_this_process() -> dict[str, str]:
    """Versions of what proves, known without running anything."""
    return {"opsready": __version__, "python": platform.python_version()}


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
class Outcome:
    """What a probe says: `why` is empty only for held; `evidence` is JSON with the figures."""

    result: Result
    why: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


class Disproven(Exception):
    """What is read shows by itself that a claim does not hold; the text says how."""


def held(evidence: Mapping[str, Any]) -> Outcome:
    """The claim was tried and stood."""
    return Outcome(Result.HELD, "", evidence)


def broke(why: str, evidence: Mapping[str, Any] | None = None) -> Outcome:
    """The claim was tried and fell."""
    return Outcome(Result.BROKE, why, evidence or {})


def not_run(why: str, evidence: Mapping[str, Any] | None = None) -> Outcome:
    """The claim could not be tried, or not to its end."""
    return Outcome(Result.NOT_RUN, why, evidence or {})


@dataclass(frozen=True)
class Proof:
    """`why` is empty only for held; `evidence` is JSON, holds figures and no secret.

    `reads` maps each file that the proof depended on to its sha256, and `opsready.yaml#section`
    to that of a section of the spec as it was decided; `tools` names versions.
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

    def unproven(self, why: str) -> "Proof":
        """The same claim, when its proof does not stand any more."""
        return replace(self, result=Result.NOT_RUN, why=why)

    def with_result(self, result: Result, why: str) -> "Proof":
        """What the same evidence shows of a part of the claim."""
        return replace(self, result=result, why=why)

    def with_evidence(self, more: Mapping[str, Any]) -> "Proof":
        """The same, and more to show for it."""
        return replace(self, evidence={**self.evidence, **more})

    def to_json(self) -> dict[str, Any]:
        """The keys that DESIGN §4 names first; what it rests on, after them."""
        return {
            "probe": self.probe,
            "claim": self.claim,
            "result": str(self.result),
            "why": self.why,
            "evidence": dict(self.evidence),
            "seconds": round(self.seconds, 3),
            "rung": str(self.rung),
            "reads": dict(self.reads),
            "tools": dict(self.tools),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Proof":
        """Raises KeyError, TypeError or ValueError where the data is not what `to_json` gave."""
        return cls(
            probe=str(data["probe"]),
            claim=str(data["claim"]),
            result=Result(data["result"]),
            why=str(data["why"]),
            evidence=dict(data["evidence"]),
            seconds=float(data["seconds"]),
            rung=Rung(data["rung"]),
            reads={str(k): str(v) for k, v in dict(data["reads"]).items()},
            tools={str(k): str(v) for k, v in dict(data["tools"]).items()},
        )


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

    def with_result(self, result: Result) -> list[Proof]:
        """The proofs that came out so."""
        return [proof for proof in self.proofs if proof.result is result]

    def to_json(self) -> dict[str, Any]:
        """`{"proofs": [...]}`, as DESIGN §4 has it."""
        return {"proofs": [proof.to_json() for proof in self.proofs]}
