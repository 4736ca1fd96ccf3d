"""DONE-1: the pipeline is defined and validated, by building, planning and applying."""

from dataclasses import replace

from opsready.hats.pack import UNWRITTEN
from opsready.rehearsal.proof import Rung
from opsready.verdict.criterion import Brief, Claim, Criterion, Judgement, Status, ids_of
from opsready.verdict.instruments import checks_of
from opsready.verdict.sights import has
from opsready.verdict.weigh import weigh

CLAIMS = (
    Claim(
        "the pipeline is defined, and its steps run",
        (*checks_of("DONE-1"), "no-pipeline", "config-never-tested", "pipeline_steps_run"),
        Rung.REHEARSED,
        has("way of deploying"),
    ),
    Claim("it builds", ("image-never-built", "image_builds"), Rung.REHEARSED),
    Claim(
        "it plans and applies",
        ("apply-without-plan", "terraform_plans_and_applies"),
        Rung.REHEARSED,
    ),
)


def judge(brief: Brief) -> Judgement:
    """Every step was really run here; where there is none, what kept the hats from writing it is
    the first reason."""
    judgement = weigh(CLAIMS, brief)
    if judgement.status is Status.MET:
        return judgement
    unwritten = tuple(f"{UNWRITTEN}{left}" for left in brief.left_out)
    return replace(judgement, reasons=(*unwritten, *judgement.reasons))


CRITERION = Criterion(
    id="DONE-1",
    must="The deployment pipeline is defined and validated: it builds, plans and applies",
    needs=Rung.REHEARSED,
    judge=judge,
    by=ids_of(CLAIMS),
    inputs=("architecture", "code"),
)
