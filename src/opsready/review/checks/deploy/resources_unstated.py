"""A container that may take all memory of its machine, or whose needs nobody stated."""

from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest, Workload
from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding a workload of Kubernetes, and a task of ECS on machines of one's own."""
    manifests = [m for m in case.pack.documents(Manifest) if serves_users(m.path)]
    ranged = any(m.of_kind("LimitRange", "VerticalPodAutoscaler") for m in manifests)
    for manifest in manifests:
        for workload in manifest.workloads if not ranged else ():
            if workload.serves:
                yield from _workload(workload)
    terraform = case.pack.bundle.assembled(Terraform)
    for task in terraform.resources("aws_ecs_task_definition"):
        # Fargate refuses a task without either.
        if serves_users(task.path) and "memory" not in task.attributes:
            for known in terraform.containers(task):
                if known.value.get("memory") is None:
                    name = known.value.string("name") or "?"
                    remedy = "Set `memory` on the container or on the task."
                    yield _finding(known.path, known.line, name, "no limit of memory", remedy)


def _workload(workload: Workload) -> Iterator[Finding]:
    for container in workload.main_containers:
        limit = container.node.get("resources", "limits", "memory")
        asked = container.node.get("resources", "requests", "cpu")
        asked = asked if asked is not None else container.node.get("resources", "limits", "cpu")
        missing = [
            *(["no limit of memory"] if limit is None else []),
            *(["no request for CPU"] if asked is None else []),
        ]
        if missing:
            yield _finding(
                workload.path,
                container.line,
                container.name,
                " and ".join(missing),
                "Set `resources` with requests for both and a limit of memory, from what a load"
                " test shows.",
            )
            return


def _finding(path: str, line: int, name: str, what: str, remedy: str) -> Finding:
    return Finding(
        path,
        line,
        f"container `{name}` has {what}: on a full machine it starves its neighbours, or is the"
        " first to be killed",
        remedy,
    )


CHECK = Check(
    id="resources-unstated",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="a container that may take all of its machine",
    find=find,
)
