"""A metric with a label that names a person."""

import re
from collections.abc import Iterator

from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_PERSONAL = re.compile(
    r"^(?:e?_?mail(?:_address)?|user_?name|login|full_?name|first_?name|last_?name|phone(?:_number)?"
    r"|ip|ip_?addr(?:ess)?|client_?ip|remote_?addr|address|birth_?date|ssn|iban|card(?:_number)?)$"
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a metric, at the code that makes it."""
    for fact in case.facts.of(Claim.METRIC):
        for label in fact["labels"] or ():
            if _PERSONAL.match(str(label)):
                yield Finding(
                    fact.path,
                    max(fact.line, 1),
                    f"`{fact['name']}` has the label `{label}`, which names a person: it is kept "
                    "for as long as metrics are, and shown to all who may see them",
                    "Leave the label out.",
                )


CHECK = Check(
    id="personal-data-in-metrics",
    mandate="OPS-2",
    severity=Severity.WARNING,
    title="a metric that names a person",
    find=find,
)
