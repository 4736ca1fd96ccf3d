"""An alert on whatever ranks first at the moment."""

from collections.abc import Iterator

from opsready.documents.expression import condition_of
from opsready.documents.rulebook import RuleBook
from opsready.promql.nodes import Aggregation, walk
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_RANKS = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert with `for` whose series are picked by rank."""
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        for part in (part for way in alert.expression.ways for part in way):
            condition = condition_of(part)
            value = condition.value if condition else part
            picks = isinstance(value, Aggregation) and value.op in _RANKS
            if picks and alert.for_s:
                op = next(n.op for n in walk(value) if isinstance(n, Aggregation))
                yield Finding(
                    alert.path,
                    alert.line_of("expr"),
                    f"`{alert.name}` alerts on what `{op}` picks: another series at each "
                    "evaluation, so `for` begins anew",
                    f"Leave `{op}` out: the threshold alone says which series are bad.",
                )
                break


CHECK = Check(
    id="alert-on-ranking",
    mandate="SRE-4",
    severity=Severity.ADVICE,
    title="an alert on whatever ranks first at the moment",
    find=find,
)
