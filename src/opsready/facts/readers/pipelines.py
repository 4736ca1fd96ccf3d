"""What pipelines say: the workflows, the tools that deploy, the places deployed to."""

from collections.abc import Iterator

from opsready.documents.gitlab_ci import GitlabCi
from opsready.documents.pipeline import Job
from opsready.documents.tool import Does
from opsready.documents.workflow import Workflow
from opsready.facts.automation import Act, DeployPath, read_automation
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

# Helm and Kustomize are Kubernetes too; the tool is kept because a reader looks for it.
_NO_TOOL = {"script", "rollback", "http", "image", "workflow"}


def read(bundle: Bundle) -> Iterator[Fact]:
    """Every pipeline, then what deploys, by pipeline or by hand."""
    automation = read_automation(bundle)
    deploying = {path.path for path in automation.paths}
    for workflow in bundle.documents(Workflow):
        if not workflow.is_action:
            name = workflow.name or workflow.path.rpartition("/")[2]
            yield _workflow(workflow, name, deploys=workflow.path in deploying)
    for pipeline in bundle.documents(GitlabCi):
        yield _workflow(pipeline, "GitLab CI", deploys=pipeline.path in deploying)
    for path in (*automation.paths, *automation.scripts):
        yield from _deploys(path)


def _workflow(pipeline: Workflow | GitlabCi, name: str, *, deploys: bool) -> Fact:
    triggers = sorted(pipeline.triggers) if isinstance(pipeline, Workflow) else []
    jobs = [_job(job) for job in pipeline.jobs]
    value = {"name": name, "triggers": triggers, "jobs": jobs, "deploys": deploys}
    return Fact(Claim.WORKFLOW, value, pipeline.path, 1, f"name: {name}")


def _job(job: Job) -> dict[str, object]:
    return {"id": job.id, "needs": list(job.needs), "environment": job.environment}


def _deploys(path: DeployPath) -> Iterator[Fact]:
    said: set[str] = set()
    for act in path.deploys:
        effect = act.effect
        if effect.tool not in said | _NO_TOOL:
            said.add(effect.tool)
            value = {"tool": effect.tool, "pipeline": path.name if path.pipeline else None}
            yield Fact(Claim.DEPLOYS_WITH, value, effect.path, effect.line, effect.text)
        yield from _environment(act)


def _environment(act: Act) -> Iterator[Fact]:
    place = act.job.environment if act.job is not None else None
    if act.job is not None and place and "$" not in place and act.effect.is_a(Does.DEPLOYS):
        value, quote = {"name": place}, f"environment: {place}"
        yield Fact(Claim.ENVIRONMENT, value, act.job.path, act.job.line, quote, Confidence.STATED)


READER = Reader("pipelines", read)
