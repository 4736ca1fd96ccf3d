"""A rollback after which nobody looks whether the old version serves."""

from collections.abc import Iterator

from opsready.documents.tool import Does
from opsready.facts.automation import Act, DeployPath
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a path, at the last rollback that nothing looks at."""
    for path in (*case.automation.paths, *case.automation.scripts):
        known = [act for act in path.that(Does.ROLLS_BACK) if _is_known(act)]
        if known and not path.after(known[-1], Does.VERIFIES):
            effect = known[-1].effect
            yield Finding(
                effect.path,
                effect.line,
                f"nothing looks at the service after `{effect.name}`: a rollback that does not"
                " bring it back is reported as one that did",
                f"{_remedy(path)} after it, and let the job fail where the answer is not healthy.",
            )


def _is_known(act: Act) -> bool:
    """A tool that we know to return at once; a script of another name may verify by itself."""
    effect = act.effect
    gated = effect.is_a(Does.DEPLOYS, Does.VERIFIES)
    return effect.tool not in {"rollback", "release", "cloudrun", "kamal"} and not gated


def _remedy(path: DeployPath) -> str:
    tools = {act.effect.tool for act in path.acts}
    if "kubernetes" in tools:
        return "Run `kubectl rollout status --timeout=…`"
    return "Pass `--wait`" if "helm" in tools else "Ask the readiness route, with a time limit,"


CHECK = Check(
    id="rollback-unverified",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="a rollback that nobody looks at",
    find=find,
)
