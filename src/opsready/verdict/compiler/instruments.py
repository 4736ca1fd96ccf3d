"""Everything that can decide a criterion: checks, probes, and the probes that are still to come.

A criterion may name a probe that this version does not have: it can be verified, and stays
unproven, by name, until the probe comes.
"""

from dataclasses import dataclass
from enum import StrEnum

from opsready.rehearsal.proof import Rung
from opsready.review.catalog import CHECKS


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


_PROBES = (
    Instrument("service_starts_healthy", Kind.PROBE, Rung.REHEARSED),
    Instrument("readiness_follows_dependency", Kind.PROBE, Rung.REHEARSED),
    Instrument("sigterm_loses_nothing", Kind.PROBE, Rung.REHEARSED),
    Instrument("metrics_are_emitted", Kind.PROBE, Rung.REHEARSED),
    Instrument("image_builds", Kind.PROBE, Rung.REHEARSED),
)
# Rules and tiers are evaluated by the engine on made series; the others run the real thing.
_PLANNED = (
    Instrument("terraform_plans_and_applies", Kind.PLANNED, Rung.REHEARSED),
    Instrument("pipeline_steps_run", Kind.PLANNED, Rung.REHEARSED),
    Instrument("old_release_on_new_schema", Kind.PLANNED, Rung.REHEARSED),
    Instrument("rules_pass_their_tests", Kind.PLANNED, Rung.SIMULATED),
    Instrument("routing_reaches_receiver", Kind.PLANNED, Rung.REHEARSED),
    Instrument("runbook_diagnosis_runs", Kind.PLANNED, Rung.REHEARSED),
    Instrument("alert_fires_in_time", Kind.PLANNED, Rung.REHEARSED),
    Instrument("alert_stays_quiet", Kind.PLANNED, Rung.SIMULATED),
    Instrument("slo_tiers_reachable", Kind.PLANNED, Rung.SIMULATED),
)


def _known() -> dict[str, Instrument]:
    checks = (Instrument(check.id, Kind.CHECK, Rung.CHECKED) for check in CHECKS)
    return {known.id: known for known in (*checks, *_PROBES, *_PLANNED)}


INSTRUMENTS: dict[str, Instrument] = _known()


def checks_of(mandate: str) -> tuple[str, ...]:
    """The checks that hold a tree against a mandate."""
    return tuple(check.id for check in CHECKS if check.mandate == mandate)
