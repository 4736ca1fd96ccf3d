"""A deploy that the next one cancels while it runs."""

from collections.abc import Iterator

from opsready.documents.workflow import Workflow
from opsready.documents.yaml_tree import Yaml
from opsready.facts.automation import DeployPath
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a concurrency group that cancels, of the file or of a job that deploys."""
    for path in case.automation.paths:
        for concurrency in _groups(path):
            cancels = concurrency.get("cancel-in-progress")
            if cancels is not None and cancels.value is True:
                yield Finding(
                    path.path,
                    cancels.line,
                    "a newer run cancels a deploy while it runs: what it had changed by then stays"
                    " as it is, locks included",
                    "Set `cancel-in-progress: false` on what deploys, and let deploys queue;"
                    " tests may go on cancelling in a workflow of their own.",
                )


def _groups(path: DeployPath) -> Iterator[Yaml]:
    if isinstance(path.pipeline, Workflow) and path.pipeline.concurrency is not None:
        yield path.pipeline.concurrency
    yield from (job.concurrency for job in path.jobs if job.concurrency is not None)


CHECK = Check(
    id="deploy-cancelled-midway",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="a deploy that the next one cancels",
    find=find,
)
