"""A rollback whose own failure is hidden."""

from collections.abc import Iterator

from opsready.documents.tool import Does
from opsready.facts.automation import Act
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a command or step that takes back and may not fail."""
    for path in (*case.automation.paths, *case.automation.scripts):
        for act in path.that(Does.ROLLS_BACK):
            how = _hidden_by(act)
            if how and not act.effect.is_a(Does.DEPLOYS):
                yield Finding(
                    act.effect.path,
                    act.effect.line,
                    f"`{act.effect.name}` may fail unseen ({how}): the pipeline then says that it"
                    " rolled back while the bad release still runs",
                    "Let the failure of a rollback fail the pipeline and page somebody; where a"
                    " first deploy has nothing to return to, test for that and say so.",
                )


def _hidden_by(act: Act) -> str:
    if act.effect.command is not None and act.effect.command.tolerated:
        return "`||` swallows its exit code"
    if act.step is not None and act.step.tolerated:
        return "`continue-on-error` on the step"
    if act.job is not None and act.job.tolerated:
        return f"job `{act.job.id}` is allowed to fail"
    return ""


CHECK = Check(
    id="rollback-cannot-fail",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="a rollback whose own failure is hidden",
    find=find,
)
