"""The values that an expression can take, by interval arithmetic.

A threshold outside that range is one that an alert never crosses, or always does.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from opsready.documents.expression import constant, output_labels
from opsready.promql.nodes import (
    COMPARISONS,
    Aggregation,
    Binary,
    Call,
    Expr,
    Range,
    Selector,
    Subquery,
    Unary,
)

Resolve = Callable[[str], Sequence[Expr]]
"""The expressions of the recording rules that give a metric; empty for any other metric."""

DEPTH_AT_MOST = 8
_ZERO_OR_ONE = re.compile(r"^(?:up|probe_success)$")
# The last part of a recorded name says what was computed (`job:errors:ratio_rate5m`); only names
# of shares are listed, since `…:ratio` is also used of utilisations that do exceed one.
_SHARE = re.compile(r"(?:err|fail|success|availab|sli)\w*:ratio(?:_|$)")
_NEVER_NEGATIVE = re.compile(
    r"i?rate|increase|changes|resets|(?:count|present|absent|stddev|stdvar)_over_time"
    r"|abs|sqrt|exp|absent|histogram_count"
)
_KEEPING = frozenset({"avg", "min", "max", "topk", "bottomk", "quantile", "limitk"})
_KEEPING_OVER_TIME = re.compile(r"(?:avg|min|max|quantile|last)_over_time")
_UNCHANGED = frozenset({"sort", "sort_desc", "label_replace", "label_join"})
_FAULT = re.compile(r"err|fail|timeout|drop|reject|5xx", re.IGNORECASE)


@dataclass(frozen=True)
class ValueRange:
    """From `low` to `high`, both included."""

    low: float = -math.inf
    high: float = math.inf

    def never(self, op: str, bound: float) -> bool:
        """Whether no value of the range passes the comparison."""
        return {
            ">": self.high <= bound,
            ">=": self.high < bound,
            "<": self.low >= bound,
            "<=": self.low > bound,
            "==": not self.low <= bound <= self.high,
            "!=": self.low == self.high == bound,
        }[op]

    def always(self, op: str, bound: float) -> bool:
        """Whether every value of the range passes the comparison."""
        opposite = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "=="}
        return self.never(opposite[op], bound)

    def joined(self, other: "ValueRange") -> "ValueRange":
        """The smallest range that holds both."""
        return ValueRange(min(self.low, other.low), max(self.high, other.high))


ANY = ValueRange()
SHARE = ValueRange(0, 1)
COUNT = ValueRange(0, math.inf)


def value_range(expr: Expr, resolve: Resolve = lambda name: (), depth: int = 0) -> ValueRange:
    """What the expression can give; the whole line where nothing is known."""
    number = constant(expr)
    if number is not None:
        return ValueRange(number, number)
    if depth > DEPTH_AT_MOST:
        return ANY

    def below(inner: Expr) -> ValueRange:
        return value_range(inner, resolve, depth + 1)

    match expr:
        case Selector(name=str(name)):
            return _of_metric(name, [below(recorded) for recorded in resolve(name)])
        case Range(selector=selector):
            return below(selector)
        case Subquery(expr=inner):
            return below(inner)
        case Unary(op="-", expr=inner):
            found = below(inner)
            return ValueRange(-found.high, -found.low)
        case Aggregation():
            return _of_aggregation(expr, below)
        case Call():
            return _of_call(expr, below)
        case Binary():
            return _of_pair(expr, below)
    return ANY


def _of_metric(name: str, recorded: Sequence[ValueRange]) -> ValueRange:
    if recorded:
        found = recorded[0]
        for other in recorded[1:]:
            found = found.joined(other)
        # A quotient of sums over time is a share where its name says so; one in per cent ends.
        return SHARE if found.high == math.inf and _SHARE.search(name) else found
    if _ZERO_OR_ONE.match(name) or _SHARE.search(name):
        return SHARE
    return ANY


def _of_aggregation(expr: Aggregation, below: Callable[[Expr], ValueRange]) -> ValueRange:
    if expr.op in {"count", "group"}:
        # An aggregation of nothing is nothing, not 0: hence at least 1.
        return ValueRange(1, math.inf if expr.op == "count" else 1)
    found = below(expr.expr)
    if expr.op in _KEEPING:
        return found
    return COUNT if expr.op == "sum" and found.low >= 0 else ANY


def _of_call(expr: Call, below: Callable[[Expr], ValueRange]) -> ValueRange:
    if expr.function in {"absent", "absent_over_time", "present_over_time"}:
        return ValueRange(1, 1)
    if expr.function == "count_over_time":
        return ValueRange(1, math.inf)
    if _NEVER_NEGATIVE.fullmatch(expr.function):
        return COUNT
    if _KEEPING_OVER_TIME.fullmatch(expr.function):
        return below(expr.args[-1])
    if expr.function in _UNCHANGED:
        return below(expr.args[0])
    if expr.function in {"clamp_max", "clamp_min"}:
        return _clamped(expr, below(expr.args[0]))
    return ANY


def _clamped(expr: Call, found: ValueRange) -> ValueRange:
    bound = constant(expr.args[1])
    if bound is None:
        return ANY
    if expr.function == "clamp_max":
        return ValueRange(min(found.low, bound), min(found.high, bound))
    return ValueRange(max(found.low, bound), max(found.high, bound))


def _of_pair(expr: Binary, below: Callable[[Expr], ValueRange]) -> ValueRange:
    if expr.op in COMPARISONS:
        return SHARE if expr.returns_bool else below(expr.left)
    if expr.op == "or":
        return below(expr.left).joined(below(expr.right))
    if expr.op in {"and", "unless"}:
        return below(expr.left)
    if expr.op == "/" and is_share(expr):
        return SHARE
    left, right = below(expr.left), below(expr.right)
    match expr.op:
        case "+":
            return ValueRange(left.low + right.low, left.high + right.high)
        case "-":
            return ValueRange(left.low - right.high, left.high - right.low)
        case "*":
            return _product(left, right)
        case "/" if constant(expr.right):
            inverse = 1 / right.low
            return _product(left, ValueRange(inverse, inverse))
        case "/" if left.low >= 0 and right.low >= 0:
            return COUNT
    return ANY


def _product(left: ValueRange, right: ValueRange) -> ValueRange:
    ends = [
        0.0 if 0 in (one, other) else one * other
        for one in (left.low, left.high)
        for other in (right.low, right.high)
    ]
    return ValueRange(min(ends), max(ends))


def is_share(division: Binary) -> bool:
    """Whether the numerator counts some of what the denominator counts: the same counter, with
    matchers added, or the buckets of a histogram over its count."""
    part, whole = _counted(_some_or_none(division.left)), _counted(division.right)
    if part is None or whole is None or part[0] != whole[0] or not _is_finer(division):
        return False
    some, all_ = part[1], whole[1]
    if (some.offset_ms, some.at) != (all_.offset_ms, all_.at):
        return False
    name, extra = some.name or "", set(some.matchers) - set(all_.matchers)
    if not set(all_.matchers) <= set(some.matchers):
        return False
    if name == all_.name:
        return True
    of_histogram = name.endswith("_bucket") and any(matcher.label == "le" for matcher in extra)
    return of_histogram and name.removesuffix("_bucket") + "_count" == all_.name


def is_likely_share(division: Binary) -> bool:
    """Whether it divides what is named after faults by what is counted alike: a share by intent,
    though two counters can disagree."""
    part, whole = _counted(_some_or_none(division.left)), _counted(division.right)
    if part is None or whole is None or part[0] != whole[0]:
        return False
    return bool(_FAULT.search(part[1].name or "")) and not _FAULT.search(whole[1].name or "")


def _some_or_none(expr: Expr) -> Expr:
    """What is counted, of `x or 0 * y` and `x or vector(0)`, which are 0 where nothing is."""
    match expr:
        case Binary(op="or", left=counted, right=right) if value_range(right) == ValueRange(0, 0):
            return counted
    return expr


def _is_finer(division: Binary) -> bool:
    """Whether each series of the numerator belongs to one of the denominator."""
    part, whole = output_labels(division.left), output_labels(division.right)
    return part is None or (whole is not None and whole <= part)


def _counted(expr: Expr) -> tuple[tuple[object, ...], Selector] | None:
    """How a counter was counted, function, window and aggregation, and its selector."""
    match expr:
        case Aggregation(op="sum", expr=inner):
            below = _counted(inner)
            return None if below is None else (("sum", *below[0]), below[1])
        case Call(function=("rate" | "increase" | "irate" as function), args=(Range() as window,)):
            return (function, window.range_ms), window.selector
    return None
