"""Two dashboards with one identifier, of which one replaces the other."""

from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a dashboard with the identifier of an earlier one and another title."""
    known: dict[str, Dashboard] = {}
    for dashboard in case.pack.documents(Dashboard):
        first = known.setdefault(dashboard.uid, dashboard) if dashboard.uid else dashboard
        if first is not dashboard and first.title != dashboard.title:
            yield Finding(
                dashboard.path,
                dashboard.uid_line,
                f'"{dashboard.title}" has the identifier `{dashboard.uid}` of "{first.title}": '
                "Grafana keeps one of the two",
                "Give each its own `uid`.",
                related=(Place(first.path, first.uid_line, f'"{first.title}"'),),
            )


CHECK = Check(
    id="dashboard-uid-shared",
    mandate="DONE-2",
    severity=Severity.WARNING,
    title="two dashboards of which one replaces the other",
    find=find,
)
