"""A liveness probe that asks what readiness asks, and restarts what should only wait."""

from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding a container. Two checks that a port is open verify nothing, and may be equal."""
    for manifest in case.pack.documents(Manifest):
        for workload in manifest.workloads if serves_users(manifest.path) else ():
            for container in workload.main_containers:
                live, ready = container.probe("liveness"), container.probe("readiness")
                if live is None or ready is None or live.asks != ready.asks or live.how == "tcp":
                    continue
                asked = live.path or live.command or live.how
                yield Finding(
                    workload.path,
                    live.line,
                    f"liveness and readiness of container `{container.name}` both ask `{asked}`:"
                    " either a lost dependency restarts every pod, or readiness verifies nothing",
                    "Point liveness at a route that touches no dependency, and readiness at one"
                    " that verifies the critical ones.",
                    related=(Place(workload.path, ready.line, "the readiness probe"),),
                )


CHECK = Check(
    id="liveness-equals-readiness",
    mandate="OPS-4",
    severity=Severity.WARNING,
    title="liveness asks what readiness asks",
    find=find,
)
