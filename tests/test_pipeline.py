"""The whole stage on the example service: really started, observed, broken, and judged."""

import shutil
from pathlib import Path

import pytest

from opsready.pipeline import Options, prepare, run
from opsready.rehearsal.catalog import PROBES
from opsready.rehearsal.proof import Result
from opsready.sources.read import read
from opsready.verdict.criterion import Status
from opsready.verdict.outcome import Outcome
from tests.rehearsal.build import commit

# The first test waits for the whole stage: a load balancer and a database take their minutes.
# One worker plays it for all tests of this file, and nothing else that applies runs meanwhile.
pytestmark = [pytest.mark.timeout(1800), pytest.mark.xdist_group("terraform")]

ORDERS = Path(__file__).parents[1] / "examples" / "orders"


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, so that nothing is written into the example; its last migration is the newest
    commit, as a clone without history would not show."""
    copy = tmp_path_factory.mktemp("orders") / "orders"
    shutil.copytree(ORDERS, copy, ignore=shutil.ignore_patterns(".opsready", "__pycache__"))
    newest = max((copy / "migrations" / "versions").glob("*.py"))
    text = newest.read_text(encoding="utf-8")
    newest.unlink()
    commit(copy, "the release before")
    newest.write_text(text, encoding="utf-8")
    commit(copy, "this release")
    return copy


@pytest.fixture(scope="module")
def outcome(orders: Path) -> Outcome:
    return run(orders, Options())


# What only a container engine, or Prometheus's own Alertmanager, can try.
ELSEWHERE = {"image_builds", "routing_reaches_receiver"}


def test_what_this_machine_can_try_holds(outcome: Outcome) -> None:
    results = {proof.probe: proof.result for proof in outcome.journal.proofs}
    reasons = {proof.probe: proof.why for proof in outcome.journal.proofs if proof.why}
    assert {probe: r for probe, r in results.items() if probe not in ELSEWHERE} == {
        probe.id: Result.HELD for probe in PROBES if probe.id not in ELSEWHERE
    }, reasons
    assert Result.BROKE not in {results[probe] for probe in ELSEWHERE}, reasons


def test_no_mandate_is_broken_by_what_is_there(outcome: Outcome) -> None:
    assert [f"{f.path}:{f.line} {f.check}" for f in outcome.review.blockers] == []


def test_what_is_watched_and_written_down_is_met(outcome: Outcome) -> None:
    judged = {j.criterion.id: j for j in outcome.verdict.criteria}
    assert {id: judged[id].status for id in ("DONE-2", "DONE-3", "DONE-4")} == {
        "DONE-2": Status.MET,
        "DONE-3": Status.MET,
        "DONE-4": Status.MET,
    }


def test_orders_is_ready_where_everything_could_be_tried(outcome: Outcome) -> None:
    tried = all(outcome.journal.held(probe) for probe in ELSEWHERE)
    open_ = {
        j.criterion.id: j.judgement.why
        for j in outcome.verdict.criteria
        if j.status is not Status.MET
    }
    assert (outcome.verdict.exit_code, open_ == {}) == ((0, True) if tried else (3, False)), open_


def test_the_pipeline_is_validated_where_its_image_could_be_built(outcome: Outcome) -> None:
    judged = {j.criterion.id: j for j in outcome.verdict.criteria}
    built = Status.MET if outcome.journal.held("image_builds") else Status.UNPROVEN
    assert (judged["DONE-1"].status, judged["DONE-1"].judgement.why == "") == (
        built,
        built is Status.MET,
    )


def test_readiness_that_was_tried_is_met_at_the_rung_that_it_needs(outcome: Outcome) -> None:
    health = next(
        judged
        for judged in outcome.verdict.criteria
        if judged.criterion.must
        == "Health check endpoint responds within 5 seconds and verifies database connectivity"
    )
    assert (health.status, health.judgement.rung) == (Status.MET, "rehearsed")


def test_every_scenario_was_answered_as_it_says(outcome: Outcome, orders: Path) -> None:
    observed = read(orders).source(".opsready/observed.json")
    assert observed is not None
    assert '"as_expected": false' not in observed.text
    assert observed.text.count('"as_expected": true') == len(outcome.spec.operations.journeys)


def test_the_verdict_from_stored_evidence_is_the_same(outcome: Outcome, orders: Path) -> None:
    again = run(orders, Options(execute=False))
    assert [(j.criterion.id, j.status) for j in again.verdict.criteria] == [
        (j.criterion.id, j.status) for j in outcome.verdict.criteria
    ]


def test_a_change_of_the_code_makes_what_rested_on_it_stale(outcome: Outcome, orders: Path) -> None:
    health = orders / "orders" / "health.py"
    text = health.read_text()
    try:
        health.write_text(text + "\n# changed\n")
        proof = run(orders, Options(execute=False)).journal.of("service_starts_healthy")
    finally:
        health.write_text(text)
    assert proof is not None
    assert proof.result is Result.NOT_RUN
    assert proof.why == (
        "orders/health.py changed since it was proven; "
        "prove it with `opsready rehearse --only service_starts_healthy`"
    )


def test_prose_is_no_part_of_what_a_running_service_rests_on(
    outcome: Outcome, orders: Path
) -> None:
    readme = orders / "README.md"
    text = readme.read_text()
    try:
        readme.write_text(text + "\nA sentence more.\n")
        proof = run(orders, Options(execute=False)).journal.of("service_starts_healthy")
    finally:
        readme.write_text(text)
    assert proof is not None
    assert proof.result is Result.HELD


def test_what_the_hats_write_passes_our_own_review(orders: Path) -> None:
    prepared = prepare(orders, Options())
    written = [artifact.path for artifact in prepared.pack.written]
    assert {"Dockerfile", ".dockerignore", "deploy/terraform/service/task.tf"} <= set(written)
