"""Pages in a tree without any dashboard."""

from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.documents.rulebook import RuleBook
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_ELSEWHERE = ("dashboard", "grafana", "panel")


def find(case: Case) -> Iterator[Finding]:
    """One finding at the first paging alert on the service's own metrics, where the tree has no
    dashboard and no alert links one."""
    alerts = [a for a in case.pack.bundle.assembled(RuleBook).alerts if a.pages]
    if case.pack.documents(Dashboard) or not alerts:
        return
    linked = any(word in name.lower() for a in alerts for name, _ in a.texts for word in _ELSEWHERE)
    own = {str(fact["name"]) for fact in case.facts.of(Claim.METRIC)}
    book = case.pack.bundle.assembled(RuleBook)
    of_the_service = [
        a for a in alerts if a.expression.root and book.source_metrics(a.expression.root) & own
    ]
    if of_the_service and not linked:
        first = of_the_service[0]
        yield Finding(
            first.path,
            first.line,
            f"`{first.name}` wakes a person, and the tree has no dashboard: nothing shows since "
            "when, how much, and what else changed",
            "Add a dashboard with rate, errors and latency of the service and of its critical "
            "journeys, and link it in the alerts.",
        )


CHECK = Check(
    id="no-dashboard",
    mandate="DONE-2",
    severity=Severity.ADVICE,
    title="pages without any dashboard",
    find=find,
)
