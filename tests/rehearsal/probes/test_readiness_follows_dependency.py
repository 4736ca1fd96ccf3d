"""readiness_follows_dependency, with a real PostgreSQL that really stops."""

from pathlib import Path

import pytest

from opsready.rehearsal.probes import readiness_follows_dependency
from opsready.rehearsal.probes.readiness_follows_dependency import PROBE
from opsready.rehearsal.proof import Result
from tests.rehearsal.build import make_shop_spec, make_tree, outcome_of

pytestmark = pytest.mark.usefixtures("stages")


def test_it_holds_when_readiness_asks_the_database_and_liveness_does_not(tmp_path: Path) -> None:
    outcome = outcome_of(PROBE, make_shop_spec(database=True), make_tree(tmp_path))
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    (figures,) = outcome.evidence["dependencies"]
    assert (figures["name"], figures["kind"]) == ("postgresql", "postgresql")
    assert figures["answers_while_down"] == ["503"]
    assert figures["liveness_while_down"] == ["200"]
    assert figures["not_ready_after_s"] < 5
    assert figures["ready_again_after_s"] < 60


def test_it_breaks_when_readiness_ignores_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness_follows_dependency, "NOT_READY_WITHIN_S", 0.5)
    spec = make_shop_spec("ignores_database", database=True)
    outcome = outcome_of(PROBE, spec, make_tree(tmp_path))
    assert outcome.result is Result.BROKE
    assert outcome.why == "0.5 s after postgresql stopped, /ready still said 200"


def test_it_breaks_when_liveness_asks_the_database(tmp_path: Path) -> None:
    spec = make_shop_spec("liveness_asks_database", database=True)
    outcome = outcome_of(PROBE, spec, make_tree(tmp_path))
    assert outcome.result is Result.BROKE
    assert outcome.why == "/live said 503 while postgresql was down"


def test_it_breaks_when_readiness_does_not_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness_follows_dependency, "READY_AGAIN_WITHIN_S", 0.5)
    outcome = outcome_of(PROBE, make_shop_spec("gives_up", database=True), make_tree(tmp_path))
    assert outcome.result is Result.BROKE
    assert outcome.why == "0.5 s after postgresql was back, /ready still said 503"


@pytest.mark.parametrize(
    ("sections", "why"),
    [
        ({"health": {"readiness": None}}, "no readiness route is known: state health.readiness"),
        ({"dependencies": []}, "the spec names no critical dependency"),
        (
            {"health": {"liveness": None}},
            "readiness follows, but no liveness route is known that should stay up meanwhile: "
            "state health.liveness",
        ),
    ],
)
def test_it_is_not_run_where_the_spec_leaves_open_what_should_follow_what(
    tmp_path: Path, sections: dict[str, object], why: str
) -> None:
    spec = make_shop_spec(database=True, **sections)
    outcome = outcome_of(PROBE, spec, make_tree(tmp_path))
    assert (outcome.result, outcome.why) == (Result.NOT_RUN, why)
