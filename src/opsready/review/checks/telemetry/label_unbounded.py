"""A metric with a label that has a new value for every user or request."""

import re
from collections.abc import Iterator

from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_UNBOUNDED = re.compile(
    r"^(?:(?:request|trace|span|session|correlation|transaction|order|record|object|user|customer"
    r"|client|account|message|event|payment|job)_?id|uuid|guid|token|url|uri|query|query_string"
    r"|timestamp|raw_path|full_path|user_agent|referr?er)$"
)

# An address of what the service itself is given: as many as its settings name.
_ADDRESSES = ("url", "uri")
_OF_CONNECTIONS = re.compile(
    r"(^|_)(db|database|sql|pool|redis|cache|kafka|broker|upstream|backend)(_|$)"
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a metric, at the code that makes it."""
    for fact in case.facts.of(Claim.METRIC):
        for label in fact["labels"] or () if fact["type"] != "info" else ():
            is_configured = label in _ADDRESSES and _OF_CONNECTIONS.search(str(fact["name"]))
            if _UNBOUNDED.match(str(label)) and not is_configured:
                yield Finding(
                    fact.path,
                    max(fact.line, 1),
                    f"`{fact['name']}` has the label `{label}`: one series for each value that "
                    "ever came, kept in memory by the process and by Prometheus",
                    f"Leave `{label}` to the logs; a label holds one of a few values, known "
                    "before.",
                )


CHECK = Check(
    id="label-unbounded",
    mandate="DONE-2",
    severity=Severity.WARNING,
    title="a metric with a series for every user or request",
    find=find,
)
