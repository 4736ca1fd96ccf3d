"""Thresholds of alerts where nothing says what healthy looks like."""

import re
from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.documents.sentences import sentences
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.review.promise import promises
from opsready.spec.origin import Basis

_HEALTHY = re.compile(
    r"\b(?:healthy|normal(?:ly)?|baseline|steady[- ]state|on a good day|in good health|usual(?:ly)?"
    r"|typical(?:ly)?|what good looks like|expected (?:values?|ranges?|load))\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d[\d.,]*\s?(?:%|percent|ms\b|millisecond|s\b|sec|minute|m\b|req|rps|qps|/s|per |mb\b|gb\b"
    r"|mib\b|gib\b|connections?|workers?|requests?|messages?|rows?|orders?|k\b)",
    re.IGNORECASE,
)


def find(case: Case) -> Iterator[Finding]:
    """One finding at the first threshold, where no figure of a healthy service is written."""
    first = next(
        (alert for alert in case.pack.bundle.assembled(RuleBook).alerts if _has_threshold(alert)),
        None,
    )
    if first is None or _is_stated(case) or _is_written(case):
        return
    yield Finding(
        first.path,
        first.line_of("expr"),
        f"`{first.name}` says what unhealthy is, and nothing in the tree says what healthy looks "
        "like",
        "Write what healthy looks like, in figures: usual latency, error rate and throughput, "
        "measured in a quiet week; then derive the thresholds from it.",
    )


def _has_threshold(alert: Alert) -> bool:
    """Whether it compares with a figure that somebody chose: 0 and 1 only tell up from down."""
    return any(condition.bound not in (0, 1) for condition in alert.expression.conditions)


def _is_stated(case: Case) -> bool:
    """By the spec, by what was observed, or as objectives."""
    origin = case.spec.origin("health.healthy")
    stated = origin is not None and origin.basis is not Basis.ASSUMED
    return (
        (bool(case.spec.operations.health.healthy) and stated)
        or bool(case.facts.of(Claim.HEALTHY))
        or any(promise.target_ratio is not None for promise in promises(case))
    )


def _is_written(case: Case) -> bool:
    """In a sentence or a table with a figure, itself or its heading about being healthy."""
    for page in case.pack.bundle.notes():
        lines = [(s.text, " ".join((*s.section.path, ""))) for s in sentences(page)]
        for table in page.tables:
            above = " ".join((*table.section.path, *table.header, ""))
            lines += [(" ".join(row.cells), above) for row in table.rows]
        if any(
            _FIGURE.search(text) and _HEALTHY.search(f"{above} {text}") for text, above in lines
        ):
            return True
    return False


CHECK = Check(
    id="unhealthy-before-healthy",
    mandate="SRE-5",
    severity=Severity.WARNING,
    title="thresholds where nothing says what healthy looks like",
    find=find,
)
