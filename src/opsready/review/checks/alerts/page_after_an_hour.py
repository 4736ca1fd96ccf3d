"""A page that waits an hour before it wakes anybody."""

from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.promql.literals import format_duration
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# An outage of 43 minutes spends the budget of 99.9 % in 30 days (the SRE Workbook, chapter 5).
WAITS_AT_LEAST_S = 3600


def find(case: Case) -> Iterator[Finding]:
    """One finding a paging alert with a `for` of an hour or more."""
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        if alert.pages and alert.for_s >= WAITS_AT_LEAST_S:
            waits = format_duration(int(alert.for_s * 1000))
            yield Finding(
                alert.path,
                alert.line_of("for"),
                f"`{alert.name}` wakes a person only after {waits}: what can wait so long can wait "
                "until the morning, and what cannot is late",
                "Give it the severity of a ticket, or a `for` of minutes.",
            )


CHECK = Check(
    id="page-after-an-hour",
    mandate="SRE-4",
    severity=Severity.ADVICE,
    title="a page that waits an hour before it wakes anybody",
    find=find,
)
