"""sigterm_loses_nothing: services that drain, drop and hang; and the account of single requests."""

import sys
from pathlib import Path

import pytest

from opsready.rehearsal.probes.sigterm_loses_nothing import PROBE, Watched
from opsready.rehearsal.proof import Result
from opsready.rehearsal.stage.answer import Answer, Fate
from opsready.rehearsal.stage.load import Entry
from tests.rehearsal.build import make_shop_spec, make_tree, outcome_of

pytestmark = pytest.mark.usefixtures("stages")


def test_it_holds_for_a_service_that_drains(tmp_path: Path) -> None:
    outcome = outcome_of(PROBE, make_shop_spec(), make_tree(tmp_path))
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    assert outcome.evidence["lost"] == 0
    assert outcome.evidence["under_way_at_sigterm"] > 0
    assert outcome.evidence["fates"]["answered"] >= 200
    assert outcome.evidence["exit_code"] == 0


def test_it_breaks_when_requests_under_way_are_dropped(tmp_path: Path) -> None:
    outcome = outcome_of(PROBE, make_shop_spec("drops_at_sigterm"), make_tree(tmp_path))
    assert outcome.result is Result.BROKE
    assert outcome.why.endswith("GET /orders) accepted and never answered")
    assert outcome.evidence["lost"] > 0


def test_it_breaks_when_a_shell_takes_the_signal_and_leaves_the_server_behind(
    tmp_path: Path,
) -> None:
    start = ["sh", "-c", f"true && {sys.executable} shop.py"]
    spec = make_shop_spec(runtime={"start": start})
    outcome = outcome_of(PROBE, spec, make_tree(tmp_path))
    assert outcome.result is Result.BROKE
    assert "accepted and never answered" in outcome.why


def test_it_breaks_when_the_service_does_not_end(tmp_path: Path) -> None:
    spec = make_shop_spec("ignores_sigterm", runtime={"stop_timeout_s": 0.5})
    outcome = outcome_of(PROBE, spec, make_tree(tmp_path))
    assert outcome.result is Result.BROKE
    assert outcome.why == "still running 0.5 s after SIGTERM: it is killed"


def test_it_is_not_run_without_requests_that_succeed(tmp_path: Path) -> None:
    spec = make_shop_spec(
        journeys=[{"name": "nothing", "steps": [{"method": "GET", "path": "/nothing"}]}]
    )
    outcome = outcome_of(PROBE, spec, make_tree(tmp_path))
    assert outcome.result is Result.NOT_RUN
    assert outcome.why == "no request succeeded even before SIGTERM: that is no load"


def test_it_is_not_run_without_anything_to_ask(tmp_path: Path) -> None:
    spec = make_shop_spec(journeys=[], health={"readiness": None, "liveness": None})
    outcome = outcome_of(PROBE, spec, make_tree(tmp_path))
    assert outcome.result is Result.NOT_RUN
    assert outcome.why == "no journey and no health route is known that could be the load"


SIGNAL = 10.0


def entry(fate: Fate, sent_at: float, ended_at: float, status: int = 0) -> Entry:
    return Entry("GET /orders", Answer(fate, status, b"", sent_at, ended_at))


@pytest.mark.parametrize(
    ("entries", "lost", "raced", "spoilt"),
    [
        ([entry(Fate.ANSWERED, 9.9, 10.2, 200)], 0, 0, 0),
        ([entry(Fate.LOST, 9.9, 10.2)], 1, 0, 0),
        ([entry(Fate.LATE, 9.9, 40.0)], 1, 0, 0),
        ([entry(Fate.LOST, 9.0, 9.5)], 0, 0, 0),
        ([entry(Fate.REFUSED, 10.3, 10.3)], 0, 0, 0),
        ([entry(Fate.LOST, 10.28, 10.3), entry(Fate.REFUSED, 10.3, 10.3)], 0, 1, 0),
        ([entry(Fate.LOST, 9.98, 10.02), entry(Fate.REFUSED, 10.01, 10.01)], 1, 0, 0),
        ([entry(Fate.LOST, 10.1, 10.3), entry(Fate.REFUSED, 10.3, 10.3)], 1, 0, 0),
        ([entry(Fate.LOST, 10.1, 10.3)], 1, 0, 0),
        ([entry(Fate.ANSWERED, 10.1, 10.2, 500)], 0, 0, 1),
        ([entry(Fate.ANSWERED, 10.1, 10.2, 503)], 0, 0, 0),
        ([entry(Fate.ANSWERED, 9.0, 9.1, 500), entry(Fate.ANSWERED, 10.1, 10.2, 500)], 0, 0, 0),
    ],
    ids=[
        "answered",
        "under way and reset",
        "under way and silent",
        "lost before the signal",
        "refused",
        "raced with the closing socket",
        "under way, whatever closed when",
        "reset long before the socket closed",
        "reset and no socket ever closed",
        "error by the stop",
        "turned away",
        "errors were there before",
    ],
)
def test_what_counts_as_lost(entries: list[Entry], lost: int, raced: int, spoilt: int) -> None:
    watched = Watched(entries, SIGNAL)
    assert (len(watched.lost), len(watched.raced), len(watched.spoilt)) == (lost, raced, spoilt)
