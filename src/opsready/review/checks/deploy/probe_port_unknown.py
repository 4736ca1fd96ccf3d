"""A probe of a port that its container does not name."""

from collections.abc import Iterator

from opsready.documents.kubernetes import Container, Manifest, Workload
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """Ports by name; a number needs no declaration, and a patch may leave the names out."""
    for manifest in case.pack.documents(Manifest):
        for workload in manifest.workloads if serves_users(manifest.path) else ():
            for container in workload.main_containers:
                if container.image is not None and container.ports:
                    yield from _container(workload, container)


def _container(workload: Workload, container: Container) -> Iterator[Finding]:
    names = {port.name for port in container.ports if port.name}
    for role in ("readiness", "liveness", "startup"):
        probe = container.probe(role)
        if probe is None or not probe.port or probe.port.isdigit() or probe.port in names:
            continue
        known = ", ".join(f"`{name}`" for name in sorted(names)) or "none"
        yield Finding(
            workload.path,
            probe.line,
            f"the {role} probe of container `{container.name}` asks port `{probe.port}`, which the"
            f" container does not name (it names: {known}): the probe fails for ever",
            f"Name a containerPort `{probe.port}`, or probe one of the ports that are named.",
        )


CHECK = Check(
    id="probe-port-unknown",
    mandate="OPS-4",
    severity=Severity.BLOCKER,
    title="a probe of a port that does not exist",
    find=find,
)
