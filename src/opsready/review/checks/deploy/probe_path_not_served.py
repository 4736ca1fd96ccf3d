"""A probe of a path that the code does not serve."""

import re
from collections.abc import Iterator

from opsready.documents.dockerfile import Dockerfile
from opsready.documents.kubernetes import Container, Manifest
from opsready.documents.route_path import route_pattern
from opsready.facts.fact import Claim, Fact, Facts
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding a probe, where the routes of the code are known and there is one service."""
    probes = [fact for fact in case.facts.of(Claim.HEALTH_ROUTE) if fact["role"]]
    if not probes:
        return
    routes = _known_routes(case.facts)
    if _services(case) > 1:
        raise NotRun("the tree has several services, and nothing says whose path is probed")
    served = [route_pattern(str(fact["path"])) for fact in routes]
    for probe in probes:
        path = str(probe["path"]).partition("?")[0]
        if not any(pattern.fullmatch(path) for pattern in served):
            near = ", ".join(f"`{name}`" for name in _near(routes)) or "none"
            yield Finding(
                probe.path,
                probe.line,
                f"the {probe['role']} check asks `{path}`, which no route of the code serves"
                f" (health routes there: {near}): the service never becomes healthy",
                "Ask a route that the code serves, or add the route.",
            )


def _known_routes(facts: Facts) -> list[Fact]:
    routes = facts.routes_served
    if not routes:
        raise NotRun("no route of the code is known")
    if facts.made_at_run_time(Claim.ROUTE):
        raise NotRun("the code makes routes at run time; `opsready observe` shows them")
    return routes


def _services(case: Case) -> int:
    images = [d for d in case.pack.documents(Dockerfile) if serves_users(d.path)]
    own = {
        workload.name
        for manifest in case.pack.documents(Manifest)
        for workload in manifest.workloads
        if workload.serves and serves_users(manifest.path) and not _is_bought(workload.containers)
    }
    return max(len(images), len(own))


def _is_bought(containers: tuple[Container, ...]) -> bool:
    """A store that is run beside the service."""
    images = (container.image for container in containers)
    return any(image is not None and image.service_kind is not None for image in images)


def _near(routes: list[Fact]) -> list[str]:
    told = re.compile(r"health|ready|live|alive|ping|heartbeat|status")
    return sorted({str(f["path"]) for f in routes if told.search(str(f["path"]))})[:3]


CHECK = Check(
    id="probe-path-not-served",
    mandate="OPS-4",
    severity=Severity.WARNING,
    title="a probe of a path that the code does not serve",
    find=find,
)
