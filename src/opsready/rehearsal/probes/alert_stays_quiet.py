"""While all is well nobody is woken: the real service, made traffic, and what was recorded."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from opsready.rehearsal.probe import WATCHED_FILES, Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, Rung, broke, held, not_run

if TYPE_CHECKING:  # what evaluates loads NumPy, and to name a probe needs none
    from opsready.alerting.groups import RuleGroup

# As long as the shortest windows, three times over; an hour would prove no more.
HEALTHY_MINUTES = 15
# Some hundred megabytes; a month of a service with a hundred series each minute.
SAMPLES_AT_MOST = 20_000_000
_NAMED_AT_MOST = 5


def run(rehearsal: Rehearsal) -> Outcome:
    """Evaluates all alerts where nothing is wrong."""
    from opsready.rehearsal.pack_rules import groups_in

    groups = groups_in(rehearsal.pack)
    if not any(group.rules for group in groups):
        return not_run("the tree has no alert rule")
    evidence: dict[str, Any] = {}
    faults = [
        *_on_made_traffic(groups, evidence),
        *_on_what_was(rehearsal, groups, evidence),
        *_on_the_service(rehearsal, groups, evidence),
    ]
    if faults:
        return broke("; ".join(faults[:_NAMED_AT_MOST]), evidence)
    if rehearsal.spec.operations.history.metrics and isinstance(evidence["recorded"], str):
        return not_run(evidence["recorded"], evidence)
    if not evidence["service_minutes"] and not evidence["made"]:
        return not_run("neither the service nor made traffic could be watched", evidence)
    return held(evidence)


def _on_made_traffic(groups: "Sequence[RuleGroup]", evidence: dict[str, Any]) -> Iterator[str]:
    """Half of the budget is spent all the time, with releases, nights, and gaps."""
    from opsready.backtest.synthetic.tables import quiet_times

    quiet = quiet_times(groups)
    evidence["made"] = [
        {"signal": signal.written, "traffic": one.traffic.name, "days": one.days}
        for signal, one in quiet
    ]
    for _, one in quiet:
        for name, wakes, count in one.fired:
            if wakes:
                yield f"{name} paged {count} times on healthy made traffic ({one.traffic.name})"


def _on_what_was(
    rehearsal: Rehearsal, groups: "Sequence[RuleGroup]", evidence: dict[str, Any]
) -> Iterator[str]:
    """Pages outside of every incident, where history and incidents are named."""
    from opsready.spec.past import NoPast, backtested, recorder

    history = rehearsal.spec.operations.history
    try:
        found = backtested(history, rehearsal.pack.bundle, groups, SAMPLES_AT_MOST)
    except NoPast as reason:
        evidence["recorded"] = str(reason)
        return
    evidence["recorded"] = {"weeks": round(found.weeks, 2), "pages": found.pages}
    if found.scores is None and found.pages:
        told = f"recorded pages: {found.pages}, and nobody says which were right"
        evidence["recorded"] = f"{told}: state history.incidents"
    for page in found.scores.pages if found.scores is not None else ():
        if page.incident is None:
            yield f"{page.alert} paged while no incident was on, as {recorder(history)} recorded"
    if not found.is_whole:
        evidence["recorded"] = f"recorded metrics are no whole answer: {found.why_not_whole}"


def _on_the_service(
    rehearsal: Rehearsal, groups: "Sequence[RuleGroup]", evidence: dict[str, Any]
) -> Iterator[str]:
    from opsready.rehearsal.watched_service import watched_service

    evidence["service_minutes"] = 0
    if not rehearsal.spec.operations.journeys:
        return
    watched = watched_service(rehearsal, groups)
    if watched is None:
        return
    rehearsal.stage.say(f"{HEALTHY_MINUTES} minutes of a clock of our own while all is well")
    watched.live(HEALTHY_MINUTES)
    evidence["service_minutes"] = HEALTHY_MINUTES
    evidence["alerts"] = len(watched.rules.rules.alerts)
    for one in watched.replayed():
        if one.pages and one.firing:
            yield f"{one.alert} pages while the service is healthy"


PROBE = Probe(
    "alert_stays_quiet",
    "no page fires while the service is healthy",
    WATCHED_FILES,
    ("runtime", "health", "dependencies", "configuration", "journeys", "history"),
    run,
    rung=Rung.SIMULATED,
)
