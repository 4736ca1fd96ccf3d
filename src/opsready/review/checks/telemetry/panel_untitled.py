"""Panels that do not say what they show."""

from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_NEEDS_NONE = frozenset({"row", "text"})


def find(case: Case) -> Iterator[Finding]:
    """One finding a dashboard with panels without a title."""
    for dashboard in case.pack.documents(Dashboard):
        bare = [p for p in dashboard.panels if not p.title.strip() and p.kind not in _NEEDS_NONE]
        if bare:
            more = f" ({len(bare)} panels)" if len(bare) > 1 else ""
            yield Finding(
                dashboard.path,
                bare[0].line,
                f"a panel has no title{more}: nothing says what its line means",
                "Give it a title that says what is shown, and of what.",
            )


CHECK = Check(
    id="panel-untitled",
    mandate="DONE-2",
    severity=Severity.ADVICE,
    title="panels without a title",
    find=find,
)
