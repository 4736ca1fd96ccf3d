"""A Service that sends traffic to a port that its pods do not have."""

from collections.abc import Iterator

from opsready.documents.kubernetes import KubernetesObject, Manifest, Workload
from opsready.documents.yaml_tree import Yaml
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding a port of a Service that the workload beside it declares under no such name."""
    manifests = [m for m in case.pack.documents(Manifest) if serves_users(m.path)]
    workloads = [workload for manifest in manifests for workload in manifest.workloads]
    for manifest in manifests:
        for service in manifest.of_kind("Service"):
            chosen = [w for w in workloads if w.serves and _selects(service, w)]
            for port in service.node.elements("spec", "ports") if len(chosen) == 1 else ():
                missing = _missing(port, chosen[0])
                if missing:
                    yield Finding(
                        service.path,
                        port.line,
                        f"the Service `{service.name}` sends traffic to port `{missing}`, which "
                        f"`{chosen[0].name}` does not declare (it has {_listed(chosen[0])})",
                        "Name a port of the container.",
                        related=(Place(chosen[0].path, chosen[0].line, "the workload"),),
                    )


def _selects(service: KubernetesObject, workload: Workload) -> bool:
    wanted = {key: node.text for key, node in service.node.items("spec", "selector")}
    return bool(wanted) and wanted.items() <= workload.labels.items()


def _missing(port: Yaml, workload: Workload) -> str | None:
    """The target that no container declares; a number needs no declaration unless others of the
    container are declared by number."""
    declared = [p for container in workload.main_containers for p in container.ports]
    target = port.string("targetPort") or port.string("port") or ""
    complete = all(container.ports for container in workload.main_containers)
    if not declared or not target:
        return None
    if target.isdigit():
        known = int(target) in {p.number for p in declared}
        return None if known or not complete else target
    return None if target in {p.name for p in declared} or not complete else target


def _listed(workload: Workload) -> str:
    ports = [p for container in workload.main_containers for p in container.ports]
    return ", ".join(f"`{p.name or p.number}`" for p in ports)


CHECK = Check(
    id="service-port-unknown",
    mandate="OPS-4",
    severity=Severity.WARNING,
    title="a Service that sends traffic to a port that its pods do not have",
    find=find,
)
