"""A severity that is nearly, and not quite, one that everybody knows."""

import difflib
from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_KNOWN = (
    "critical",
    "warning",
    "page",
    "ticket",
    "info",
    "informational",
    "none",
    "major",
    "minor",
)
_ALIKE = 0.75


def find(case: Case) -> Iterator[Finding]:
    """One finding a value of `severity` that looks like a slip of the hand."""
    alerts = [a for a in case.pack.bundle.assembled(RuleBook).alerts if a.labels.get("severity")]
    used = [alert.labels["severity"].strip() for alert in alerts]
    for alert in alerts:
        said = alert.labels["severity"].strip()
        near = difflib.get_close_matches(said.lower(), _KNOWN, 1, _ALIKE)
        is_slip = said.lower() not in _KNOWN and near and near[0] in used
        if is_slip and "{{" not in said and not near[0].startswith(said.lower()):
            yield Finding(
                alert.path,
                alert.line_of("severity"),
                f"`{alert.name}` has the severity `{said}`, and others have `{near[0]}`: routes "
                "and inhibitions pass it by",
                f"Write `{near[0]}`.",
            )


CHECK = Check(
    id="severity-misspelt",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a severity that is nearly another one",
    find=find,
)
