"""A store that the service cannot do without, and that nothing looks at."""

import re
from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.documents.openslo import SloFile
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# What the metrics of each kind are called, by its exporter, its cloud or the service itself.
_CALLED = {
    "postgresql": r"pg_|postgres|rds|database|\bdb_|sqlalchemy|pgbouncer|dependency",
    "mysql": r"mysql|maria|rds|database|\bdb_|sqlalchemy|dependency",
    "mongodb": r"mongo|database|dependency",
    "redis": r"redis|cache|elasticache|valkey|dependency",
    "rabbitmq": r"rabbit|amqp|queue|dependency",
    "kafka": r"kafka|consumer|lag|dependency",
    "elasticsearch": r"elastic|opensearch|search|dependency",
}


def find(case: Case) -> Iterator[Finding]:
    """One finding a critical store, where the service's own metrics are watched and the store is
    in no rule, objective or panel."""
    book = case.pack.bundle.assembled(RuleBook)
    own = {str(fact["name"]) for fact in case.facts.of(Claim.METRIC)}
    alerts = [a for a in book.alerts if a.expression.root and _of(a, book, own)]
    asked = [e.text for e in book.expressions()]
    asked += [q.text for d in case.pack.documents(Dashboard) for p in d.panels for q in p.queries]
    asked += [query.text for file in case.pack.documents(SloFile) for query in file.queries]
    said = " ".join((*asked, *(alert.name for alert in book.alerts))).lower()
    for dependency in case.spec.operations.dependencies if alerts else ():
        called = _CALLED.get(dependency.kind)
        if dependency.critical and called and not re.search(called, said):
            yield Finding(
                alerts[0].path,
                alerts[0].line,
                f"nothing watches the {dependency.kind} that the service cannot do without: no "
                "rule, "
                "objective or panel reads its connections, its lag or the room that it has left",
                "Scrape its exporter, or count failed calls to it in the service, and alert on "
                "that.",
                anchor=f"dependency {dependency.name}",
            )


def _of(alert: Alert, book: RuleBook, own: set[str]) -> bool:
    root = alert.expression.root
    return root is not None and bool(book.source_metrics(root) & own)


CHECK = Check(
    id="dependency-unwatched",
    mandate="SRE-4",
    severity=Severity.ADVICE,
    title="a store that no alert and no panel looks at",
    find=find,
)
