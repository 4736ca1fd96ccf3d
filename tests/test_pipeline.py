"""The whole stage on the example service: really started, observed, broken, and judged."""

import shutil
from pathlib import Path

import pytest

from opsready.pipeline import Options, prepare, run
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


# What the SRE's rules are needed for, and may be open while they are being written.
OF_RULES = {
    *("metrics_are_emitted", "routing_reaches_receiver", "rules_pass_their_tests"),
    *("alert_fires_in_time", "alert_stays_quiet", "slo_tiers_reachable"),
}
ELSEWHERE = {"image_builds", *OF_RULES}


def test_the_service_itself_holds(outcome: Outcome) -> None:
    results = {proof.probe: proof.result for proof in outcome.journal.proofs}
    image = outcome.journal.of("image_builds")  # only where an engine works can it be tried
    assert image is not None
    assert image.result is not Result.BROKE, image.why
    assert {probe: r for probe, r in results.items() if probe not in ELSEWHERE} == {
        "service_starts_healthy": Result.HELD,
        "readiness_follows_dependency": Result.HELD,
        "sigterm_loses_nothing": Result.HELD,
        "old_release_on_new_schema": Result.HELD,
        "terraform_plans_and_applies": Result.HELD,
        "pipeline_steps_run": Result.HELD,
        "runbook_diagnosis_runs": Result.HELD,
    }
    assert Result.BROKE not in {results[probe] for probe in OF_RULES & results.keys()}


def test_no_mandate_is_broken_by_what_is_there(outcome: Outcome) -> None:
    assert [f"{f.path}:{f.line} {f.check}" for f in outcome.review.blockers] == []


def test_what_is_written_down_was_rehearsed_and_what_is_to_come_is_unproven(
    outcome: Outcome,
) -> None:
    judged = {j.criterion.id: j for j in outcome.verdict.criteria}
    assert {id: judged[id].status for id in ("DONE-2", "DONE-3", "DONE-4")} == {
        "DONE-2": Status.UNPROVEN,
        "DONE-3": Status.MET,
        "DONE-4": Status.UNPROVEN,
    }
    assert outcome.verdict.exit_code == 3


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
