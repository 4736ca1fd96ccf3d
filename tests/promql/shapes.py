"""The tree of an expression as plain tuples, from our nodes and from those of promql-parser."""

from datetime import datetime, timedelta
from typing import Any

import promql_parser

from opsready.promql.nodes import (
    METRIC_NAME,
    Aggregation,
    Binary,
    Call,
    Expr,
    Matching,
    Number,
    Range,
    Selector,
    String,
    Subquery,
    Unary,
)

Shape = tuple[Any, ...]
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MATCH_OPS = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
_CARDINALITIES = {
    "OneToOne": "one-to-one",
    "ManyToOne": "many-to-one",
    "OneToMany": "one-to-many",
    "ManyToMany": "many-to-many",
}


def our_shape(expr: Expr) -> Shape:
    match expr:
        case Number(value):
            return ("number", repr(value))
        case String(value):
            return ("string", value)
        case Selector(name, matchers, offset_ms, at):
            found = [(m.label, m.op, m.value) for m in matchers]
            if name is not None:
                found.append((METRIC_NAME, "=", name))
            return ("selector", sorted(found), offset_ms, at)
        case Range(selector, range_ms):
            return ("range", our_shape(selector), range_ms)
        case Subquery(inner, range_ms, step_ms, offset_ms, at):
            return ("subquery", our_shape(inner), range_ms, step_ms, offset_ms, at)
        case Unary(op, inner):  # the oracle drops a plus
            return ("minus", our_shape(inner)) if op == "-" else our_shape(inner)
        case Binary(op, left, right, matching, returns_bool):
            pairing = None if matching is None else _our_matching(matching)
            return (op, our_shape(left), our_shape(right), pairing, returns_bool)
        case Call(function, args):
            return (function, *map(our_shape, args))
        case Aggregation(op, inner, parameter, labels, without):
            given = None if parameter is None else our_shape(parameter)
            return (op, our_shape(inner), given, list(labels), without)
    raise TypeError(expr)


def _our_matching(matching: Matching) -> Shape:
    return (matching.cardinality, matching.on, list(matching.labels), list(matching.include))


def their_shape(expr: Any) -> Shape:
    match expr:
        case promql_parser.ParenExpr():
            return their_shape(expr.expr)
        case promql_parser.NumberLiteral():
            return ("number", repr(expr.val))
        case promql_parser.StringLiteral():
            return ("string", expr.val)
        case promql_parser.VectorSelector():
            found = [(m.name, _MATCH_OPS[_last(m.op)], m.value) for m in expr.matchers.matchers]
            if expr.name is not None:
                found.append((METRIC_NAME, "=", expr.name))
            return ("selector", sorted(found), _ms(expr.offset) or 0, _their_at(expr.at))
        case promql_parser.MatrixSelector():
            return ("range", their_shape(expr.vector_selector), _ms(expr.range))
        case promql_parser.SubqueryExpr():
            window = (_ms(expr.range), _ms(expr.step), _ms(expr.offset) or 0, _their_at(expr.at))
            return ("subquery", their_shape(expr.expr), *window)
        case promql_parser.UnaryExpr():
            return _their_minus(expr)
        case promql_parser.BinaryExpr():
            return _their_binary(expr)
        case promql_parser.Call():
            return (expr.func.name, *map(their_shape, expr.args))
        case promql_parser.AggregateExpr():
            return _their_aggregation(expr)
    raise TypeError(expr)


def _their_minus(expr: Any) -> Shape:
    inner = their_shape(expr.expr)
    if inner[0] == "number":  # we fold a sign into its number, parentheses or not
        return ("number", repr(-float(inner[1])))
    return ("minus", inner)


def _their_binary(expr: Any) -> Shape:
    left, right, modifier = their_shape(expr.lhs), their_shape(expr.rhs), expr.modifier
    returns_bool = modifier is not None and modifier.return_bool
    pairing = None
    if _is_vector(expr.lhs) and _is_vector(expr.rhs):
        pairing = ("one-to-one", False, [], []) if modifier is None else _their_matching(modifier)
    return (str(expr.op), left, right, pairing, returns_bool)


def _their_matching(modifier: Any) -> Shape:
    matching = modifier.matching
    on = matching is not None and _last(matching.type) == "Include"
    labels = [] if matching is None else list(matching.labels)
    return (_CARDINALITIES[_last(modifier.card)], on, labels, list(modifier.group_labels or []))


def _their_aggregation(expr: Any) -> Shape:
    parameter = None if expr.param is None else their_shape(expr.param)
    modifier = expr.modifier
    labels = [] if modifier is None else list(modifier.labels)
    without = modifier is not None and _last(modifier.type) == "Without"
    return (str(expr.op), their_shape(expr.expr), parameter, labels, without)


def _is_vector(expr: Any) -> bool:
    match expr:
        case promql_parser.ParenExpr() | promql_parser.UnaryExpr():
            return _is_vector(expr.expr)
        case promql_parser.BinaryExpr():
            return _is_vector(expr.lhs) or _is_vector(expr.rhs)
        case promql_parser.Call():
            return _last(expr.func.return_type) == "Vector"
        case promql_parser.NumberLiteral():
            return False
    return True


def _last(member: Any) -> str:
    return str(member).rpartition(".")[2]


def _ms(delta: timedelta | None) -> int | None:
    return None if delta is None else delta // timedelta(milliseconds=1)


def _their_at(modifier: Any) -> int | str | None:
    if modifier is None:
        return None
    name = _last(modifier.type)
    return _ms(modifier.at - _EPOCH) if name == "At" else name.lower()
