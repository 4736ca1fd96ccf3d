"""An objective whose indicator counts the service's own health checks."""

from collections.abc import Iterator

from opsready.documents.openslo import SloFile
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

# What the path of a request is called on metrics.
_PATHS = ("route", "path", "handler", "endpoint", "url", "uri", "resource")
_COUNTS = ("request", "response", "http")


def find(case: Case) -> Iterator[Finding]:
    """One finding an objective on a metric that tells routes apart and leaves none out."""
    health = sorted(
        {str(f["path"]) for f in case.facts.of(Claim.HEALTH_ROUTE, Claim.METRICS_ROUTE)}
    )
    known = {str(fact["name"]): fact for fact in case.facts.of(Claim.METRIC) if fact["labels"]}
    for file in case.pack.documents(SloFile) if health else ():
        for slo in file.slos:
            uses = [use.selector for query in slo.queries for use in query.selectors]
            for selector in uses[-1:]:
                name = (selector.name or "").removesuffix("_count").removesuffix("_bucket")
                fact = known.get(name)
                path = next((p for p in _PATHS if fact and p in fact["labels"]), None)
                about_requests = any(word in name for word in _COUNTS)
                told = any(matcher.label == path for matcher in selector.matchers)
                if fact and path and about_requests and not told:
                    yield Finding(
                        slo.path,
                        slo.queries[-1].line,
                        f"the objective `{slo.name}` counts requests to `{health[0]}` too: probes "
                        "that always succeed hide failures of users",
                        f'Leave them out: `{selector.name}{{{path}!~"{"|".join(health)}"}}`.',
                        related=(Place(fact.path, fact.line, f"has the label `{path}`"),),
                    )


CHECK = Check(
    id="indicator-counts-health-checks",
    mandate="DONE-4",
    severity=Severity.WARNING,
    title="an objective that counts the health checks too",
    find=find,
)
