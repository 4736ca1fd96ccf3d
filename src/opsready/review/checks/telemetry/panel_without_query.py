"""A panel that asks for nothing."""

from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a panel without a query, on a dashboard that has others."""
    for dashboard in case.pack.documents(Dashboard):
        for title, line in dashboard.empty if dashboard.panels else ():
            yield Finding(
                dashboard.path,
                line,
                f'the panel "{title}" has no query: it shows nothing',
                "Write its query, or take the panel away.",
                anchor=f"panel {title}",
            )


CHECK = Check(
    id="panel-without-query",
    mandate="DONE-2",
    severity=Severity.ADVICE,
    title="a panel that asks for nothing",
    find=find,
)
