"""An objective that nothing measures."""

from collections.abc import Iterator

from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.review.promise import promises


def find(case: Case) -> Iterator[Finding]:
    """One finding an objective of a file that names no indicator."""
    for promise in promises(case):
        if promise.slo is not None and not promise.slo.has_indicator:
            yield Finding(
                promise.path,
                promise.line,
                f"the objective `{promise.name}` names no indicator: nothing measures it",
                "Name the query that counts good or bad events, and the one that counts all.",
            )


CHECK = Check(
    id="slo-without-indicator",
    mandate="DONE-4",
    severity=Severity.BLOCKER,
    title="an objective that nothing measures",
    find=find,
)
