"""service_starts_healthy, with services that do and do not."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from opsready.rehearsal.probes.service_starts_healthy import PROBE
from opsready.rehearsal.proof import Result
from opsready.rehearsal.rehearse import Selection, rehearse
from opsready.rehearsal.stage import postgresql
from tests.rehearsal.build import make_script_spec, make_shop_spec, make_tree, outcome_of

pytestmark = pytest.mark.usefixtures("stages")


def test_it_holds_for_a_service_with_its_database_and_its_workers(tmp_path: Path) -> None:
    spec = make_shop_spec(
        database=True,
        runtime={"workers": 2},
        configuration=[{"name": "WORKERS", "rehearsal": "2"}],
    )
    outcome = outcome_of(PROBE, spec, make_tree(tmp_path))
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    assert outcome.evidence["workers"] == {"in_production": 2, "seen": 2}
    assert outcome.evidence["readiness"]["answers"] == {"200": 10}
    assert outcome.evidence["liveness"]["path"] == "/live"
    assert 0 < outcome.evidence["listened_after_s"] <= outcome.evidence["ready_after_s"]


@pytest.mark.parametrize(
    ("faults", "health", "why"),
    [
        (
            ("never_ready",),
            {"startup_s": 1},
            "/ready was not good within 1 s, at last: 503; it printed nothing",
        ),
        ((), {"liveness": "/alive"}, "/alive did not always say yes: 404"),
    ],
    ids=["never ready", "no such liveness"],
)
def test_it_breaks_when_a_health_route_does_not_say_yes(
    tmp_path: Path, faults: tuple[str, ...], health: dict[str, object], why: str
) -> None:
    outcome = outcome_of(PROBE, make_shop_spec(*faults, health=health), make_tree(tmp_path))
    assert outcome.result is Result.BROKE
    assert why in outcome.why


def test_it_breaks_when_a_health_route_is_slow(tmp_path: Path) -> None:
    health = {"readiness": "/orders", "liveness": None, "timeout_s": 0.015, "startup_s": 1}
    outcome = outcome_of(PROBE, make_shop_spec(health=health), make_tree(tmp_path))
    assert outcome.result is Result.BROKE
    assert outcome.why.startswith("/orders was not good within 1 s, at last: late")


def test_it_breaks_when_there_are_fewer_workers_than_in_production(tmp_path: Path) -> None:
    spec = make_shop_spec(runtime={"workers": 4}, health={"startup_s": 1})
    outcome = outcome_of(PROBE, spec, make_tree(tmp_path))
    assert outcome.result is Result.BROKE
    assert outcome.why == "production has 4 workers, and 1 accept requests here"


def test_it_breaks_when_the_service_does_not_start(tmp_path: Path) -> None:
    pack = make_tree(tmp_path, {"app.py": "raise SystemExit('no settings')"})
    outcome = outcome_of(PROBE, make_script_spec("app.py"), pack)
    assert outcome.result is Result.BROKE
    assert outcome.why.startswith("it did not start: ended with exit code 1 after ")
    assert outcome.why.endswith(": no settings")


def test_it_is_not_run_without_a_readiness_route(tmp_path: Path) -> None:
    outcome = outcome_of(PROBE, make_shop_spec(health={"readiness": None}), make_tree(tmp_path))
    assert (outcome.result, outcome.why) == (
        Result.NOT_RUN,
        "no readiness route is known: state health.readiness",
    )


def test_it_is_not_run_without_a_postgresql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(postgresql, "_ELSEWHERE", ())
    pack = make_tree(tmp_path)
    journal = rehearse(make_shop_spec(database=True), pack, Selection((PROBE.id,)))
    proof = journal.proofs[0]
    assert proof.result is Result.NOT_RUN
    assert proof.why.startswith("no PostgreSQL on this machine")
