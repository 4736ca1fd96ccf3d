"""Which series, windows and labels an expression uses."""

from opsready.promql import parse
from opsready.promql.uses import labels, selectors

ERROR_RATIO = """
sum by (job) (rate(http_requests_total{code=~"5..", job="orders"}[5m] offset 1h))
/ on (job) group_left (team)
count without (instance) (http_requests_total)
"""


def test_each_selector_comes_with_its_window_and_the_functions_around_it() -> None:
    found = [
        (use.selector.name, use.window_ms, use.functions) for use in selectors(parse(ERROR_RATIO))
    ]
    assert found == [
        ("http_requests_total", 300_000, ("rate", "sum")),
        ("http_requests_total", None, ("count",)),
    ]  # fmt: skip


def test_the_reach_counts_ranges_subqueries_and_offsets() -> None:
    text = "max_over_time(rate(x[5m] offset 1m)[1h:30s] offset 1d) + y"
    reaches = {use.selector.name: use.reach_ms for use in selectors(parse(text))}
    minute_ms = 60_000
    assert reaches == {"x": (5 + 1 + 60 + 24 * 60) * minute_ms, "y": 0}


def test_each_use_of_a_label_says_what_it_is_for() -> None:
    found = [(use.label, use.role) for use in labels(parse(ERROR_RATIO))]
    assert found == [
        ("job", "on"),
        ("team", "include"),
        ("job", "by"),
        ("code", "match"),
        ("job", "match"),
        ("instance", "without"),
    ]


def test_a_label_use_says_where_it_stands() -> None:
    text = 'up{job="a"}'
    (use,) = labels(parse(text))
    assert text[slice(*use.span)] == 'job="a"'


def test_functions_that_make_labels_are_seen() -> None:
    text = """
        label_replace(x, "to", "$1", "from", "(.*)")
        + ignoring (z) label_join(count_values("value", y), "all", ",", "a", "b")
    """
    assert [(use.label, use.role) for use in labels(parse(text))] == [
        ("z", "ignoring"),
        ("to", "write"),
        ("from", "read"),
        ("all", "write"),
        ("a", "read"),
        ("b", "read"),
        ("value", "write"),
    ]
