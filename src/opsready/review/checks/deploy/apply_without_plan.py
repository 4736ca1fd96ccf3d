"""An apply that plans again, so that nobody saw what it changes."""

from collections.abc import Iterator

from opsready.documents.pipeline import Job
from opsready.documents.tool import Does
from opsready.facts.automation import Act
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a command, in the pipelines that deploy."""
    for path in case.automation.paths:
        for act in path.deploys:
            if _plans_again(act):
                effect = act.effect
                yield Finding(
                    effect.path,
                    effect.line,
                    f"`{effect.name}` makes its own plan and applies it unseen: what was reviewed,"
                    " if anything was, is not what happens",
                    "Plan with `-out=plan.tfplan` in a job of its own, keep the file, and apply"
                    " that very file after approval; a stale plan must fail.",
                )


def _plans_again(act: Act) -> bool:
    effect = act.effect
    if effect.tool != "terraform" or effect.command is None or effect.is_a(Does.PLANS):
        return False
    return act.job is None or not _destroys(act.job)


def _destroys(job: Job) -> bool:
    """What a job also destroys is made for the job alone."""
    programs = ("terraform", "tofu", "terragrunt")
    return any(c.runs(program, "destroy") for c in job.commands for program in programs)


CHECK = Check(
    id="apply-without-plan",
    mandate="OPS-5",
    severity=Severity.BLOCKER,
    title="an apply of a plan that nobody saw",
    find=find,
)
