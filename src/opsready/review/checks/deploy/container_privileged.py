"""A container that is given the machine."""

from collections.abc import Iterator

from opsready.documents.compose import ComposeFile
from opsready.documents.kubernetes import Container, Manifest, Workload
from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_SOCKET = ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock")
_SHARED = ("hostNetwork", "hostPID", "hostIPC")


def find(case: Case) -> Iterator[Finding]:
    """Workloads that serve, services that compose keeps up, and tasks of ECS."""
    for manifest in case.pack.documents(Manifest):
        for workload in manifest.workloads if serves_users(manifest.path) else ():
            # An agent of a node needs the node; one copy on each is what it is for.
            if workload.serves and workload.kind != "DaemonSet":
                yield from _pod(workload)
    for compose in case.pack.documents(ComposeFile):
        for service in compose.services if compose.is_for_production else ():
            node = service.node.get("privileged")
            if node is not None and node.value is True and serves_users(compose.path):
                yield _finding(compose.path, node.line, f"service `{service.name}` is privileged")
    terraform = case.pack.bundle.assembled(Terraform)
    for task in terraform.resources("aws_ecs_task_definition"):
        for known in terraform.containers(task) if serves_users(task.path) else ():
            flag = known.value.get("privileged")
            if flag is not None and flag.value is True:
                name = known.value.string("name") or "?"
                yield _finding(known.path, flag.line, f"container `{name}` is privileged")


def _pod(workload: Workload) -> Iterator[Finding]:
    for name in _SHARED:
        shared = workload.pod.get(name)
        if shared is not None and shared.value is True:
            yield _finding(workload.path, shared.line, f"`{workload.name}` sets `{name}`")
    for volume in workload.pod.elements("volumes"):
        mounted = volume.get("hostPath", "path")
        if mounted is not None and mounted.text in _SOCKET:
            what = f"`{workload.name}` mounts the socket of the container engine"
            yield _finding(workload.path, mounted.line, what)
    for container in workload.main_containers:
        yield from _container(workload, container)


def _container(workload: Workload, container: Container) -> Iterator[Finding]:
    flag = container.node.get("securityContext", "privileged")
    if flag is not None and flag.value is True:
        yield _finding(workload.path, flag.line, f"container `{container.name}` is privileged")


def _finding(path: str, line: int, what: str) -> Finding:
    return Finding(
        path,
        line,
        f"{what}: a fault in this service is one of the whole machine, and of all that runs there",
        "Take it out, and add the one capability, device or port that is needed, if any.",
    )


CHECK = Check(
    id="container-privileged",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="a container that is given the machine",
    find=find,
)
