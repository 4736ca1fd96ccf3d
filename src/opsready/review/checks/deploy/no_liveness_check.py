"""A container that is taken out of traffic when it hangs, and never started anew."""

from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest, Workload
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding a container that has a readiness probe and no liveness probe."""
    for manifest in case.pack.documents(Manifest):
        for workload in manifest.workloads if serves_users(manifest.path) else ():
            if workload.serves and not _is_bought(workload):
                yield from _workload(workload)


def _is_bought(workload: Workload) -> bool:
    images = (container.image for container in workload.containers)
    return any(image is not None and image.service_kind is not None for image in images)


def _workload(workload: Workload) -> Iterator[Finding]:
    for container in workload.main_containers:
        ready = container.probe("readiness")
        if ready is not None and container.probe("liveness") is None:
            yield Finding(
                workload.path,
                ready.line,
                f"container `{container.name}` has a readiness probe and no liveness probe: a"
                " process that hangs gets no traffic, and nothing ever starts it anew",
                "Add a `livenessProbe` on a route that touches no dependency, slow to act"
                " (`failureThreshold: 6`): it restarts, and a restart mends no database.",
            )


CHECK = Check(
    id="no-liveness-check",
    mandate="OPS-4",
    severity=Severity.ADVICE,
    title="a container that hangs and is never started anew",
    find=find,
)
