"""A page that says nothing but its name."""

import re
from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_LINK = re.compile(r"url|link|uri|runbook|playbook|dashboard|grafana|panel", re.IGNORECASE)


def find(case: Case) -> Iterator[Finding]:
    """One finding a paging alert whose annotations have no words."""
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        said = [text for name, text in alert.annotations.items() if not _LINK.search(name)]
        if alert.pages and not any(text.strip() for text in said):
            yield Finding(
                alert.path,
                alert.line,
                f"`{alert.name}` wakes a person with its name alone: no annotation says what is "
                "wrong",
                "Add `summary` (what users feel, in a sentence) and `description` (where, how "
                "much, since when, with labels and value).",
            )


CHECK = Check(
    id="alert-without-words",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a page that says only its name",
    find=find,
)
