"""The bounds in the condition of an alert, and the same condition with others."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsready.promql import parse, print_expr
from opsready.promql.arrays import Grid
from opsready.promql.evaluate import Engine
from opsready.promql.nodes import COMPARISONS, Aggregation, Binary, Call, Expr, Number, Unary
from opsready.promql.plan import Plan
from opsready.promql.semantics import ANY
from opsready.promql.series import Store
from opsready.promql.signatures import ValueType

_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True)
class Threshold:
    """One comparison with a fixed number: `value op bound`."""

    value: Expr
    op: str
    bound: float


def thresholds(expr: Expr) -> tuple[Threshold, ...]:
    """Every comparison that filters by a fixed number, left to right."""
    return tuple(_found(expr))


def _found(expr: Expr) -> Iterator[Threshold]:
    if isinstance(expr, Binary) and expr.op in COMPARISONS and not expr.returns_bool:
        right, left = _number(expr.right), _number(expr.left)
        if right is not None and left is None:
            yield Threshold(expr.left, expr.op, right)
            return
        if left is not None and right is None:
            yield Threshold(expr.right, _TURNED.get(expr.op, expr.op), left)
            return
    for child in expr.children:
        yield from _found(child)


def _number(expr: Expr) -> float | None:
    """The value of what selects nothing and does not hang on the time."""
    if expr.type is not ValueType.SCALAR or not _is_arithmetic(expr):
        return None
    text = print_expr(expr)
    outcome = Engine(Store()).evaluate(Plan(text, expr), Grid.instant(0))
    return float(outcome.vector.values[0, 0])


def _is_arithmetic(expr: Expr) -> bool:
    plain = isinstance(expr, Number | Binary | Unary)
    return plain and all(_is_arithmetic(child) for child in expr.children)


def scaled(text: str, factor: float) -> str:
    """The expression with each of its bounds times a factor."""
    return print_expr(_scaled(parse(text, ANY), factor))


def _scaled(expr: Expr, factor: float) -> Expr:
    match expr:
        case Binary(op=op) if op in COMPARISONS and not expr.returns_bool:
            right, left = _number(expr.right), _number(expr.left)
            if right is not None and left is None:
                return replace(expr, right=_times(right, factor))
            if left is not None and right is None:
                return replace(expr, left=_times(left, factor))
            return _below(expr, factor)
        case Binary() | Aggregation() | Call() | Unary():
            return _below(expr, factor)
    return expr


def _times(bound: float, factor: float) -> Number:
    """Without the rounding that a product of decimals brings: 0.1 times 3 is 0.3."""
    return Number(float(f"{bound * factor:.12g}"))


def _below(expr: Expr, factor: float) -> Expr:
    match expr:
        case Binary(left=left, right=right):
            return replace(expr, left=_scaled(left, factor), right=_scaled(right, factor))
        case Aggregation(expr=inner) | Unary(expr=inner):
            return replace(expr, expr=_scaled(inner, factor))
        case Call(args=args):
            return replace(expr, args=tuple(_scaled(arg, factor) for arg in args))
    return expr
