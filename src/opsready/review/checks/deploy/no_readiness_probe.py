"""A workload that gets traffic before anything asked whether it is ready."""

import re
from collections.abc import Iterator

from opsready.documents.kubernetes import Container, Manifest, Workload
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

# What stands beside the service's own container and serves machines, not users.
_BESIDE = re.compile(r"proxy|exporter|sidecar|agent|envoy|istio|linkerd|fluent|vault|otel|jaeger")


def find(case: Case) -> Iterator[Finding]:
    """Containers that declare a port, or stand behind a Service, without a readiness probe."""
    manifests = [m for m in case.pack.documents(Manifest) if serves_users(m.path)]
    workloads = [w for m in manifests for w in m.workloads if w.serves]
    probed = {_identity(w, c) for w in workloads for c in w.containers if c.probe("readiness")}
    selectors = [
        {name: node.text for name, node in service.node.items("spec", "selector")}
        for manifest in manifests
        for service in manifest.of_kind("Service")
    ]
    for workload in workloads:
        is_behind_service = any(_selects(selector, workload) for selector in selectors)
        for container in _serving(workload, is_behind_service=is_behind_service):
            if _identity(workload, container) not in probed:
                yield _finding(workload, container)


def _finding(workload: Workload, container: Container) -> Finding:
    return Finding(
        workload.path,
        container.line,
        f"container `{container.name}` of {workload.kind} `{workload.name}` serves a port and has"
        " no readiness probe: it gets traffic as soon as its process starts, and a rollout calls"
        " a version that cannot serve a success",
        "Add a `readinessProbe` on the route that verifies its critical dependencies, with"
        " `timeoutSeconds` of at most 5.",
    )


def _identity(workload: Workload, container: Container) -> tuple[str, str, str]:
    """The same container in a base and in the patches that complete it."""
    return workload.kind, workload.name, container.name


def _selects(selector: dict[str, str], workload: Workload) -> bool:
    return bool(selector) and selector.items() <= workload.labels.items()


def _serving(workload: Workload, *, is_behind_service: bool) -> list[Container]:
    """The service's own containers that take requests; a patch names no image and is none."""
    own = [
        container
        for container in workload.main_containers
        if container.image is not None
        and container.image.service_kind is None
        and not _BESIDE.search(f"{container.name} {container.image.short_name}".lower())
    ]
    declaring = [c for c in own if any(port.protocol == "TCP" for port in c.ports)]
    return declaring or (own if is_behind_service and len(own) == 1 else [])


CHECK = Check(
    id="no-readiness-probe",
    mandate="OPS-4",
    severity=Severity.BLOCKER,
    title="traffic before anything asked whether it is ready",
    find=find,
)
