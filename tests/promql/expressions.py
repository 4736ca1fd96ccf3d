"""Random expressions for Hypothesis, as nodes of the shape that the parser gives."""

from typing import Literal

import hypothesis.strategies as st

from opsready.promql.nodes import (
    COMPARISONS,
    METRIC_NAME,
    PRECEDENCE,
    SET_OPERATORS,
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
from opsready.promql.signatures import AGGREGATIONS, FUNCTIONS, ValueType

LABELS = st.sampled_from(["job", "le", "by", "on", "without", "inf", "http.route", "größe", "_x"])
METRICS = st.sampled_from(
    [
        "up",
        "http_requests_total",
        "job:rate5m",
        ":x",
        "sum",
        "Offset",
        "nan",
        "http.server.duration",
    ]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
REGEXES = st.sampled_from(["5..", "a|b", "api.*", ".+", "(a|b)?", "[a-z]+x", r"\\d{3}", "", "é"])
ARITHMETIC = sorted(set(PRECEDENCE) - COMPARISONS - SET_OPERATORS)
TIMES_MS = st.one_of(
    st.sampled_from([1, 999, 1000, 60_000, 300_000, 5_400_000, 86_400_000, 31_536_000_000]),
    st.integers(1, 10**12),
)
OFFSETS_MS = st.one_of(st.just(0), TIMES_MS, TIMES_MS.map(lambda ms: -ms))
AT_TIMES: st.SearchStrategy[At] = st.one_of(
    st.none(), st.sampled_from(["start", "end"]), st.integers(0, 2 * 10**12)
)
CARDINALITIES: list[Literal["one-to-one", "many-to-one", "one-to-many"]] = [
    "one-to-one",
    "many-to-one",
    "one-to-many",
]
NUMBERS = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, 0.001, 14.4, -1.0, float("inf"), float("-inf"), float("nan")]),
    st.floats(),
).map(Number)
STRINGS = TEXTS.map(String)


def matchers() -> st.SearchStrategy[Matcher]:
    return st.one_of(
        st.builds(Matcher, LABELS, st.sampled_from(["=", "!="]), TEXTS),
        st.builds(Matcher, LABELS, st.sampled_from(["=~", "!~"]), REGEXES),
    )


@st.composite
def selectors(draw: st.DrawFn) -> Selector:
    name = draw(st.one_of(st.none(), METRICS))
    found = draw(st.lists(matchers(), max_size=3))
    if name is None and all(matcher.matches("") for matcher in found):
        found.append(draw(st.sampled_from([
            Matcher("job", "!=", ""),
            Matcher("job", "=~", ".+"),
            Matcher(METRIC_NAME, "=~", "a.+"),
        ])))  # fmt: skip
    return Selector(name, tuple(found), draw(OFFSETS_MS), draw(AT_TIMES))


RANGES = st.builds(Range, selectors(), TIMES_MS)


@st.composite
def pairings(draw: st.DrawFn, op: str) -> Matching:
    on = draw(st.booleans())
    labels = draw(st.lists(LABELS, max_size=2, unique=True))
    if op in SET_OPERATORS:
        return Matching(on, tuple(labels), "many-to-many")
    cardinality = draw(st.sampled_from(CARDINALITIES))
    include: list[str] = []
    if cardinality != "one-to-one":
        include = draw(st.lists(LABELS.filter(lambda label: label not in labels), max_size=2))
    return Matching(on, tuple(labels), cardinality, tuple(include))


@st.composite
def calls(draw: st.DrawFn, returns: ValueType, depth: int) -> Call:
    names = [name for name, signature in FUNCTIONS.items() if signature.returns is returns]
    signature = FUNCTIONS[draw(st.sampled_from(names))]
    most = len(signature.parameters) + 2 * signature.repeats
    count = draw(st.integers(signature.required, most))
    args = [draw(of_type(signature.parameter(index), depth - 1)) for index in range(count)]
    return Call(signature.name, tuple(args))


@st.composite
def aggregations(draw: st.DrawFn, depth: int) -> Aggregation:
    op = draw(st.sampled_from(sorted(AGGREGATIONS)))
    parameter_type = AGGREGATIONS[op]
    parameter = None if parameter_type is None else draw(of_type(parameter_type, depth - 1))
    labels = tuple(draw(st.lists(LABELS, max_size=2)))
    return Aggregation(op, draw(vectors(depth - 1)), parameter, labels, draw(st.booleans()))


@st.composite
def binaries(draw: st.DrawFn, depth: int) -> Binary:
    """An operation of which at least one side is a vector."""
    op = draw(st.sampled_from(sorted(PRECEDENCE)))
    returns_bool = op in COMPARISONS and draw(st.booleans())
    sides = draw(st.sampled_from(["vectors", "scalar first", "scalar last"]))
    if op in SET_OPERATORS or sides == "vectors":
        left, right = draw(vectors(depth - 1)), draw(vectors(depth - 1))
        return Binary(op, left, right, draw(pairings(op)), returns_bool)
    vector, scalar = draw(vectors(depth - 1)), draw(scalars(depth - 1))
    left, right = (scalar, vector) if sides == "scalar first" else (vector, scalar)
    return Binary(op, left, right, None, returns_bool)


def unaries(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    not_numbers = inner.filter(lambda expr: not isinstance(expr, Number))
    return st.builds(Unary, st.sampled_from(["+", "-"]), not_numbers)


def scalars(depth: int) -> st.SearchStrategy[Expr]:
    if depth <= 0:
        return NUMBERS
    inner = st.deferred(lambda: scalars(depth - 1))
    return st.one_of(
        NUMBERS,
        calls(ValueType.SCALAR, depth),
        unaries(inner),
        st.builds(Binary, st.sampled_from(ARITHMETIC), inner, inner),
        st.builds(
            lambda op, left, right: Binary(op, left, right, None, True),
            st.sampled_from(sorted(COMPARISONS)),
            inner,
            inner,
        ),
    )


def vectors(depth: int) -> st.SearchStrategy[Expr]:
    if depth <= 0:
        return selectors()
    inner = st.deferred(lambda: vectors(depth - 1))
    return st.one_of(
        selectors(),
        calls(ValueType.VECTOR, depth),
        aggregations(depth),
        binaries(depth),
        unaries(inner),
    )


def matrices(depth: int) -> st.SearchStrategy[Expr]:
    if depth <= 0:
        return RANGES
    steps_ms = st.one_of(st.none(), TIMES_MS)
    inner = st.deferred(lambda: vectors(depth - 1))
    return st.one_of(RANGES, st.builds(Subquery, inner, TIMES_MS, steps_ms, OFFSETS_MS, AT_TIMES))


def of_type(wanted: ValueType, depth: int) -> st.SearchStrategy[Expr]:
    match wanted:
        case ValueType.SCALAR:
            return scalars(depth)
        case ValueType.VECTOR:
            return vectors(depth)
        case ValueType.MATRIX:
            return matrices(depth)
        case ValueType.STRING:
            return STRINGS


EXPRESSIONS = st.one_of(vectors(3), scalars(3), matrices(2), STRINGS)
