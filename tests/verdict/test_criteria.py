"""The criteria of the stage: what each needs, and what it says of a brief."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from opsready.documents.protection import Protection
from opsready.hats.pack import LeftOut
from opsready.rehearsal.catalog import PROBES
from opsready.rehearsal.proof import Result, Rung
from opsready.review.finding import Severity
from opsready.review.page import page_of
from opsready.review.review import CheckNotRun
from opsready.verdict.catalog import COMPLETION, CRITERIA, GOOD_SENTENCES, MANDATES, TRIED
from opsready.verdict.compiler.compile import compile_criterion
from opsready.verdict.criteria import (
    errors_paged,
    failures_written_down,
    health_verified,
    pipeline_planned_and_approved,
    pipeline_validated,
    runbooks_stepwise,
    signals_covered,
    slos_budgeted,
)
from opsready.verdict.criterion import Brief, Claim, Criterion, Status
from opsready.verdict.instruments import checks_of, instruments
from opsready.verdict.sights import approval_is_asked
from tests.build import make_finding
from tests.verdict.build import WATCHED, make_brief, make_proof

# DESIGN §7, word for word: lowering one of these needs a change of the design first.
NEEDS = {
    "DONE-1": Rung.REHEARSED,
    "DONE-2": Rung.REHEARSED,
    "DONE-3": Rung.REHEARSED,
    "DONE-4": Rung.SIMULATED,
    "claims-tried": Rung.REHEARSED,
    "pipeline-planned-and-approved": Rung.REHEARSED,
    "failures-written-down": Rung.REHEARSED,
    "errors-paged": Rung.REHEARSED,
    "health-verified": Rung.REHEARSED,
}
# What must be run for it; to leave one of these out lowers a need as well.
TRIES = {
    "DONE-1": {"image_builds", "pipeline_steps_run", "terraform_plans_and_applies"},
    "DONE-2": {"metrics_are_emitted"},
    "DONE-3": {"runbook_diagnosis_runs"},
    "DONE-4": {"rules_pass_their_tests", "slo_tiers_reachable"},
    "pipeline-planned-and-approved": {"terraform_plans_and_applies", "pipeline_steps_run"},
    "failures-written-down": {"runbook_diagnosis_runs"},
    "errors-paged": {
        "rules_pass_their_tests",
        "alert_fires_in_time",
        "metrics_are_emitted",
        "routing_reaches_receiver",
    },
    "health-verified": {"service_starts_healthy", "readiness_follows_dependency"},
}
# The only clause of a stage criterion that needs less than the whole of it.
NEEDS_LESS = {("pipeline-planned-and-approved", "it requires approval before `apply`")}
CLAIMS: dict[str, tuple[Claim, ...]] = {
    module.CRITERION.id: module.CLAIMS
    for module in (
        pipeline_validated,
        signals_covered,
        runbooks_stepwise,
        slos_budgeted,
        pipeline_planned_and_approved,
        failures_written_down,
        errors_paged,
        health_verified,
    )
}
by_id = {criterion.id: criterion for criterion in CRITERIA}


def ids(criterion: Criterion) -> str:
    return criterion.id


def test_no_need_is_lower_than_the_design_fixes() -> None:
    assert {c.id: c.needs for c in (*COMPLETION, *TRIED, *GOOD_SENTENCES)} == NEEDS
    assert {c.needs for c in MANDATES} == {Rung.CHECKED}


@pytest.mark.parametrize("id", CLAIMS)
def test_every_claim_needs_what_its_criterion_needs_but_for_the_approval(id: str) -> None:
    lower = {(id, c.says) for c in CLAIMS[id] if c.needs is not NEEDS[id]}
    assert lower <= NEEDS_LESS
    assert all(claim.needs is Rung.CHECKED for claim in CLAIMS[id] if (id, claim.says) in lower)


@pytest.mark.parametrize("id", TRIES)
def test_every_criterion_is_tried_by_what_could_show_it(id: str) -> None:
    assert TRIES[id] <= set(by_id[id].by)


def test_everything_that_decides_a_criterion_is_a_check_or_a_probe_that_is_known() -> None:
    assert {id for c in CRITERIA for id in c.by} - set(instruments()) == set()


@pytest.mark.parametrize("criterion", GOOD_SENTENCES, ids=ids)
def test_a_good_sentence_is_compiled_to_what_its_criterion_is_judged_by(
    criterion: Criterion,
) -> None:
    compiled = compile_criterion(criterion.must)
    assert compiled.verifiable
    assert {id for id in compiled.by if "_" in id} == TRIES[criterion.id]


@pytest.mark.parametrize("criterion", COMPLETION, ids=ids)
def test_the_stage_states_its_criteria_so_that_they_can_be_verified(criterion: Criterion) -> None:
    assert compile_criterion(criterion.must).verifiable


@pytest.mark.parametrize("criterion", CRITERIA, ids=ids)
def test_a_criterion_has_a_page_that_says_when_it_is_met_and_when_not(
    criterion: Criterion,
) -> None:
    page = page_of(criterion.judge.__module__)
    assert page is not None
    assert page.headings == ["Met", "Unmet", "Unproven"]
    assert all(page.section(heading).startswith("- ") for heading in page.headings)
    if criterion in MANDATES:
        assert page.title == "OPS-1 to OPS-6, SRE-1 to SRE-5"
    else:
        assert page.title == criterion.id
        assert page.summary.split("\n\n")[0] == criterion.must.rstrip(".") + "."


def test_every_mandate_has_a_check() -> None:
    assert [criterion.id for criterion in MANDATES if not checks_of(criterion.id)] == []


def brief(files: dict[str, str] | None = None, **rest: Any) -> Brief:
    return make_brief(files or WATCHED, **rest)


def test_a_mandate_is_kept_while_no_blocker_stands() -> None:
    judgement = by_id["SRE-1"].judge(brief())
    assert (judgement.status, judgement.rung, judgement.reasons) == (Status.MET, Rung.CHECKED, ())


def test_a_warning_does_not_break_a_mandate() -> None:
    warning = make_finding(mandate="SRE-1", severity=Severity.WARNING)
    assert by_id["SRE-1"].judge(brief(findings=(warning,))).status is Status.MET


def test_a_blocker_breaks_its_mandate_and_is_named_with_its_place() -> None:
    blocker = make_finding(mandate="SRE-1", path="rules.yml", line=4, message="pages on one event")
    judgement = by_id["SRE-1"].judge(brief(findings=(blocker,)))
    assert (judgement.status, judgement.why) == (Status.UNMET, "rules.yml:4 pages on one event")


def test_a_blocker_that_its_owner_allowed_breaks_nothing() -> None:
    allowed = make_finding(mandate="SRE-1", suppressed="allowed until 2027-01-01: known")
    assert by_id["SRE-1"].judge(brief(findings=(allowed,))).status is Status.MET


def test_a_mandate_whose_check_could_not_judge_is_unproven() -> None:
    missing = CheckNotRun("page-on-single-event", "the rules cannot be read")
    judgement = by_id["SRE-1"].judge(brief(not_run=(missing,)))
    assert judgement.status is Status.UNPROVEN
    assert judgement.why == "page-on-single-event could not judge: the rules cannot be read"


def test_a_mandate_is_judged_without_what_need_not_be_given() -> None:
    missing = CheckNotRun("alert-noisy", "the spec names no recorded metrics", optional=True)
    judgement = by_id["SRE-4"].judge(brief(not_run=(missing,)))
    assert judgement.status is Status.MET
    assert {"check": "alert-noisy", "result": "not_run"} in judgement.evidence


@pytest.mark.parametrize(
    ("mandate", "why"),
    [
        ("OPS-1", "the tree has no way of deploying"),
        ("OPS-3", "the tree has no way of deploying"),
        ("OPS-4", "the tree has no health route"),
        ("OPS-6", "the tree has no infrastructure"),
        ("SRE-1", "the tree has no alert rule"),
        ("SRE-2", "the tree has no objective"),
        ("SRE-3", "the tree has no runbook"),
        ("SRE-4", "the tree has no alert rule"),
        ("SRE-5", "the tree has no alert rule"),
    ],
)
def test_a_mandate_about_what_is_not_there_is_not_kept_but_untried(mandate: str, why: str) -> None:
    judgement = by_id[mandate].judge(brief({"app.py": "print()\n"}))
    assert (judgement.status, judgement.why) == (Status.UNPROVEN, why)


def test_advice_falsifies_no_criterion() -> None:
    advice = make_finding(check="panel-window-fixed", mandate="DONE-2", severity=Severity.ADVICE)
    warning = make_finding(check="golden-signal-unwatched", mandate="DONE-2")
    judged = [by_id["DONE-2"].judge(brief(findings=(one,))).status for one in (advice, warning)]
    assert judged == [Status.UNPROVEN, Status.UNMET]


HEALTHY = {
    "health": {"readiness": "/readyz", "liveness": "/healthz", "timeout_s": 5},
    "dependencies": [{"name": "db", "kind": "postgresql", "critical": True}],
}
FOLLOWS = "readiness_follows_dependency"
HELD = (make_proof("service_starts_healthy"), make_proof(FOLLOWS))


def health(**changes: object) -> Brief:
    return brief(proofs=HELD, **{**HEALTHY, **changes})


def test_health_is_verified_by_both_probes_at_the_rung_of_a_rehearsal() -> None:
    judgement = by_id["health-verified"].judge(health())
    assert (judgement.status, judgement.rung, judgement.why) == (Status.MET, Rung.REHEARSED, "")
    assert {
        entry.get("probe") or entry.get("check"): entry["result"] for entry in judgement.evidence
    } == {
        "no-health-check": "clean",
        "health-check-unbounded": "clean",
        "service_starts_healthy": "held",
        "liveness-equals-readiness": "clean",
        "readiness_follows_dependency": "held",
    }


@pytest.mark.parametrize(
    ("case", "status", "why"),
    [
        (
            lambda: brief(**HEALTHY),
            Status.UNPROVEN,
            "service_starts_healthy was never run: prove it with `opsready rehearse --only "
            "service_starts_healthy`; readiness_follows_dependency was never run: prove it with "
            "`opsready rehearse --only readiness_follows_dependency`",
        ),
        (
            lambda: brief(
                proofs=(
                    HELD[0],
                    make_proof(FOLLOWS, Result.BROKE, "said yes"),
                ),
                **HEALTHY,
            ),
            Status.UNMET,
            "readiness_follows_dependency broke: said yes",
        ),
        (
            lambda: brief(
                proofs=(make_proof("service_starts_healthy", Result.NOT_RUN, "no disk"), HELD[1]),
                **HEALTHY,
            ),
            Status.UNPROVEN,
            "service_starts_healthy was not run: no disk",
        ),
        (
            lambda: health(health={"readiness": "/readyz", "timeout_s": 20}),
            Status.UNPROVEN,
            "health routes are tried with 20 s, and the claim is 5 s; state `health.timeout_s: 5`",
        ),
        (
            lambda: health(dependencies=[{"name": "r", "kind": "redis", "critical": True}]),
            Status.UNPROVEN,
            "the spec has no critical dependency that is the database: nothing stopped it",
        ),
        (
            lambda: brief(
                proofs=HELD,
                findings=(make_finding(check="no-health-check", path="a.yml", line=2),),
                **HEALTHY,
            ),
            Status.UNMET,
            "a.yml:2 `latest` moves",
        ),
    ],
    ids=["never-tried", "broke", "not-run", "other-bound", "other-dependency", "finding"],
)
def test_health_is_not_verified(case: Callable[[], Brief], status: Status, why: str) -> None:
    judgement = by_id["health-verified"].judge(case())
    assert (judgement.status, judgement.why) == (status, why)


def test_a_probe_that_no_sentence_asks_for_counts_all_the_same() -> None:
    broken = make_proof("sigterm_loses_nothing", Result.BROKE, "one request was lost")
    judgement = by_id["claims-tried"].judge(brief(proofs=(broken,)))
    assert judgement.status is Status.UNMET
    assert judgement.why == "sigterm_loses_nothing broke: one request was lost"


def test_what_was_tried_counts_at_the_rung_that_each_probe_can_reach() -> None:
    held = tuple(make_proof(probe.id) for probe in PROBES)
    judgement = by_id["claims-tried"].judge(brief(proofs=held))
    assert (judgement.status, judgement.rung, judgement.why) == (Status.MET, Rung.REHEARSED, "")


WORKFLOW = """\
on: {push: {branches: [main]}}
jobs:
  plan:
    runs-on: ubuntu-latest
    steps:
    - run: terraform plan -out=tfplan
  apply:
    needs: plan
    runs-on: ubuntu-latest
    ENVIRONMENT
    steps:
    - run: terraform apply tfplan
"""
PLANNED = (make_proof("terraform_plans_and_applies"), make_proof("pipeline_steps_run"))


def pipeline(environment: str, workflow: str = WORKFLOW) -> dict[str, str]:
    return {".github/workflows/deploy.yml": workflow.replace("ENVIRONMENT", environment)}


def test_an_approval_needs_no_more_than_a_job_that_names_an_environment() -> None:
    case = brief(pipeline("environment: production"), proofs=PLANNED)
    judgement = by_id["pipeline-planned-and-approved"].judge(case)
    assert (judgement.status, judgement.rung) == (Status.MET, Rung.REHEARSED)


def test_a_job_that_names_no_environment_cannot_be_held_up() -> None:
    case = brief(pipeline("timeout-minutes: 9"), proofs=PLANNED)
    judgement = by_id["pipeline-planned-and-approved"].judge(case)
    assert judgement.status is Status.UNMET
    assert judgement.why == (
        "job `apply` deploys and names no environment that could ask for approval "
        "(.github/workflows/deploy.yml:7)"
    )


HOST = Protection("host.json", frozenset({"production"}), frozenset({"staging"}))


def test_an_approval_that_the_host_enforces_is_live() -> None:
    case = brief(pipeline("environment: production"), proofs=PLANNED, protection=HOST)
    sight = approval_is_asked(case)
    assert (sight.agrees, sight.rung) == (True, Rung.LIVE)
    judgement = by_id["pipeline-planned-and-approved"].judge(case)
    assert (judgement.status, judgement.rung) == (Status.MET, Rung.REHEARSED)


def test_an_approval_that_the_host_does_not_ask_for_is_none() -> None:
    case = brief(pipeline("environment: staging"), proofs=PLANNED, protection=HOST)
    judgement = by_id["pipeline-planned-and-approved"].judge(case)
    assert (judgement.status, judgement.reasons[0]) == (
        Status.UNMET,
        "the code host lets a deploy to `staging` pass without a reviewer (host.json) "
        "(.github/workflows/deploy.yml:7)",
    )


def test_a_place_that_needs_no_approval_need_not_ask_for_one() -> None:
    free = [{"name": "staging", "approval": False}]
    case = brief(pipeline("environment: staging"), protection=HOST, environments=free)
    assert approval_is_asked(case).agrees


def test_an_environment_that_is_named_when_the_pipeline_runs_cannot_be_looked_up() -> None:
    case = brief(pipeline("environment: ${{ inputs.place }}"), protection=HOST)
    sight = approval_is_asked(case)
    assert (sight.agrees, sight.rung) == (True, Rung.CLAIMED)


def test_a_pipeline_without_a_plan_is_shown_to_be_without_one() -> None:
    blind = WORKFLOW.replace("terraform plan -out=tfplan", "echo nothing")
    case = brief(pipeline("environment: production", blind), proofs=PLANNED)
    judgement = by_id["pipeline-planned-and-approved"].judge(case)
    assert (judgement.status, judgement.reasons[0]) == (
        Status.UNMET,
        "no pipeline runs `terraform plan` (.github/workflows/deploy.yml:1)",
    )


def test_a_pipeline_that_nobody_wrote_has_the_reason_first() -> None:
    why = "nothing says runtime.port: state it in opsready.yaml"
    left = LeftOut("infrastructure and pipeline", why)
    judgement = by_id["DONE-1"].judge(replace(brief(), left_out=(left,)))
    assert (judgement.status, judgement.reasons[:2]) == (
        Status.UNPROVEN,
        (f"not written: infrastructure and pipeline: {why}", "the tree has no way of deploying"),
    )


def test_a_probe_that_was_never_run_leaves_a_criterion_unproven_by_name() -> None:
    judgement = by_id["DONE-4"].judge(
        brief(
            {"slo.md": "# x\n"},
            slos=[
                {"name": "a", "kind": "availability", "objective_percent": 99, "window_days": 30}
            ],
        )
    )
    assert judgement.status is Status.UNPROVEN
    assert (
        "slo_tiers_reachable was never run: prove it with `opsready rehearse --only"
        " slo_tiers_reachable`" in judgement.reasons
    )
