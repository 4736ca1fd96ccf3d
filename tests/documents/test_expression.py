"""What decides whether an expression gives a series, and which labels its series have."""

import pytest

from opsready.documents.expression import Expression, constant, output_labels
from opsready.promql import parse, print_expr


def expression(text: str) -> Expression:
    return Expression(text, "alerts.yml", 1)


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("a > 1", [["a > 1"]]),
        ("a > 1 and b > 2", [["a > 1", "b > 2"]]),
        ("a > 1 or b > 2", [["a > 1"], ["b > 2"]]),
        ("(a > 1 or b > 2) and c", [["a > 1", "c"], ["b > 2", "c"]]),
        ("a > 1 unless b", [["a > 1"]]),
        ("max without (w) (a > 1) and b", [["a > 1", "b"]]),
        ("sum(a > 1 or b > 2)", [["a > 1"], ["b > 2"]]),
        ("count(a == 0) > 2", [["count(a == 0) > 2"]]),
        ('label_replace(a > 1, "x", "$1", "y", "(.*)")', [["a > 1"]]),
    ],
)
def test_the_ways_to_fire_are_conjunctions(text: str, ways: list[list[str]]) -> None:
    assert [[print_expr(part) for part in way] for way in expression(text).ways] == ways


def test_the_number_of_ways_is_bounded() -> None:
    many = " and ".join(["(a > 1 or b > 2)"] * 12)
    assert len(expression(many).ways) == 64


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("a > 1", ("a", ">", 1, False)),
        ("1 < a", ("a", ">", 1, False)),
        ("a >= 14.4 * 0.001", ("a", ">=", 0.0144, True)),
        ("a == -1", ("a", "==", -1, False)),
        ("a > 2 * 60 / 3", ("a", ">", 40, False)),
        ("a > vector(5)", ("a", ">", 5, False)),
    ],
)
def test_a_comparison_with_a_number_is_read_from_either_side(
    text: str, condition: tuple[str, str, float, bool]
) -> None:
    [found] = expression(text).conditions
    assert (print_expr(found.value), found.op, pytest.approx(found.bound), found.is_product) == (
        condition
    )


@pytest.mark.parametrize("text", ["a", "a > b", "a > bool 1", "absent(a)", "1 > 2", "a + 1"])
def test_what_is_no_comparison_with_a_number_has_no_condition(text: str) -> None:
    assert list(expression(text).conditions) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("2 ^ 3", 8), ("-(1 + 2)", -3), ("7 % 4", 3), ("1 / 0", None), ("a + 1", None)],
)
def test_numbers_are_computed(text: str, value: float | None) -> None:
    assert constant(parse(text)) == value


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("a", None),
        ("sum(a)", set()),
        ("sum by (job, pod) (a)", {"job", "pod"}),
        ("sum without (pod) (a)", None),
        ("sum without (pod) (sum by (job, pod) (a))", {"job"}),
        ("topk(3, sum by (job) (a))", {"job"}),
        ('count_values by (job) ("version", a)', {"job", "version"}),
        ("sum by (job) (a) > 1", {"job"}),
        ("1 < sum by (job) (a)", {"job"}),
        ("sum by (job) (a) / sum by (job) (b)", {"job"}),
        ("sum by (job, x) (a) / on (job) sum by (job) (b)", {"job"}),
        ("sum by (job) (a) * on (job) group_left (owner) b", {"job", "owner"}),
        ("b * on (job) group_right (owner) sum by (job) (a)", {"job", "owner"}),
        ("sum by (job) (a) or sum by (pod) (b)", {"job", "pod"}),
        ("sum by (job) (a) or b", None),
        ("sum by (job) (a) and b", {"job"}),
        ("rate(a[5m])", None),
        ("histogram_quantile(0.9, sum by (le, job) (rate(a[5m])))", {"job"}),
        ('absent(up{job="orders", pod=~"x.*"})', {"job"}),
        ('label_replace(sum by (job) (a), "node", "$1", "job", "(.*)")', {"job", "node"}),
        ("vector(1)", set()),
    ],
)
def test_the_labels_of_a_result_are_known_where_they_are_closed(
    text: str, labels: set[str] | None
) -> None:
    assert output_labels(parse(text)) == labels


def test_a_text_that_is_no_promql_says_so_and_has_no_ways() -> None:
    broken = expression("rate(a)")
    assert broken.root is None
    assert broken.fault is not None
    assert broken.ways == ()
    assert broken.metrics == frozenset()


def test_metrics_are_named_and_those_chosen_by_a_pattern_are_not() -> None:
    text = 'a / {__name__="b"} + {__name__=~"c|d"} + {__name__=~"e.*"}'
    assert expression(text).metrics == {"a", "b", "c", "d"}
