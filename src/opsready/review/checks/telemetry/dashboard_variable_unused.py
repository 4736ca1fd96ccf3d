"""A choice on a dashboard that changes nothing."""

from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# These act without being named in a query.
_ACT_BY_THEMSELVES = frozenset({"datasource", "adhoc", "interval"})


def find(case: Case) -> Iterator[Finding]:
    """One finding a variable that no query, title, link or other variable of it uses."""
    for dashboard in case.pack.documents(Dashboard):
        for choice in dashboard.choices if dashboard.panels else ():
            used = dashboard.asks_for(choice.name) or choice.kind in _ACT_BY_THEMSELVES
            if choice.name and not used and not choice.is_hidden:
                yield Finding(
                    dashboard.path,
                    choice.line,
                    f"nothing uses the variable `{choice.name}`: whoever chooses there sees the "
                    "same as before, and believes it to be the choice",
                    "Use it in the queries that it is about, or delete it.",
                    anchor=f"variable {choice.name}",
                )


CHECK = Check(
    id="dashboard-variable-unused",
    mandate="DONE-2",
    severity=Severity.ADVICE,
    title="a choice that changes nothing",
    find=find,
)
