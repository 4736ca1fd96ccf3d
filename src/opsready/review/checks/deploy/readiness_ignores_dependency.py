"""A readiness check that says yes while a store that the service cannot do without is down."""

from collections.abc import Iterator

from opsready.facts.fact import Claim, Fact
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.spec.defaults import CRITICAL_KINDS


def find(case: Case) -> Iterator[Finding]:
    """One finding a probe whose route is known to verify less than the code needs."""
    needed = _critical(case)
    routes = {
        str(fact["path"]): fact
        for fact in case.facts.of(Claim.HEALTH_ROUTE)
        if not fact["role"] and fact["covers"] is not None
    }
    for probe in case.facts.of(Claim.HEALTH_ROUTE):
        route = routes.get(str(probe["path"]).partition("?")[0])
        if probe["role"] != "readiness" or route is None:
            continue
        ignored = sorted(needed - set(route["covers"]))
        if ignored:
            yield _finding(probe, route, ignored)


def _critical(case: Case) -> set[str]:
    """Kinds that the code opens, and that a person calls critical or that hold its records."""
    opened = {
        str(fact["kind"]) for fact in case.facts.of(Claim.DEPENDENCY) if fact.path.endswith(".py")
    }
    known = case.spec.operations.dependencies
    stated = {dependency.kind: dependency.critical for dependency in known}
    return {kind for kind in opened if stated.get(kind, kind in CRITICAL_KINDS)}


def _finding(probe: Fact, route: Fact, ignored: list[str]) -> Finding:
    kinds = " and ".join(ignored)
    return Finding(
        probe.path,
        probe.line,
        f"readiness asks `{probe['path']}`, which does not look at {kinds}: while that is down"
        " every instance gets traffic and answers with errors",
        f"Let the route ask {kinds} for something small, within a second, and answer 503 where"
        " there is no answer.",
        related=(Place(route.path, route.line, "the route"),),
    )


CHECK = Check(
    id="readiness-ignores-dependency",
    mandate="OPS-4",
    severity=Severity.WARNING,
    title="ready while a store that it needs is down",
    find=find,
)
