"""Comparisons that only a rounding decides: a last bit more or less, and they come out otherwise.

Prometheus adds series in an order of its own, so two servers may disagree about them.
"""

import numpy as np

from opsready.promql.arrays import Bools, Floats
from opsready.promql.nodes import (
    COMPARISONS,
    SET_OPERATORS,
    Aggregation,
    Binary,
    Call,
    Expr,
    Selector,
    Unary,
)

_ULPS = 4
"""So many roundings an expression of a rule has, from its samples to its threshold."""
_WIDTH = _ULPS * float(np.finfo(np.float64).eps)

# What gives one of its samples, a count, or a time is as exact as they are.
_EXACT_AGGREGATIONS = frozenset({"count", "group", "min", "max", "topk", "bottomk", "count_values"})
_EXACT_FUNCTIONS = frozenset(
    {"abs", "absent", "absent_over_time", "ceil", "changes", "clamp", "clamp_max", "clamp_min"}
    | {"count_over_time", "floor", "label_join", "label_replace", "last_over_time", "sgn", "sort"}
    | {"max_over_time", "min_over_time", "present_over_time", "resets", "scalar", "sort_desc"}
    | {"time", "timestamp", "vector", "year", "month", "day_of_month", "day_of_week", "hour"}
    | {"day_of_year", "days_in_month", "minute"}
)


def is_rounded(expr: Expr) -> bool:
    """Whether the value of an expression is rounded on its way from the samples."""
    match expr:
        case Selector():
            return False
        case Aggregation() if expr.op not in _EXACT_AGGREGATIONS:
            return True
        case Call() if expr.function not in _EXACT_FUNCTIONS:
            return True
        case Binary() if expr.op not in COMPARISONS | SET_OPERATORS:
            return True
        case Binary() if expr.returns_bool:
            return False
        case Unary():
            return is_rounded(expr.expr)
    return any(is_rounded(child) for child in expr.children)


def within_rounding(left: Floats, right: Floats) -> Bools:
    """Where two values lie so near that rounding decides how they compare. Two equal whole numbers
    are taken for exact, as sums of whole numbers are."""
    difference = np.abs(left - right)
    # Two that are near are of a size, so that one of them tells whether any are; most never are.
    if not (difference <= 2 * _WIDTH * np.abs(right)).any():
        return np.zeros(difference.shape, dtype=np.bool_)
    size = np.maximum(np.abs(left), np.abs(right))
    near = (difference <= _WIDTH * size) & np.isfinite(size)
    return np.asarray(near & ~((left == right) & (left == np.trunc(left))))
