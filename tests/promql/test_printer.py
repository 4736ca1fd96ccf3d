"""Nodes to text and back."""

import pytest
from hypothesis import given

from opsready.promql import parse, pretty, print_expr
from opsready.promql.nodes import Expr
from tests.promql.expressions import EXPRESSIONS


@given(EXPRESSIONS)
def test_what_is_printed_reads_as_what_was_printed(expr: Expr) -> None:
    assert parse(print_expr(expr)) == expr


@given(EXPRESSIONS)
def test_what_is_printed_over_lines_reads_as_what_was_printed(expr: Expr) -> None:
    assert parse(pretty(expr, width=20)) == expr


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("SUM(x)BY(a,b)", "sum by (a, b) (x)"),
        ("sum without() (x)", "sum without () (x)"),
        ("sum by () (x)", "sum(x)"),
        ("x{ a='b' ,c =~ `d\\.`, }", r'x{a="b", c=~"d\\."}'),
        ('{__name__="x"}', "x"),
        ('{"x"}', "x"),
        ('{"my.metric", "my.label"="v"}', '{__name__="my.metric", "my.label"="v"}'),
        ('{__name__="on", a="b"}', '{__name__="on", a="b"}'),
        ("x offset 90m @ 1.50", "x @ 1.5 offset 1h30m"),
        ("x[90s:1m] offset -1w @ end()", "x[1m30s:1m] @ end() offset -1w"),
        ("x[36h]", "x[1d12h]"),
        ("0x1F + 1_000 + .5 + 1e3 + 5m", "31 + 1000 + 0.5 + 1000 + 300"),
        ("- 5", "-5"),
        ("-inf + NaN", "-Inf + NaN"),
        ("x + on() group_left y", "x + on () group_left () y"),
        ("x == bool ignoring(a) y", "x == bool ignoring (a) y"),
        ("x and ignoring() y", "x and y"),
        ("x > bool on() 1", "x > bool 1"),
        ("# why\nup", "up"),
    ],
)
def test_an_expression_has_one_writing(written: str, canonical: str) -> None:
    assert print_expr(parse(written)) == canonical


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("((x))", "x"),
        ("(a * b) + c", "a * b + c"),
        ("a * (b + c)", "a * (b + c)"),
        ("(a - b) - c", "a - b - c"),
        ("a - (b - c)", "a - (b - c)"),
        ("a ^ (b ^ c)", "a ^ b ^ c"),
        ("(a ^ b) ^ c", "(a ^ b) ^ c"),
        ("-(a ^ b)", "-a ^ b"),
        ("(-a) ^ b", "(-a) ^ b"),
        ("(-1) ^ 2", "(-1) ^ 2"),
        ("-(a * b)", "-(a * b)"),
        ("a ^ (-b)", "a ^ -b"),
        ("(a or b)[5m:]", "(a or b)[5m:]"),
        ("(rate(a[5m]))[1h:]", "rate(a[5m])[1h:]"),
        ("a and (b or c)", "a and (b or c)"),
        ("(a and b) or c", "a and b or c"),
    ],
)
def test_only_parentheses_that_are_needed_are_written(written: str, canonical: str) -> None:
    assert print_expr(parse(written)) == canonical


def test_a_long_expression_is_broken_where_its_parts_meet() -> None:
    written = (
        'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) * 2 '
        "/ on (job) (sum by (job) (rate(http_requests_total[5m])) + sum by (job) (up)) > 0.01"
    )
    assert pretty(parse(written), width=50).splitlines() == [
        "sum by (job) (",
        '  rate(http_requests_total{code=~"5.."}[5m])',
        ")",
        "*",
        "2",
        "/ on (job)",
        "(",
        "  sum by (job) (rate(http_requests_total[5m]))",
        "  +",
        "  sum by (job) (up)",
        ")",
        ">",
        "0.01",
    ]


def test_arguments_that_do_not_fit_stand_on_lines_of_their_own() -> None:
    written = 'label_replace(up{job="orders"}, "service", "$1", "job", "(.*)")'
    assert pretty(parse(written), width=30).splitlines() == [
        "label_replace(",
        '  up{job="orders"},',
        '  "service",',
        '  "$1",',
        '  "job",',
        '  "(.*)"',
        ")",
    ]
