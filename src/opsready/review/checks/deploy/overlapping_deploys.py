"""Deploys of one place that may run at the same time."""

from collections.abc import Iterator

from opsready.documents.pipeline import Job
from opsready.documents.workflow import Workflow
from opsready.facts.automation import DeployPath
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a pipeline, at the first job that deploys without a queue."""
    for path in case.automation.paths:
        job = _unqueued(path)
        if job is None:
            continue
        key = "concurrency" if isinstance(path.pipeline, Workflow) else "resource_group"
        yield Finding(
            job.path,
            job.line,
            f"two runs of job `{job.id}` may deploy at the same time: the older can finish last,"
            " and a rollback can race the next release",
            f"Give `{job.id}` a `{key}` named after the place that it deploys to, without"
            " cancelling what runs.",
        )


def _unqueued(path: DeployPath) -> Job | None:
    whole = path.pipeline.concurrency if isinstance(path.pipeline, Workflow) else None
    if whole is not None:
        return None
    return next((job for job in path.jobs if job.concurrency is None), None)


CHECK = Check(
    id="overlapping-deploys",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="two deploys of one place at the same time",
    find=find,
)
