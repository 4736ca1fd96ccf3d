"""The verdict as a whole: by which criteria, ready or not, and what a missing input does."""

import pytest

from opsready.rehearsal.proof import Journal, Result, Rung
from opsready.spec.origin import Basis, Origin
from opsready.spec.spec import Spec
from opsready.verdict.catalog import CRITERIA, GOOD_SENTENCES
from opsready.verdict.criterion import Status
from opsready.verdict.judge import Judged, Verdict, judge, value_at
from tests.build import make_bundle, make_finding, make_spec
from tests.verdict.build import CODE, make_judged, make_proof, make_review, make_verdict

UNIT = ".haiku/intents/shop/stages/operations/units/unit-01-deploy.md"
INTENT = {
    ".haiku/intents/shop/intent.md": "---\ntitle: Shop\nstages: [operations]\n---\n# Shop\n",
    UNIT: (
        "---\ntitle: Deploy\ntype: ops\n---\n# Deploy\n\n## Completion Criteria\n\n"
        "- [x] On SIGTERM the service finishes in-flight requests before it exits\n"
        "- [ ] Deployment is automated\n"
    ),
}


def judged(files: dict[str, str], *proofs: str, spec: Spec | None = None) -> Verdict:
    journal = Journal(tuple(make_proof(probe) for probe in proofs))
    return judge(spec or make_spec(), make_bundle(files), make_review(), journal)


def of(verdict: Verdict, id: str) -> Judged:
    return next(each for each in verdict.criteria if each.criterion.id == id)


def test_a_tree_without_units_is_judged_by_the_stages_own_criteria() -> None:
    assert [each.criterion for each in judged(CODE).criteria] == list(CRITERIA)


def test_a_tree_with_units_is_judged_by_theirs_in_place_of_the_good_sentences() -> None:
    verdict = judged({**CODE, **INTENT})
    stated = verdict.criteria[len(CRITERIA) - len(GOOD_SENTENCES) :]
    assert [(c.criterion.id, c.criterion.path, c.criterion.line) for c in stated] == [
        ("unit-01-deploy-1", UNIT, 9),
        ("unit-01-deploy-2", UNIT, 10),
    ]


def test_a_criterion_of_a_unit_is_met_by_the_probe_that_it_asks_for() -> None:
    verdict = judged({**CODE, **INTENT}, "sigterm_loses_nothing")
    found = of(verdict, "unit-01-deploy-1").judgement
    assert (found.status, found.rung) == (Status.MET, Rung.REHEARSED)


def test_a_ticked_box_proves_nothing() -> None:
    found = of(judged({**CODE, **INTENT}), "unit-01-deploy-1").judgement
    assert (found.status, found.rung) == (Status.UNPROVEN, Rung.CLAIMED)
    assert found.todo == ("sigterm_loses_nothing",)


def test_a_vague_criterion_stays_unproven_and_says_what_to_write() -> None:
    found = of(judged({**CODE, **INTENT}), "unit-01-deploy-2").judgement
    assert (found.status, found.why, found.instead) == (
        Status.UNPROVEN,
        '"Deployment is automated" names no step that runs, no gate and no trigger',
        "Deployment pipeline runs `terraform plan` in CI and requires approval before `apply`",
    )


def test_without_its_code_nothing_of_a_service_is_proven() -> None:
    verdict = judged(INTENT, "sigterm_loses_nothing")
    found = of(verdict, "unit-01-deploy-1").judgement
    assert (found.status, found.rung, found.why) == (
        Status.UNPROVEN,
        Rung.CHECKED,
        "the stage was given no code",
    )
    assert "code" in verdict.missing


@pytest.mark.parametrize(
    ("id", "names"),
    [
        ("DONE-1", ["architecture"]),
        ("DONE-2", ["behaviour spec"]),
        ("DONE-3", ["behaviour spec", "architecture"]),
        ("DONE-4", ["discovery", "behaviour spec"]),
    ],
)
def test_a_missing_input_leaves_what_needs_it_unproven_by_name(id: str, names: list[str]) -> None:
    found = of(judged(CODE), id).judgement
    assert found.status is Status.UNPROVEN
    given = [reason for reason in found.reasons if reason.startswith("the stage was given")]
    assert given == [f"the stage was given no {name}" for name in names]


def test_what_is_shown_to_be_false_stays_so_without_its_inputs() -> None:
    blocker = make_finding(mandate="OPS-2", check="secret-in-file")
    verdict = judge(make_spec(), make_bundle(INTENT), make_review((blocker,)), Journal())
    assert of(verdict, "OPS-2").status is Status.UNMET


@pytest.mark.parametrize(
    ("statuses", "ready", "exit_code"),
    [
        ([Status.MET, Status.MET], True, 0),
        ([Status.MET, Status.UNPROVEN], False, 3),
        ([Status.UNMET, Status.UNPROVEN], False, 1),
        ([Status.UNMET, Status.MET], False, 1),
        ([], False, 3),
    ],
    ids=["all-met", "one-open", "false-and-open", "one-false", "judged-by-nothing"],
)
def test_ready_only_when_every_criterion_is_met(
    statuses: list[Status], ready: bool, exit_code: int
) -> None:
    verdict = make_verdict(*(make_judged(status) for status in statuses))
    assert (verdict.ready, verdict.exit_code) == (ready, exit_code)


def test_a_probe_that_broke_is_never_overlooked() -> None:
    journal = Journal((make_proof("sigterm_loses_nothing", Result.BROKE, "one was lost"),))
    verdict = judge(make_spec(), make_bundle(CODE), make_review(), journal)
    assert verdict.exit_code == 1


def test_assumptions_are_listed_with_value_and_reason() -> None:
    operations = make_spec(slos=[
        {"name": "a.b", "kind": "availability", "objective_percent": 99.5, "window_days": 30}
    ]).operations  # fmt: skip
    origin = Origin(Basis.ASSUMED, "nobody says")
    spec = Spec(operations, {"slos.a.b.objective_percent": origin})
    assert judged(CODE, spec=spec).assumptions == (("slos.a.b.objective_percent", 99.5, origin),)


def test_a_key_that_leads_nowhere_has_no_value() -> None:
    assert value_at(make_spec(), "slos.none.window_days") is None
    assert value_at(make_spec(), "service.name.first") is None
