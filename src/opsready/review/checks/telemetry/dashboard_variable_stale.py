"""A choice on a dashboard whose values are never asked for again."""

from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a dashboard with variables that a query fills once, when it is saved."""
    for dashboard in case.pack.documents(Dashboard):
        stale = [c for c in dashboard.choices if c.kind == "query" and c.query and c.refresh == 0]
        if stale:
            names = ", ".join(f"`{choice.name}`" for choice in stale)
            yield Finding(
                dashboard.path,
                stale[0].line,
                f"the values of {names} are those of the day when the dashboard was saved: an "
                "instance that came later cannot be chosen",
                "Set `refresh` to 2, on time range change.",
                anchor="stale variables",
            )


CHECK = Check(
    id="dashboard-variable-stale",
    mandate="DONE-2",
    severity=Severity.ADVICE,
    title="a choice that is asked for once and never again",
    find=find,
)
