"""A label that holds the value of the expression."""

from collections.abc import Iterator

from opsready.documents.alert_template import shows_value
from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a label whose template shows the value."""
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        for name, text in alert.labels.items():
            if shows_value(text):
                never = ", and `for` begins anew each time" if alert.for_s else ""
                yield Finding(
                    alert.path,
                    alert.line_of(name),
                    f"the label `{name}` of `{alert.name}` holds the value: each evaluation that "
                    f"gives another value makes another alert{never}",
                    "Show the value in an annotation; labels say what an alert is about.",
                )


CHECK = Check(
    id="value-in-label",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a label that changes with the value",
    find=find,
)
