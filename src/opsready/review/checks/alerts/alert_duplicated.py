"""Two alerts that fire on the same condition at the same urgency."""

import posixpath
from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

Identity = tuple[str, str, float, str | None]


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert that repeats an earlier one of its folder."""
    known: dict[Identity, Alert] = {}
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        first = known.setdefault(_identity(alert), alert)
        if first is not alert:
            yield Finding(
                alert.path,
                alert.line,
                f"`{alert.name}` fires exactly when `{first.name}` does",
                "Keep one of the two: delete this one, or give it a condition of its own.",
                related=(Place(first.path, first.line, f"`{first.name}` is the same"),),
            )


def _identity(alert: Alert) -> Identity:
    """Files of different folders may be copies for different environments."""
    folder = posixpath.dirname(alert.path)
    return folder, alert.expression.canonical, alert.for_s, alert.severity


CHECK = Check(
    id="alert-duplicated",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="two alerts that fire on the same condition",
    find=find,
)
