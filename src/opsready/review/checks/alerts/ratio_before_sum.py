"""Ratios that are summed or averaged, in place of a ratio of sums."""

from collections.abc import Iterator

from opsready.documents.expression import constant
from opsready.documents.rulebook import RuleBook
from opsready.promql.nodes import COMPARISONS, Aggregation, Binary, Call, Expr, walk
from opsready.promql.uses import selectors
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_MIXES = frozenset({"sum", "avg", "stddev", "stdvar"})
_RATES = frozenset({"rate", "irate", "increase"})


def find(case: Case) -> Iterator[Finding]:
    """One finding an aggregation over a division by something that can be zero."""
    for owner, expression in case.pack.bundle.assembled(RuleBook).named_expressions():
        for node in walk(expression.root) if expression.root else ():
            if isinstance(node, Aggregation) and node.op in _MIXES and _divides(node.expr):
                yield Finding(
                    expression.path,
                    expression.line,
                    f"`{owner}` takes the {node.op} of ratios: one series without traffic divides "
                    "by 0, and its NaN makes the whole NaN",
                    "Sum numerator and denominator, each by itself, and divide the sums.",
                )
                break


def _divides(expr: Expr) -> bool:
    """By a rate, which is 0 without traffic; one that a comparison bounds is never 0."""
    if not (isinstance(expr, Binary) and expr.op == "/") or constant(expr.right) is not None:
        return False
    bounded = any(isinstance(n, Binary) and n.op in COMPARISONS for n in walk(expr.right))
    rates = any(isinstance(n, Call) and n.function in _RATES for n in walk(expr.right))
    return rates and not bounded and any(selectors(expr.left))


CHECK = Check(
    id="ratio-before-sum",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="ratios that are summed instead of a ratio of sums",
    find=find,
)
