"""A script that deploys, and that no pipeline calls."""

from collections.abc import Iterator

from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding a script or target, at its first deploying command."""
    for script in case.automation.scripts:
        known = [act for act in script.deploys if not act.effect.is_opaque]
        if not known or not serves_users(script.path):
            continue
        effect = known[0].effect
        yield Finding(
            effect.path,
            effect.line,
            f"`{script.name}` deploys with `{effect.name}` and no pipeline calls it: who deployed"
            " what, when and with which result is recorded nowhere",
            "Call it from a pipeline that names an environment, so that every deploy leaves a"
            " record and nobody needs the rights on their own machine.",
        )


CHECK = Check(
    id="deploy-unaudited",
    mandate="OPS-1",
    severity=Severity.WARNING,
    title="a deploy that people start from their own machines",
    find=find,
)
