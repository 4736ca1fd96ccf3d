"""Everything that can decide a criterion: checks, probes, and the probes that are still to come.

A criterion may name a probe that this version does not have: it can be verified, and stays
unproven, by name, until the probe comes.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from opsready.rehearsal.catalog import PROBES
from opsready.rehearsal.proof import Rung
from opsready.review.catalog import CHECKS
from opsready.review.finding import Severity


class Kind(StrEnum):
    """A check reads, a probe runs; a planned probe does not exist yet."""

    CHECK = "check"
    PROBE = "probe"
    PLANNED = "planned"


@dataclass(frozen=True)
class Instrument:
    """`rung` is what is behind a claim that it upholds."""

    id: str
    kind: Kind
    rung: Rung


# Rules and burn tiers are evaluated by the engine on made series; all others run the real thing.
_PLANNED = {
    "terraform_plans_and_applies": Rung.REHEARSED,
    "pipeline_steps_run": Rung.REHEARSED,
    "old_release_on_new_schema": Rung.REHEARSED,
    "routing_reaches_receiver": Rung.REHEARSED,
    "runbook_diagnosis_runs": Rung.REHEARSED,
}


@cache
def instruments() -> dict[str, Instrument]:
    """All of them, by id. A planned probe that has come is a probe."""
    planned = [Instrument(id, Kind.PLANNED, rung) for id, rung in _PLANNED.items()]
    probes = [Instrument(probe.id, Kind.PROBE, probe.rung) for probe in PROBES]
    checks = [Instrument(check.id, Kind.CHECK, Rung.CHECKED) for check in CHECKS]
    return {known.id: known for known in (*planned, *probes, *checks)}


def checks_of(mandate: str) -> tuple[str, ...]:
    """The checks that hold a tree against a mandate. Advice is to be considered: it breaks none."""
    return tuple(
        check.id
        for check in CHECKS
        if check.mandate == mandate and check.severity is not Severity.ADVICE
    )


def rung_of(ids: tuple[str, ...]) -> Rung:
    """The highest rung that these can give together; *claimed* for none."""
    known = instruments()
    rungs = [known[id].rung for id in ids if id in known]
    return max(rungs, key=lambda rung: rung.height, default=Rung.CLAIMED)
