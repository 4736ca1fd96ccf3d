"""A query with a variable that the dashboard does not have."""

from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a name that Grafana would leave in the query as it is."""
    for dashboard in case.pack.documents(Dashboard):
        for name in sorted(dashboard.undeclared):
            panel = next(p for p in dashboard.panels if any(_has(w, name) for w in p.written))
            yield Finding(
                dashboard.path,
                panel.line,
                f'the panel "{panel.title}" uses the variable `${name}`, which the dashboard does '
                "not have: it is sent as it stands, and nothing fits it",
                f"Declare `{name}`, or use one of the dashboard's own variables.",
            )


def _has(written: str, name: str) -> bool:
    return any(mark in written for mark in (f"${name}", f"${{{name}", f"[[{name}"))


CHECK = Check(
    id="dashboard-variable-undeclared",
    mandate="DONE-2",
    severity=Severity.WARNING,
    title="a query with a variable that the dashboard does not have",
    find=find,
)
