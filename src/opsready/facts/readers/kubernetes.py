"""What manifests say: the workloads' commands, ports and probes, and what runs beside them."""

from collections.abc import Iterator

from opsready.documents.kubernetes import Container, Manifest, Workload
from opsready.documents.start_command import StartCommand
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle


def read(bundle: Bundle) -> Iterator[Fact]:
    """Every manifest that serves users, templates aside."""
    for manifest in bundle.documents(Manifest):
        if not serves_users(manifest.path):
            continue
        for workload in manifest.workloads:
            value = {"tool": "kubernetes"}
            quote = f"kind: {workload.kind}"
            place = workload.path, workload.line
            yield Fact(Claim.DEPLOYS_WITH, value, *place, quote, Confidence.DERIVED)
            for container in workload.main_containers:
                yield from _container(workload, container)


def _container(workload: Workload, container: Container) -> Iterator[Fact]:
    kind = container.image.service_kind if container.image is not None else None
    if kind is not None:
        value = {"kind": kind, "name": workload.name, "client": None}
        quote = f"image: {container.image}"
        line = container.image_line
        yield Fact(Claim.DEPENDENCY, value, workload.path, line, quote, Confidence.DERIVED)
    elif workload.serves:
        yield from _own(workload, container)


def _own(workload: Workload, container: Container) -> Iterator[Fact]:
    for port in container.ports:
        if port.protocol == "TCP":
            quote = f"containerPort: {port.number}"
            yield Fact(Claim.PORT, port.number, workload.path, port.line, quote)
    if container.command:
        start = StartCommand(container.command)
        place = workload.path, container.line
        value = {"command": start.shown, "container": container.name}
        yield Fact(Claim.START_COMMAND, value, *place, f"command: {start.shown}")
        if start.workers is not None:
            yield Fact(Claim.WORKERS, {"count": start.workers}, *place, start.shown)
    user = workload.user_of(container)
    if user is not None:
        quote = f"runAsUser: {user.text}"
        yield Fact(Claim.CONTAINER_USER, user.text, workload.path, user.line, quote)
    for role in ("readiness", "liveness", "startup"):
        probe = container.probe(role)
        if probe is not None and probe.how == "http":
            route = {"path": probe.path, "covers": None, "role": role}
            quote = f"{role}Probe: httpGet {probe.path}"
            yield Fact(
                Claim.HEALTH_ROUTE, route, workload.path, probe.line, quote, Confidence.DERIVED
            )


READER = Reader("kubernetes", read)
