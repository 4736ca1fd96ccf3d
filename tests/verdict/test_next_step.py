"""The one thing to do next."""

import pytest

from opsready.verdict.criterion import Status
from opsready.verdict.judge import Judged
from opsready.verdict.next_step import next_step
from tests.verdict.build import make_judged, make_verdict

FALSE = make_judged(Status.UNMET, id="OPS-2", reasons=("a.yml:3 a secret", "more"))
UNTRIED = make_judged(Status.UNPROVEN, reasons=("not run",), todo=("image_builds",))
VAGUE = make_judged(
    Status.UNPROVEN, reasons=("vague",), instead="Say so", path="units/unit-01-a.md", line=9
)
LACKING = make_judged(Status.UNPROVEN, reasons=("the tree has no runbook",))
UNWRITTEN = make_judged(
    Status.UNPROVEN,
    reasons=("not written: image: nothing says runtime.start: state it in opsready.yaml",),
)
LATER = make_judged(
    Status.UNPROVEN,
    reasons=("needs the probe x, which this version of opsready does not have yet",),
)


@pytest.mark.parametrize(
    ("judged", "says"),
    [
        ([VAGUE, UNTRIED, FALSE], "mend OPS-2: a.yml:3 a secret"),
        ([VAGUE, UNTRIED], "prove what can be proven here: opsready rehearse --only image_builds"),
        (
            [UNTRIED, UNWRITTEN],
            "let the rest be written: image: nothing says runtime.start: state it in opsready.yaml "
            "(opsready init writes that file)",
        ),
        (
            [LACKING, VAGUE],
            "write units/unit-01-a.md:9 so that it can be verified: Say so",
        ),
        ([LATER, LATER, LACKING], "give what keeps most open: the tree has no runbook"),
        (
            [LATER],
            "give what keeps most open: needs the probe x, which this version of opsready does "
            "not have yet",
        ),
        (
            [make_judged()],
            "keep it so: let CI run opsready verdict, with --against the main branch",
        ),
    ],
    ids=["mend", "prove", "say", "rewrite", "give", "wait", "keep"],
)
def test_the_next_step(judged: list[Judged], says: str) -> None:
    assert next_step(make_verdict(*judged)) == says


def test_without_code_nothing_else_comes_first() -> None:
    verdict = make_verdict(UNTRIED, missing=("code",))
    assert next_step(verdict) == (
        "name the folder that holds the service's code: without it nothing can be tried"
    )


def test_many_probes_are_run_at_once() -> None:
    many = make_judged(Status.UNPROVEN, reasons=("not run",), todo=("a", "b", "c", "d"))
    assert next_step(make_verdict(many)).endswith("opsready rehearse --stale")
