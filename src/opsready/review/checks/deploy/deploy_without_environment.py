"""A job that deploys and does not say where to."""

from collections.abc import Iterator

from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a job."""
    for path in case.automation.paths:
        for job in path.jobs:
            if job.environment is None:
                yield Finding(
                    job.path,
                    job.line,
                    f"job `{job.id}` deploys and names no environment: the code host records no"
                    " deployment, and none can be held for an approval",
                    f"Add `environment: production` (or the place's own name) to `{job.id}`, and"
                    " set its protection rules on the code host.",
                )


CHECK = Check(
    id="deploy-without-environment",
    mandate="OPS-1",
    severity=Severity.WARNING,
    title="a deploy job that names no environment",
    find=find,
)
