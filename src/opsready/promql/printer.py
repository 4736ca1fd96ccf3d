"""Nodes to text: one canonical line, or broken over several.

`parse(print_expr(expr)) == expr`. Only the parentheses that are needed are written.
"""

import re
from collections.abc import Iterable

from opsready.promql.lex import KEYWORDS
from opsready.promql.literals import format_duration, format_number, quote
from opsready.promql.nodes import (
    METRIC_NAME,
    PRECEDENCE,
    Aggregation,
    At,
    Binary,
    Call,
    Expr,
    Matcher,
    Matching,
    Number,
    Range,
    Selector,
    String,
    Subquery,
    Unary,
)

_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_METRIC = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*")
_RESERVED = KEYWORDS | {"inf", "nan"}
_TIGHTEST = max(PRECEDENCE.values()) + 1


def print_expr(expr: Expr) -> str:
    """The expression on one line."""
    match expr:
        case Number(value):
            return format_number(value)
        case String(value):
            return quote(value)
        case Selector():
            return _series(expr) + _time(expr.offset_ms, expr.at)
        case Range(selector, range_ms):
            window = f"[{format_duration(range_ms)}]"
            return _series(selector) + window + _time(selector.offset_ms, selector.at)
        case Subquery(inner, range_ms, step_ms, offset_ms, at):
            step = "" if step_ms is None else format_duration(step_ms)
            window = f"[{format_duration(range_ms)}:{step}]"
            return _enclosed(inner, _TIGHTEST) + window + _time(offset_ms, at)
        case Unary(op, inner):
            floor = 0 if isinstance(inner, Unary) else PRECEDENCE["*"] + 1
            return op + _enclosed(inner, floor)
        case Binary():
            left, right = _sides(expr)
            return f"{left} {_operator(expr)} {right}"
        case Call(function, args):
            return f"{function}({', '.join(map(print_expr, args))})"
        case Aggregation():
            return f"{_aggregator(expr)}({', '.join(map(print_expr, expr.children))})"
    raise TypeError(f"{type(expr).__name__} is no node of an expression")


def pretty(expr: Expr, *, width: int = 80) -> str:
    """The expression on as few lines as keep within `width` characters, where they can."""
    return "\n".join(_lines(expr, width))


def _lines(expr: Expr, width: int) -> list[str]:
    line = print_expr(expr)
    if len(line) <= width:
        return [line]
    match expr:
        case Binary():
            leftmost, rightmost = _floors(expr)
            return [
                *_wrapped(expr.left, leftmost, width),
                _operator(expr),
                *_wrapped(expr.right, rightmost, width),
            ]
        case Call(function, args) if args:
            return _block(f"{function}(", args, width)
        case Aggregation():
            return _block(f"{_aggregator(expr)}(", expr.children, width)
    return [line]


def _block(head: str, args: Iterable[Expr], width: int) -> list[str]:
    lines = [head]
    for arg in args:
        lines += [f"  {line}" for line in _lines(arg, width - 2)]
        lines[-1] += ","
    lines[-1] = lines[-1].removesuffix(",")
    return [*lines, ")"]


def _wrapped(expr: Expr, floor: int, width: int) -> list[str]:
    if _tightness(expr) >= floor:
        return _lines(expr, width)
    return ["(", *(f"  {line}" for line in _lines(expr, width - 2)), ")"]


def _sides(expr: Binary) -> tuple[str, str]:
    leftmost, rightmost = _floors(expr)
    return _enclosed(expr.left, leftmost), _enclosed(expr.right, rightmost)


def _floors(expr: Binary) -> tuple[int, int]:
    """How tight the left and the right side must bind to stand without parentheses."""
    precedence = PRECEDENCE[expr.op]
    leftmost, rightmost = precedence, precedence + 1
    if expr.op == "^":
        leftmost, rightmost = rightmost, leftmost
    if _is_signed(expr.right):  # a sign after an operator cannot be misread
        rightmost = 0
    return leftmost, rightmost


def _tightness(expr: Expr) -> int:
    if isinstance(expr, Binary):
        return PRECEDENCE[expr.op]
    return PRECEDENCE["*"] if _is_signed(expr) else _TIGHTEST


def _is_signed(expr: Expr) -> bool:
    if isinstance(expr, Number):
        return format_number(expr.value).startswith("-")
    return isinstance(expr, Unary)


def _enclosed(expr: Expr, floor: int) -> str:
    line = print_expr(expr)
    return line if _tightness(expr) >= floor else f"({line})"


def _operator(expr: Binary) -> str:
    return expr.op + " bool" * expr.returns_bool + _matching(expr.matching)


def _matching(matching: Matching | None) -> str:
    if matching is None:
        return ""
    side = {"many-to-one": "left", "one-to-many": "right"}.get(matching.cardinality)
    written = ""
    if matching.on or matching.labels or side:
        written = f" {'on' if matching.on else 'ignoring'} ({_labels(matching.labels)})"
    if side:
        written += f" group_{side} ({_labels(matching.include)})"
    return written


def _aggregator(expr: Aggregation) -> str:
    if expr.without:
        return f"{expr.op} without ({_labels(expr.labels)}) "
    return f"{expr.op} by ({_labels(expr.labels)}) " if expr.labels else expr.op


def _labels(labels: Iterable[str]) -> str:
    return ", ".join(
        label
        if _LABEL.fullmatch(label) and label.lower() not in ("without", "inf", "nan")
        else quote(label)
        for label in labels
    )


def _series(selector: Selector) -> str:
    name, matchers = selector.name, selector.matchers
    plain = name is not None and _METRIC.fullmatch(name) and name.lower() not in _RESERVED
    # A second matcher of the name may stand beside a name in braces, not beside one before them.
    if name is not None and (not plain or any(m.label == METRIC_NAME for m in matchers)):
        matchers = (Matcher(METRIC_NAME, "=", name), *matchers)
        name = None
    braces = ", ".join(map(_matcher, matchers))
    return (name or "") + (f"{{{braces}}}" if braces else "")


def _matcher(matcher: Matcher) -> str:
    label = matcher.label if _LABEL.fullmatch(matcher.label) else quote(matcher.label)
    return f"{label}{matcher.op}{quote(matcher.value)}"


def _time(offset_ms: int, at: At) -> str:
    written = ""
    if isinstance(at, int):
        seconds, ms = divmod(abs(at), 1000)
        fraction = f".{ms:03d}".rstrip("0") if ms else ""
        written = f" @ {'-' * (at < 0)}{seconds}{fraction}"
    elif at is not None:
        written = f" @ {at}()"
    return written + (f" offset {format_duration(offset_ms)}" if offset_ms else "")
