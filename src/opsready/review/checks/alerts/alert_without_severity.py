"""An alert that does not say how urgent it is."""

from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert without a label for its severity."""
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        if alert.severity is None:
            yield Finding(
                alert.path,
                alert.line,
                f"`{alert.name}` has no `severity`: nothing tells whether to wake a person",
                "Add the label `severity`: `page` where a person must act now, else `ticket`.",
            )


CHECK = Check(
    id="alert-without-severity",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="an alert that does not say how urgent it is",
    find=find,
)
