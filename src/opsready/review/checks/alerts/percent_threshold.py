"""A share between 0 and 1 compared with a percentage."""

from collections.abc import Iterator

from opsready.documents.expression import Condition
from opsready.documents.rulebook import RuleBook
from opsready.documents.value_range import SHARE, is_likely_share
from opsready.promql.nodes import Binary
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a comparison of a share with a number above 1 and up to 100."""
    book = case.pack.bundle.assembled(RuleBook)
    for alert in book.alerts:
        for condition in alert.expression.conditions:
            if 1 < condition.bound <= 100 and _is_of_a_share(condition, book):
                always = condition.op in {"<", "<=", "!="}
                yield Finding(
                    alert.path,
                    alert.line_of("expr"),
                    f"`{alert.name}` compares a share between 0 and 1 with {condition.bound:g}: "
                    + ("it fires all the time" if always else "it can never fire"),
                    f"Write {condition.bound / 100:g}, or multiply the share by 100.",
                )


def _is_of_a_share(condition: Condition, book: RuleBook) -> bool:
    if condition.is_product:
        return False
    value = condition.value
    likely = isinstance(value, Binary) and value.op == "/" and is_likely_share(value)
    return likely or (book.value_range(value) == SHARE and isinstance(value, Binary))


CHECK = Check(
    id="percent-threshold",
    mandate="SRE-4",
    severity=Severity.BLOCKER,
    title="a share between 0 and 1 compared with a percentage",
    find=find,
)
