"""The values that an expression can take."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.documents.value_range import ValueRange, is_likely_share, value_range
from opsready.promql import parse
from opsready.promql.nodes import Binary

INF = math.inf
ERRORS = 'sum(rate(http_total{code=~"5.."}[5m]))'
ALL = "sum(rate(http_total[5m]))"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("a", -INF, INF),
        ("up", 0, 1),
        ("rate(a[5m])", 0, INF),
        ("sum(rate(a[5m]))", 0, INF),
        ("avg(up)", 0, 1),
        ("sum(up)", 0, INF),
        ("count(a)", 1, INF),
        ("count(a) or vector(0)", 0, INF),
        ("absent(a)", 1, 1),
        ("delta(a[5m])", -INF, INF),
        (f"({ERRORS} or 0 * {ALL}) / {ALL}", 0, 1),
        (f"({ERRORS} or vector(0)) / {ALL}", 0, 1),
        (f"({ERRORS} or vector(1)) / {ALL}", 0, INF),
        (f"{ERRORS} / {ALL}", 0, 1),
        (f"1 - {ERRORS} / {ALL}", 0, 1),
        (f"100 * ({ERRORS} / {ALL})", 0, 100),
        (f"{ERRORS} / {ALL} * 100", 0, 100),
        (f"avg_over_time(({ERRORS} / {ALL})[1h:5m])", 0, 1),
        (f"max({ERRORS} / {ALL})", 0, 1),
        ("rate(h_bucket{le='0.3'}[5m]) / rate(h_count[5m])", 0, 1),
        ("-up", -1, 0),
        ("clamp_max(a, 5)", -INF, 5),
        ("a > bool 3", 0, 1),
        ("service:errors:ratio_rate5m", 0, 1),
        ("namespace:cpu_utilisation:ratio", -INF, INF),
    ],
)
def test_a_range_is_known_where_it_follows(text: str, low: float, high: float) -> None:
    assert value_range(parse(text)) == ValueRange(low, high)


@pytest.mark.parametrize(
    ("text", "because"),
    [
        (f"{ERRORS} / sum(rate(http_total[1h]))", "the windows differ"),
        (f'{ERRORS} / sum(rate(http_total{{job="a"}}[5m]))', "the whole has a matcher of its own"),
        (f"{ERRORS} / sum(increase(http_total[5m]))", "the functions differ"),
        ("rate(errors_total[5m]) / rate(http_total[5m])", "the counters differ"),
        (f"{ERRORS} / on (job) sum by (job) (rate(http_total[5m]))", "the part is the coarser one"),
        ("rate(h_bucket[5m]) / rate(h_count[5m])", "no bucket is chosen"),
    ],
)
def test_a_division_is_a_share_only_where_it_is_sure(text: str, because: str) -> None:
    assert value_range(parse(text)).high == INF, because


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        ("rate(errors_total[5m]) / rate(http_total[5m])", True),
        ("sum(rate(failed_total[5m])) / sum(rate(http_total[5m]))", True),
        ("rate(errors_total[5m]) / rate(http_total[1h])", False),
        ("rate(retries_total[5m]) / rate(http_total[5m])", False),
        ("rate(errors_total[5m]) / rate(other_errors_total[5m])", False),
    ],
)
def test_faults_over_what_is_counted_alike_are_likely_a_share(text: str, likely: bool) -> None:
    division = parse(text)
    assert isinstance(division, Binary)
    assert is_likely_share(division) is likely


def test_a_recorded_metric_has_the_range_of_what_it_records() -> None:
    recorded = {"x:ratio": [parse(f"{ERRORS} / {ALL}"), parse("vector(3)")]}
    found = value_range(parse("x:ratio * 2"), lambda name: recorded.get(name, []))
    assert found == ValueRange(0, 6)


def test_a_recording_of_itself_ends() -> None:
    assert value_range(parse("x:y"), lambda name: [parse("x:y")]) == ValueRange()


finite = st.floats(-1e6, 1e6)


@given(finite, finite, finite, finite, st.sampled_from([">", ">=", "<", "<=", "==", "!="]))
def test_never_and_always_are_what_the_comparison_says(
    one: float, other: float, within: float, bound: float, op: str
) -> None:
    """A value of the range never passes what it never passes, and passes what it always does."""
    found = ValueRange(min(one, other), max(one, other))
    value = min(max(within, found.low), found.high)
    passes = {
        ">": value > bound,
        ">=": value >= bound,
        "<": value < bound,
        "<=": value <= bound,
        "==": value == bound,
        "!=": value != bound,
    }[op]
    assert not (found.never(op, bound) and passes)
    assert not (found.always(op, bound) and not passes)
