"""A plan that is made in the approved job itself, so that the approval is one of nothing."""

from collections.abc import Iterator

from opsready.documents.tool import Does
from opsready.facts.automation import Act, DeployPath
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_PROGRAMS = {"terraform", "tofu"}


def find(case: Case) -> Iterator[Finding]:
    """One finding a job that names an environment, plans, and applies that plan."""
    for path in case.automation.paths:
        seen = set()
        for act in path.deploys:
            plan = _own_plan(act, path)
            if plan is not None and act.job is not None and act.job.id not in seen:
                seen.add(act.job.id)
                yield _finding(act, plan)


def _own_plan(act: Act, path: DeployPath) -> Act | None:
    """The plan that an apply of an approved job takes, where that job makes it."""
    command = act.effect.command
    saved = command is not None and command.program in _PROGRAMS and act.effect.is_a(Does.PLANS)
    if command is None or not saved or act.takes_back or act.job is None:
        return None
    if not act.job.environment or "apply" not in command.operands:
        return None
    file = act.given(command.operands[-1])
    before = path.acts[: path.acts.index(act)]
    written = [each for each in before if _writes(each, file)]
    last = written[-1] if written else None
    return last if last is not None and last.job is act.job and not last.takes_back else None


def _writes(act: Act, file: str) -> bool:
    command = act.effect.command
    if command is None or command.program not in _PROGRAMS or "plan" not in command.operands:
        return False
    return act.given(command.value("-out", "--out") or "") == file


def _finding(apply: Act, plan: Act) -> Finding:
    place = apply.job.environment if apply.job is not None else ""
    return Finding(
        plan.effect.path,
        plan.effect.line,
        f"the plan is made in the job that `{place}` approves, and applied at once: who approved it"
        " has not seen what it changes",
        "Plan in a job before, keep the file with its digest, show it, and let the approved job"
        " check the digest and apply that very file.",
    )


CHECK = Check(
    id="plan-made-after-approval",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="an approval of a plan that is not made yet",
    find=find,
)
