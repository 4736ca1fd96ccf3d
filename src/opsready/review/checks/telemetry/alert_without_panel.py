"""A page whose metric no panel shows."""

from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import RuleFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

# Whether a target is up needs no course.
_SHOWN_ANYWHERE = frozenset({"up", "ALERTS", "probe_success"})


def find(case: Case) -> Iterator[Finding]:
    """One finding a rule file, at its first paging alert of which no dashboard shows a metric.
    Dashboards that share nothing with the rules of the tree are of something else."""
    book = case.pack.bundle.assembled(RuleBook)
    queries = [q for d in case.pack.documents(Dashboard) for p in d.panels for q in p.queries]
    shown = {name for q in queries if q.root for name in book.source_metrics(q.root)}
    shown |= {name for query in queries for name in query.metrics}
    for file in case.pack.documents(RuleFile) if shown else ():
        dark, lit = [], 0
        for alert in file.alerts:
            read = book.source_metrics(alert.expression.root) if alert.expression.root else set()
            lit += bool(read & shown)
            if alert.pages and read and not read & shown and not read <= _SHOWN_ANYWHERE:
                dark.append(alert)
        if dark and lit:
            names = ", ".join(f"`{alert.name}`" for alert in dark[:3])
            more = f" and {len(dark) - 3} more" if len(dark) > 3 else ""
            yield Finding(
                dark[0].path,
                dark[0].line,
                f"no panel shows what {names}{more} measures: whoever is woken sees the figure of "
                "the page alone, and neither its course nor what else changed",
                "Add a panel with the alert's expression and its threshold.",
                related=tuple(Place(a.path, a.line, f"`{a.name}`") for a in dark[1:]),
            )


CHECK = Check(
    id="alert-without-panel",
    mandate="DONE-2",
    severity=Severity.ADVICE,
    title="a page whose metric no panel shows",
    find=find,
)
