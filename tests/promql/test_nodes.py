"""Nodes: equality, types, matchers, walking."""

import math

import pytest

from opsready.promql import parse
from opsready.promql.nodes import (
    Aggregation,
    Call,
    Matcher,
    Number,
    Range,
    Selector,
    walk,
)
from opsready.promql.signatures import ValueType


def test_nodes_are_equal_wherever_they_stand_in_the_text() -> None:
    assert parse("rate( x[5m] )") == parse("rate(x[5m])")
    assert hash(parse("rate( x[5m] )")) == hash(parse("rate(x[5m])"))
    assert parse("rate(x[5m])") != parse("rate(x[6m])")


def test_a_number_is_equal_to_what_is_written_alike() -> None:
    assert Number(math.nan) == Number(float("nan"))
    assert Number(0.0) != Number(-0.0)
    assert len({Number(1.0), Number(1), Number(math.nan), Number(float("nan"))}) == 2


@pytest.mark.parametrize(
    ("text", "yields"),
    [
        ("1 + time()", ValueType.SCALAR),
        ("1 > bool 2", ValueType.SCALAR),
        ("-(1 + x)", ValueType.VECTOR),
        ("x == 1", ValueType.VECTOR),
        ("sum(x)", ValueType.VECTOR),
        ("scalar(x)", ValueType.SCALAR),
        ("x[5m]", ValueType.MATRIX),
        ("x[5m:]", ValueType.MATRIX),
        ('"a"', ValueType.STRING),
    ],
)
def test_an_expression_knows_what_it_yields(text: str, yields: ValueType) -> None:
    assert parse(text).type is yields


@pytest.mark.parametrize(
    ("op", "asked", "passing"),
    [
        ("=", "a", ["a"]),
        ("=", "", [""]),
        ("!=", "a", ["", "b", "aa", "bb"]),
        ("=~", "a|b.*", ["a", "b", "bb"]),
        ("!~", "a|b", ["", "aa", "bb"]),
    ],
)
def test_a_matcher_passes_what_prometheus_passes(op: str, asked: str, passing: list[str]) -> None:
    values = ["", "a", "b", "aa", "bb"]
    matcher = Matcher("job", op, asked)  # type: ignore[arg-type]
    assert [value for value in values if matcher.matches(value)] == passing


@pytest.mark.parametrize(
    ("op", "asked", "admitted"),
    [
        ("=", "0.5", ("0.5",)),
        ("=~", "a|b", ("a", "b")),
        ("=~", "", ("",)),
        ("=~", "0.5", None),
        ("=~", "5..", None),
        ("!=", "a", None),
    ],
)
def test_a_matcher_lists_the_values_that_pass_where_they_can_be_listed(
    op: str, asked: str, admitted: tuple[str, ...] | None
) -> None:
    assert Matcher("le", op, asked).admitted == admitted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("x", ("x",)),
        ('{"x.y"}', ("x.y",)),
        ('{__name__="x"}', ("x",)),
        ('{__name__=~"x|y"}', ("x", "y")),
        ('{__name__=~"x.*"}', None),
        ('{job="a"}', None),
    ],
)
def test_a_selector_lists_its_metrics_where_they_can_be_listed(
    text: str, metrics: tuple[str, ...] | None
) -> None:
    selector = parse(text)
    assert isinstance(selector, Selector)
    assert selector.metrics == metrics


def test_walking_meets_each_node_before_what_is_below_it() -> None:
    topk = parse("topk(2, rate(x[5m]))")
    assert list(walk(topk)) == [
        topk,
        Number(2),
        Call("rate", (Range(Selector("x"), 300_000),)),
        Range(Selector("x"), 300_000),
        Selector("x"),
    ]
    assert topk == Aggregation(
        "topk", Call("rate", (Range(Selector("x"), 300_000),)), parameter=Number(2)
    )
