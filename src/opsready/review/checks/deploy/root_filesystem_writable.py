"""A service that may write into its own program."""

from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest, Workload
from opsready.documents.terraform_tree import Known, Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_REMEDY = (
    "and mount what must be written: an empty volume at `/tmp`, and one in memory for shared"
    " metrics."
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a workload of Kubernetes and a task of ECS, at its first such container."""
    for manifest in case.pack.documents(Manifest):
        for workload in manifest.workloads if serves_users(manifest.path) else ():
            # An agent of a node writes on the node; one copy on each is what it is for.
            agent = workload.kind == "DaemonSet"
            if workload.serves and not agent and not _is_bought(workload):
                yield from _workload(workload)
    terraform = case.pack.bundle.assembled(Terraform)
    for task in terraform.resources("aws_ecs_task_definition"):
        containers = terraform.containers(task) if serves_users(task.path) else []
        writable = next((known for known in containers if _is_writable(known)), None)
        if writable is not None:
            name = writable.value.string("name") or "?"
            yield _finding(
                writable.path, writable.line, name, "Set `readonlyRootFilesystem = true`"
            )


def _is_bought(workload: Workload) -> bool:
    images = (container.image for container in workload.containers)
    return any(image is not None and image.service_kind is not None for image in images)


def _workload(workload: Workload) -> Iterator[Finding]:
    for container in workload.main_containers:
        flag = container.node.get("securityContext", "readOnlyRootFilesystem")
        if flag is None or flag.value is False:
            line = flag.line if flag is not None else container.line
            yield _finding(
                workload.path,
                line,
                container.name,
                "Set `readOnlyRootFilesystem: true` in the container's `securityContext`",
            )
            return


def _is_writable(known: Known) -> bool:
    flag = known.value.get("readonlyRootFilesystem")
    return flag is None or flag.value is False


def _finding(path: str, line: int, name: str, remedy: str) -> Finding:
    return Finding(
        path,
        line,
        f"container `{name}` may write anywhere in its image: what an attacker, or a bug, leaves"
        " there runs until the next deploy, and the disk fills unseen",
        f"{remedy}, {_REMEDY}",
    )


CHECK = Check(
    id="root-filesystem-writable",
    mandate="OPS-5",
    severity=Severity.ADVICE,
    title="a service that may write into its own program",
    find=find,
)
