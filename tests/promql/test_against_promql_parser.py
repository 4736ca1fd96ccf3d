"""Our parser against promql-parser, an independent one written in Rust.

It follows Prometheus 2.45 with some of what came later. Where the two differ, the reason stands in
DIFFERENCES, and Prometheus 3 is on our side.
"""

import re

import hypothesis.strategies as st
import promql_parser
import pytest
from hypothesis import example, given, settings

from opsready.promql import PromQLError, Refused, parse, print_expr
from opsready.promql.nodes import Expr
from tests.promql.expressions import EXPRESSIONS
from tests.promql.shapes import our_shape, their_shape

ACCEPTED = "accepted"

# Reason, what we say, what the oracle says: patterns searched in either.
DIFFERENCES = [
    ("experimental: we know it and refuse it", r"^refused: ", r"."),
    ("a number beyond all floats is an error of Go's strconv", r"number is too large", ACCEPTED),
    ("a Go duration ends at 292 years", r"292 years", r"."),
    ("MetricsQL has or between matchers", r"found 'or'", ACCEPTED),
    ("digits may be parted by _ since 2.54", ACCEPTED, r"bad number or duration syntax: .*_"),
    ("an offset of zero is allowed since 3.0", ACCEPTED, r"duration must be greater than 0"),
    ("labels of any letters since 3.0", ACCEPTED, r"is not valid label in grouping opts"),
    ("@ start() before a range is not caught", ACCEPTED, r"no @ modifiers allowed before range"),
    ("the oracle drops a plus, whatever follows", r"a sign cannot stand before", ACCEPTED),
    ("the oracle takes 01e3 for octal", ACCEPTED, r"can't be parsed into i64"),
    ("a comment may stand in brackets", r".", r"inside brackets: '#'"),
]


def our_answer(text: str) -> str:
    try:
        parse(text)
    except Refused as refusal:
        return f"refused: {refusal}"
    except PromQLError as fault:
        return str(fault)
    return ACCEPTED


def their_answer(text: str) -> str:
    try:
        promql_parser.parse(text)
    except ValueError as fault:
        return str(fault)
    except BaseException as fault:  # a panic of Rust, as on `offset NaN`, is no Exception
        if type(fault).__name__ != "PanicException":
            raise
        return f"panicked: {fault}"
    return ACCEPTED


def differences(text: str) -> list[str]:
    """What the two say of the text, unless they agree or differ for a known reason."""
    ours, theirs = our_answer(text), their_answer(text)
    if (ours == ACCEPTED) == (theirs == ACCEPTED):
        return []
    known = any(re.search(we, ours) and re.search(they, theirs) for _, we, they in DIFFERENCES)
    return [] if known else [ours, theirs]


@settings(max_examples=300)
@given(EXPRESSIONS)
def test_both_read_an_expression_as_the_same_tree(expr: Expr) -> None:
    text = print_expr(expr)
    assert our_shape(parse(text)) == their_shape(promql_parser.parse(text))


SPACED_PIECES = """
( ) [ ] { } , : = == != =~ !~ < > <= >= + - * / % ^ @ and or unless atan2 bool on ignoring
group_left group_right by without offset sum topk count_values rate time scalar vector up x
job start() end() 5m 1h30m 30m1h 0s 1 0x1f 017 1_0 1.5 .5 1e3 1e Inf nan "a" 'b' `c` "\\n" "\\q"
"(" [5m] [5m:] [5m:1m] (a) {a="b"} # ; ! ~ é _ a:b fill limitk first_over_time
"""
PIECES = st.sampled_from(SPACED_PIECES.split())


@st.composite
def damaged_texts(draw: st.DrawFn) -> str:
    """An expression with up to three of its tokens removed, replaced or doubled."""
    text = print_expr(draw(EXPRESSIONS))
    tokens = re.findall(r'"(?:[^"\\]|\\.)*"|[\w.:]+|\s+|[^\w\s]', text)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(tokens)))
        end = min(len(tokens), start + draw(st.integers(0, 2)))
        tokens[start:end] = draw(st.lists(PIECES, max_size=2))
    return draw(st.sampled_from(["", " "])).join(tokens)


@settings(max_examples=1000)
@given(st.one_of(damaged_texts(), st.lists(PIECES, max_size=8).map(" ".join)))
@example("")
@example("x offset 5m offset 5m")
@example("(x)[5m]")
@example("-x[5m]")
@example("1 == 1")
@example("sum(x) offset 5m")
def test_both_accept_the_same_texts(text: str) -> None:
    assert differences(text) == []


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("experimental: we know it and refuse it", "first_over_time(x[5m])"),
        ("a number beyond all floats is an error of Go's strconv", "1e999"),
        ("a Go duration ends at 292 years", "x[300y]"),
        ("MetricsQL has or between matchers", 'x{a="b" or c="d"}'),
        ("digits may be parted by _ since 2.54", "1_000"),
        ("an offset of zero is allowed since 3.0", "x offset 0s"),
        ("labels of any letters since 3.0", "sum by (a:b) (x)"),
        ("@ start() before a range is not caught", "x @ start() [5m]"),
        ("the oracle drops a plus, whatever follows", '+"a"'),
        ("the oracle takes 01e3 for octal", "01e3"),
        ("a comment may stand in brackets", "x[5m # why\n]"),
    ],
)
def test_every_known_difference_is_one(reason: str, text: str) -> None:
    we, they = next(patterns for known, *patterns in DIFFERENCES if known == reason)
    assert (our_answer(text) == ACCEPTED) != (their_answer(text) == ACCEPTED)
    assert re.search(we, our_answer(text))
    assert re.search(they, their_answer(text))
