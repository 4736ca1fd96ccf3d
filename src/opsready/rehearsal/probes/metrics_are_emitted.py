"""Every metric, label and matched value that rules and dashboards name is there to be read."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from opsready.rehearsal.named_series import named_by
from opsready.rehearsal.probe import WATCHED_FILES, Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, broke, held, not_run
from opsready.rehearsal.shown_series import Looked, Showing, look
from opsready.rehearsal.stage.circumstances import arrange, restore
from opsready.rehearsal.stage.journeys import Played, play
from opsready.rehearsal.stage.metrics_page import MetricsPage, find_metrics_page
from opsready.spec.spec import Journey

if TYPE_CHECKING:
    from opsready.rehearsal.stage.stage import Stage

_ANSWER_WITHIN_S = 30.0
# Breakers try again after some seconds, one process after the other: 5 s in orders, 30 s or 60 s
# where a library's default stands.
_RECOVERED_WITHIN_S = 60.0
_PAUSE_S = 0.5
_NAMED_AT_MOST = 5
_ASTRAY = "no rule that records it gives it these labels"
_CODE = (".py", ".js", ".ts", ".go", ".java", ".kt", ".rb", ".rs", ".toml", ".ini", ".cfg")


def run(rehearsal: Rehearsal) -> Outcome:
    """Plays every journey, then again without each critical dependency, and reads the page."""
    named = named_by(rehearsal.pack)
    if not named.series:
        return not_run("no rule and no dashboard names a metric of the service")
    page = _page_after_everything(rehearsal)
    if page is None:
        return _without_page(rehearsal)
    code = [s.text for s in rehearsal.pack.bundle.sources if s.path.endswith(_CODE)]
    looked = [look(one, page, code) for one in named.series]
    looked += [Looked(one, Showing.ABSENT, _ASTRAY) for one in named.astray]
    evidence = _evidence(page, looked, named.unread)
    absent = [one for one in looked if one.showing is Showing.ABSENT]
    rest = [one for one in looked if one.showing not in {Showing.ABSENT, Showing.SEEN}]
    if absent:
        return broke(_told(absent), evidence)
    if rest:
        return not_run(_told(rest), evidence)
    if named.unread:
        return not_run(f"expressions that cannot be read: {', '.join(named.unread)}", evidence)
    return held(evidence)


def _page_after_everything(rehearsal: Rehearsal) -> MetricsPage | None:
    stage, health = rehearsal.stage, rehearsal.spec.operations.health
    service = stage.service()
    _play_all(stage, only_good=False)
    for dependency in rehearsal.spec.operations.dependencies:
        backing = stage.backings.of(dependency.name)
        if backing is None:
            continue
        stage.say(f"playing the journeys without {backing.name}")
        begun = _begun(stage)
        try:
            backing.stop()
            for journey in begun:
                deque(journey, maxlen=0)
            _play_all(stage, only_good=True)
        finally:
            backing.start()
            if health.readiness:
                service.await_good(health.readiness, health.timeout_s, health.startup_s)
    _play_all(stage, only_good=True)
    beside = (health.readiness, health.liveness)
    return find_metrics_page(service, health.metrics, beside, health.timeout_s)


def _play_all(stage: "Stage", *, only_good: bool) -> None:
    service = stage.service()
    for journey in _good(stage) if only_good else stage.spec.journeys:
        arranging = {} if only_good else {"arrange": partial(arrange, stage)}
        deque(play(service, journey, _ANSWER_WITHIN_S, **arranging), maxlen=0)
    if not only_good:
        restore(stage)


def _good(stage: "Stage") -> list[Journey]:
    return [j for j in stage.spec.journeys if not (j.fails or j.presupposes)]


def _begun(stage: "Stage") -> list[Iterator[Played]]:
    """Every good journey, played up to its last request: what that asks for is there, whatever
    fails when it is made. The outage before may have left a circuit breaker open, which refuses
    what a journey begins with: it is begun again until it is answered as it says."""
    deadline = time.monotonic() + _RECOVERED_WITHIN_S
    return [_begin(stage, journey, deadline) for journey in _good(stage)]


def _begin(stage: "Stage", journey: Journey, deadline: float) -> Iterator[Played]:
    while True:
        played = play(stage.service(), journey, _ANSWER_WITHIN_S)
        begun = list(islice(played, len(journey.steps) - 1))
        if all(one.is_as_expected for one in begun) or time.monotonic() > deadline:
            return played
        time.sleep(_PAUSE_S)


def _without_page(rehearsal: Rehearsal) -> Outcome:
    known = rehearsal.spec.operations.health.metrics
    if known:
        return broke(f"{known} is no page of metrics, and rules or dashboards name some")
    return not_run("no metrics page was found in the usual places: state health.metrics")


def _told(looked: list[Looked]) -> str:
    more = len(looked) - _NAMED_AT_MOST
    shown = "; ".join(str(one) for one in looked[:_NAMED_AT_MOST])
    return shown + (f"; and {more} more" if more > 0 else "")


def _evidence(page: MetricsPage, looked: list[Looked], unread: Iterable[str]) -> dict[str, Any]:
    by_showing = {showing: [o for o in looked if o.showing is showing] for showing in Showing}
    return {
        "page": page.path,
        "series_on_page": sum(len(series) for series in page.series.values()),
        "named": len(looked),
        **{str(s): sorted({str(o.named) for o in found}) for s, found in by_showing.items()},
        "unread": list(unread),
    }


PROBE = Probe(
    "metrics_are_emitted",
    "the service shows every metric, label and value that rules and dashboards name",
    WATCHED_FILES,
    ("runtime", "health", "dependencies", "configuration", "journeys"),
    run,
)
