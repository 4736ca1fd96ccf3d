"""The service loses a dependency, and its own metrics make a page fire within minutes."""

from typing import TYPE_CHECKING, Any

from opsready.promql.literals import format_duration
from opsready.rehearsal.probe import WATCHED_FILES, Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, broke, held, not_run

if TYPE_CHECKING:  # what evaluates loads NumPy, and to name a probe needs none
    from opsready.backtest.replayed import Replayed
    from opsready.rehearsal.stage.backing import Backing
    from opsready.rehearsal.watched_service import WatchedService

# The good sentence of the stage asks for an alert over 5 minutes: its window, and an evaluation.
IN_TIME_MINUTES = 6
# Enough that a healthy window is behind the fault, and few enough to be played in a minute.
HEALTHY_MINUTES = 15


def run(rehearsal: Rehearsal) -> Outcome:
    """Plays the journeys while all is well, then without each critical dependency."""
    from opsready.rehearsal.pack_rules import groups_in
    from opsready.rehearsal.watched_service import watched_service

    groups = groups_in(rehearsal.pack)
    if not any(group.rules for group in groups):
        return not_run("the tree has no alert rule")
    operations, stage = rehearsal.spec.operations, rehearsal.stage
    if not operations.journeys:
        return not_run("no journey is known that could fail: state journeys")
    critical = [one.name for one in operations.dependencies if one.critical]
    backings = [one for one in stage.backings.all if one.name in critical]
    if not backings:
        return not_run("there is no critical dependency here that could be taken away")
    evidence: dict[str, Any] = {"minutes_healthy": HEALTHY_MINUTES, "faults": []}
    for backing in backings:
        watched = watched_service(rehearsal, groups)
        if watched is None:
            return not_run("no metrics page was found in the usual places: state health.metrics")
        why = _without(backing, watched, rehearsal, evidence)
        if why:
            return why
    return held(evidence)


def _without(
    backing: "Backing", watched: "WatchedService", rehearsal: Rehearsal, evidence: dict[str, Any]
) -> Outcome | None:
    """What speaks against the claim; None where a page fired. The dependency is up again then."""
    stage, health = rehearsal.stage, rehearsal.spec.operations.health
    stage.say(f"{HEALTHY_MINUTES} minutes of a clock of our own, then without {backing.name}")
    watched.live(HEALTHY_MINUTES)
    begun, requests, failed = watched.scrapes.now_ms, watched.requests, watched.failed
    try:
        backing.stop()
        page, minutes = None, 0
        while page is None and minutes < IN_TIME_MINUTES:
            watched.live(1)
            minutes += 1
            page = _first_page(watched.replayed(), begun)
    finally:
        backing.start()
        if health.readiness:
            watched_ready = health.readiness
            stage.service().await_good(watched_ready, health.timeout_s, health.startup_s)
    share = (watched.failed - failed) / max(watched.requests - requests, 1)
    evidence["faults"].append(
        {
            "without": backing.name,
            "failed_share": round(share, 3),
            "page": page.alert if page else None,
            "minutes": minutes if page else None,
        }
    )
    if page is not None:
        return None
    if share == 0:
        return not_run(f"no journey fails without {backing.name}", evidence)
    limit = format_duration(IN_TIME_MINUTES * 60_000)
    why = f"{share:.0%} of requests failed without {backing.name}, and no page fired in {limit}"
    return broke(why, evidence)


def _first_page(replayed: "tuple[Replayed, ...]", begun_ms: int) -> "Replayed | None":
    """The alert that began to page after the fault."""
    paging = [
        (span.start_ms, one)
        for one in replayed
        if one.pages
        for span in one.firing
        if span.start_ms > begun_ms
    ]
    return min(paging, key=lambda pair: (pair[0], pair[1].alert), default=(0, None))[1]


PROBE = Probe(
    "alert_fires_in_time",
    "a page fires within minutes when the service loses a dependency",
    WATCHED_FILES,
    ("runtime", "health", "dependencies", "configuration", "journeys"),
    run,
)
