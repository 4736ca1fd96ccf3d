"""An alert that one unlucky scrape is enough for."""

import re
from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.promql.nodes import Call, Selector, walk
from opsready.promql.uses import selectors
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# Functions of time that do not jump for one scrape: the age of something, the calendar.
_STEADY = frozenset({"time", "timestamp", "vector", "hour", "minute", "day_of_week", "month"})
# What changes once and stays: a configuration, a version, a limit, a date, another alert's state.
_LASTING = re.compile(r"_(?:info|timestamp(?:_seconds)?|created|expiry\w*|not_after\w*)$|^ALERTS")
_WAKES_NOBODY = frozenset({"none", "info", "informational", "debug", "notice"})


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert without `for` on values of one moment."""
    book = case.pack.bundle.assembled(RuleBook)
    for alert in book.alerts:
        if alert.for_s == 0 and alert.severity not in _WAKES_NOBODY and _jumps(alert, book):
            yield Finding(
                alert.path,
                alert.line,
                f"`{alert.name}` fires on one sample: it has no `for`, and its expression looks at "
                "one moment",
                "Give it a `for` of a few evaluations, or take the average over a window.",
            )


def _jumps(alert: Alert, book: RuleBook) -> bool:
    """Whether some way to fire is read at an instant alone, from values that come and go."""
    return any(
        all(book.is_of_a_moment(part) for part in way if any(selectors(part)))
        and any(any(selectors(part)) for part in way)
        and not any(_is_steady(node) for part in way for node in walk(part))
        for way in alert.expression.ways
    )


def _is_steady(node: object) -> bool:
    if isinstance(node, Call):
        return node.function in _STEADY
    return isinstance(node, Selector) and bool(_LASTING.search(node.name or ""))


CHECK = Check(
    id="alert-on-instant-spike",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="an alert that one unlucky scrape is enough for",
    find=find,
)
