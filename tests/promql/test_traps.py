"""What is easily got wrong, each shown by the smallest series that shows it."""

import math

import numpy as np
import pytest

from opsready.promql import PromQLError
from opsready.promql.arrays import Grid
from opsready.promql.evaluate import Engine
from opsready.promql.plan import plan
from opsready.promql.semantics import SEMANTICS
from tests.promql.samples import MINUTE_MS, at, engine, over

M = MINUTE_MS
VERSIONS = list(SEMANTICS)


@pytest.mark.parametrize(("version", "count"), [("2.42", 6), ("2.51", 6), ("2.55", 6), ("3.0", 5)])
def test_a_range_leaves_out_its_start_since_3_0(version: str, count: int) -> None:
    assert at(engine("x 0+1x10"), "count_over_time(x[5m])", 10 * M, version) == {"{}": count}


@pytest.mark.parametrize(("version", "there"), [("2.42", {"x": 7.0}), ("3.0", {})])
def test_a_sample_of_the_age_of_the_lookback_counts_until_3_0(
    version: str, there: dict[str, float]
) -> None:
    assert at(engine("x 7"), "x", 5 * M, version) == there


@pytest.mark.parametrize(("version", "sums"), [("2.42", 3.0), ("3.0", 2.0)])
def test_a_subquery_has_a_step_exactly_at_its_start_until_3_0(version: str, sums: float) -> None:
    assert at(engine("x 1x10"), "sum_over_time(x[2m:1m])", 6 * M, version) == {"{}": sums}


def test_the_steps_of_a_subquery_lie_at_multiples_also_before_1970() -> None:
    series = engine("x 1x10")
    assert at(series, "sum_over_time(vector(time())[25s:10s])", 5_000) == {"{}": -10}
    assert at(series, "sum_over_time(vector(time())[25s:10s])", 5_000, "2.42") == {"{}": -30}


@pytest.mark.parametrize(("version", "zero_s"), [("2.42", 40), ("2.51", 30), ("2.55", 30)])
def test_an_extrapolation_is_cut_to_half_a_gap_before_the_zero_of_the_counter_since_2_51(
    version: str, zero_s: int
) -> None:
    # The first sample lies 3 m into the window, one gap is 60 s, the counter rises by 3.
    increases = {
        first: at(engine(f"x _ _ _ {first} {first + 3}"), "increase(x[4m])", 4 * M, version)["{}"]
        for first in (1, 2, 6)
    }
    # Zero 20 s before it; 40 s before it, within 1.1 gaps; 120 s before it, and so half a gap.
    to_start = {1: 20, 2: zero_s, 6: 30}
    assert increases == {first: 3 * ((60 + s) / 60) for first, s in to_start.items()}


def test_resets_are_added_in_order_of_time() -> None:
    values = [0.1, 0.3, 0.2, 0.7, 0.1, 0.4]
    series = engine("x " + " ".join(map(str, values)))
    raw = values[-1] - values[0]
    raw += 0.3
    raw += 0.7
    assert at(series, "increase(x[5m])", 5 * M, "2.42") == {"{}": raw * (300 / 300)}


def test_a_counter_that_resets_at_every_sample_counts_each() -> None:
    falling = engine("x 50-1x40")
    assert at(falling, "resets(x[10m])", 40 * M, "2.42") == {"{}": 10}
    raw = 10.0 - 20.0
    for value in range(20, 10, -1):
        raw += value
    assert at(falling, "increase(x[10m])", 40 * M, "2.42") == {"{}": raw}


def test_a_stale_mark_hides_a_series_at_once_and_no_lookback_bridges_what_follows() -> None:
    assert over(engine("x 1 stale _ _ 2"), "x", 5) == {"x": [1, None, None, None, 2, 2]}


def test_a_stale_mark_is_no_sample_of_a_range() -> None:
    assert at(engine("x 1 2 stale 3"), "count_over_time(x[4m])", 3 * M) == {"{}": 3}


def test_nan_is_a_value_and_not_a_gap() -> None:
    series = engine("x 1 NaN _ 3")
    assert at(series, "count_over_time(x[4m])", 3 * M) == {"{}": 3}
    assert math.isnan(at(series, "x", M)["x"])
    assert at(series, "x == x", M) == {}
    assert at(series, "x != x", M).keys() == {"x"}
    assert at(series, "count(x)", M) == {"{}": 1}


def test_a_negative_offset_looks_ahead() -> None:
    assert at(engine("x 0+1x10"), "x offset -3m", 2 * M) == {"x": 5}


def test_start_and_end_are_those_of_the_range_even_between_steps() -> None:
    found = engine("x 0+1x10").range(plan("x @ end()"), 0, 5 * M, 2 * M).vector
    assert found.values.tolist() == [[5, 5, 5]]


def test_what_at_fixes_is_evaluated_once_and_seen_at_every_step() -> None:
    series = engine("x 0+1x10")
    assert over(series, "sum(x @ 240) + 1", 2) == {"{}": [5, 5, 5]}
    assert over(series, "x @ 240 - x", 2) == {"{}": [4, 3, 2]}


def test_sums_of_three_series_are_compensated_since_2_55() -> None:
    series = engine('x{i="1"} 1e100', 'x{i="2"} 1', 'x{i="3"} -1e100')
    assert {version: at(series, "sum(x)", 0, version)["{}"] for version in VERSIONS} == {
        "2.42": 0,
        "2.51": 0,
        "2.55": 1,
        "3.0": 1,
        "3.5": 1,
    }


def test_a_mean_divides_its_sum_and_the_rest_of_it_apart_since_3_5() -> None:
    # The sum of three 0.1 is 0.30000000000000004, and lacks -2.8e-17.
    over_series = engine('x{i="1"} 0.1', 'x{i="2"} 0.1', 'x{i="3"} 0.1')
    over_time = engine("x 0.1x2")
    found = {
        version: [
            at(over_series, "avg(x)", 0, version)["{}"],
            at(over_time, "avg_over_time(x[3m])", 2 * M, version)["{}"],
        ]
        for version in ("3.0", "3.5")
    }
    assert found == {"3.0": [0.10000000000000002] * 2, "3.5": [0.1] * 2}


@pytest.mark.parametrize(("version", "name"), [("2.42", "x"), ("2.51", "{}"), ("3.0", "{}")])
def test_atan2_drops_the_name_since_2_47(version: str, name: str) -> None:
    assert list(at(engine("x 1"), "x atan2 1", 0, version)) == [name]


def test_a_parameter_that_ranks_nothing_is_no_failure_since_3_5() -> None:
    series = engine("x 1")
    for expr in ("topk(scalar(nope), nope)", "bottomk(-Inf, x)"):
        assert at(series, expr, 0, "3.5") == {}
        with pytest.raises(PromQLError, match="needs a whole number of series"):
            at(series, expr, 0, "3.0")
    with pytest.raises(PromQLError, match="needs a whole number of series, and has nan"):
        at(series, "topk(NaN, x)", 0, "3.5")
    assert at(series, "topk(-9223372036854775808, x)", 0, "2.42") == {}


@pytest.mark.parametrize(
    ("expr", "versions"),
    [
        ('count_values("a b", x)', ["3.0", "3.5"]),
        ('label_join(x, "a b", "")', ["3.0", "3.5"]),
        ('label_join(x, "c", "", "a b")', ["3.0", "3.5"]),
        ('label_replace(x, "a b", "1", "", "")', ["3.5"]),
        (r'label_replace(x, "\xff", "1", "", "")', []),
        ('label_join(x, "", "")', []),
    ],
)
def test_a_label_may_have_any_name_since_3_0_and_in_label_replace_since_3_3(
    expr: str, versions: list[str]
) -> None:
    def is_read(version: str) -> bool:
        try:
            return bool(at(engine("x 1"), expr, 0, version))
        except PromQLError as error:
            assert "is no name of a label" in error.message
            return False

    assert [version for version in VERSIONS if is_read(version)] == versions


def test_count_values_tells_0_from_minus_0() -> None:
    found = at(engine('x{i="1"} 0', 'x{i="2"} -0', 'x{i="3"} NaN'), 'count_values("v", x)', 0)
    assert found == {'{v="0"}': 1, '{v="-0"}': 1, '{v="NaN"}': 1}


def test_the_label_of_count_values_goes_where_without_names_it() -> None:
    series = engine('x{i="1", j="a"} 5', 'x{i="2", j="a"} 7')
    assert at(series, 'count_values without (i) ("i", x)', 0) == {'{j="a"}': 2}
    assert at(series, 'count_values without (i) ("v", x)', 0) == {
        '{j="a", v="5"}': 1,
        '{j="a", v="7"}': 1,
    }


def test_the_factors_of_holt_winters_lie_between_0_and_1_or_are_no_numbers() -> None:
    series = engine("x 0+1x9")
    found = at(series, "holt_winters(x[5m], NaN, 0.5)", 9 * M, "2.42")
    assert math.isnan(found["{}"])
    with pytest.raises(PromQLError, match="the trend factor must lie between 0 and 1"):
        at(series, "holt_winters(x[5m], 0.5, 1)", 9 * M, "2.42")


def test_the_mean_does_not_overflow_where_the_sum_does() -> None:
    series = engine('x{i="1"} 1.7e308 1.7e308', 'x{i="2"} 1.7e308 1.7e308')
    for version in VERSIONS:
        assert at(series, "avg(x)", 0, version) == {"{}": 1.7e308}
        found = at(series, "avg_over_time(x[3m])", M, version)
        assert found == {'{i="1"}': 1.7e308, '{i="2"}': 1.7e308}


def test_the_dot_of_a_matcher_matches_a_newline_since_3_0() -> None:
    series = engine(r'x{a="1\n2"} 1')
    found = {version: len(at(series, 'x{a=~"1.2"}', 0, version)) for version in VERSIONS}
    assert found == {"2.42": 0, "2.51": 0, "2.55": 0, "3.0": 1, "3.5": 1}


def test_the_regex_of_label_replace_is_anchored_and_fills_in_groups_as_go_does() -> None:
    series = engine('x{a="one-two"} 1')
    replaced = 'label_replace(x, "b", "%s", "a", "(?P<l>[a-z]+)-(.*)")'
    found = {
        text: list(at(series, replaced % text, 0))
        for text in ("$2", "${l}s", "$ls", "$$", "$9", "$02", "${02}", "$lä")
    }
    assert found == {
        "$2": ['x{a="one-two", b="two"}'],
        "${l}s": ['x{a="one-two", b="ones"}'],
        "$ls": ['x{a="one-two"}'],
        "$$": ['x{a="one-two", b="$"}'],
        "$9": ['x{a="one-two"}'],
        "$02": ['x{a="one-two"}'],
        "${02}": ['x{a="one-two"}'],
        "$lä": ['x{a="one-two"}'],
    }
    assert list(at(series, 'label_replace(x, "b", "z", "a", "one")', 0)) == ['x{a="one-two"}']


def test_a_series_that_matches_two_fails_only_at_the_steps_where_both_are_there() -> None:
    series = engine("x 1x5", 'y{i="1"} 1 1 stale', 'y{i="2"} _ 2 2 2')
    outcome = series.evaluate(plan("x + on () y"), Grid(0, M, 4))
    assert outcome.failed.tolist() == [False, True, False, False]
    assert outcome.vector.values[0, [0, 2, 3]].tolist() == [2, 3, 3]
    with pytest.raises(PromQLError, match="many-to-many matching: the right side has several"):
        outcome.raised()


def test_many_to_one_must_be_asked_for() -> None:
    series = engine("one 1", 'x{i="1"} 1', 'x{i="2"} 2')
    with pytest.raises(PromQLError, match="group_left or group_right"):
        at(series, "x + on () one", 0)
    assert at(series, "x + on () group_left () one", 0) == {'{i="1"}': 2, '{i="2"}': 3}


def test_a_name_that_is_dropped_may_leave_two_series_alike() -> None:
    series = engine('a{i="1"} 1', 'b{i="1"} 2')
    for expr in (
        '-{i="1"}',
        'rate({i="1"}[5m:1s])',
        '{i="1"} * 2',
        'label_replace({i="1"}, "__name__", "c", "", "")',
    ):
        with pytest.raises(PromQLError, match="the same labels"):
            at(series, expr, 2_000)


def test_a_failure_in_a_subquery_fails_the_steps_whose_window_holds_it() -> None:
    series = engine("x 1x9", 'y{i="1"} 1 1 stale', 'y{i="2"} _ 2 2 2 2 2 2 2 2')
    outcome = series.evaluate(plan("max_over_time((x + on () y)[2m:1m])"), Grid(0, M, 6))
    assert outcome.failed.tolist() == [False, True, True, False, False, False]


def test_the_name_stays_where_the_quantity_stays() -> None:
    series = engine("x 5", "y 3")
    assert list(at(series, "x > 3", 0)) == ["x"]
    assert list(at(series, "x > bool 3", 0)) == ["{}"]
    assert list(at(series, "last_over_time(x[5m])", 0)) == ["x"]
    assert list(at(series, "max_over_time(x[5m])", 0)) == ["{}"]
    assert list(at(series, "x atan2 y", 0, "2.42")) == ["x"]
    assert list(at(series, "x atan2 y", 0)) == ["{}"]


def test_buckets_that_fall_by_a_rounding_error_are_one_bucket() -> None:
    series = engine('b{le="1"} 1', 'b{le="2"} 0.99999999999999', 'b{le="+Inf"} 1')
    assert at(series, "histogram_quantile(0.5, b)", 0) == {"{}": 0.5}


def test_buckets_written_twice_are_added_up() -> None:
    series = engine('b{le="1"} 1', 'b{le="1.0"} 1', 'b{le="2"} 4', 'b{le="+Inf"} 4')
    assert at(series, "histogram_quantile(0.5, b)", 0) == {"{}": 1}


def test_holt_winters_is_of_prometheus_2() -> None:
    series = engine("x 0+1x10")
    assert at(series, "holt_winters(x[5m], 0.5, 0.5)", 10 * M, "2.55") == {"{}": 10}
    with pytest.raises(PromQLError, match="was removed in Prometheus 3"):
        at(series, "holt_winters(x[5m], 0.5, 0.5)", 10 * M)
    with pytest.raises(PromQLError, match="the trend factor must lie between 0 and 1"):
        at(series, "holt_winters(x[5m], 0.5, 1)", 10 * M, "2.55")


def test_values_in_a_notation_are_added_up_with_their_rounding() -> None:
    assert at(engine("x 0+0.1x3"), "x", 3 * M) == {"x": 0.1 + 0.1 + 0.1}


def test_a_long_range_is_taken_in_parts_with_the_same_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    series = engine(*(f'x{{i="{i}"}} {i}+{i}x60 _x5 1 stale 5x20' for i in range(5)))
    exprs = ["sum by (i) (rate(x[7m])) > 0.01", "x @ end()", "max_over_time(x[9m:2m])"]
    whole = [over(series, expr, 90) for expr in exprs]
    monkeypatch.setattr("opsready.promql.evaluate._CELLS_AT_ONCE", 64)
    assert [over(series, expr, 90) for expr in exprs] == whole
    assert np.isfinite(whole[0]['{i="1"}'][5])


def unstable(series: Engine, expr: str, version: str = "2.42") -> list[bool]:
    return series.evaluate(plan(expr, SEMANTICS[version]), Grid(0, M, 2)).unstable.tolist()


def test_a_comparison_that_only_a_rounding_decides_is_called_unstable() -> None:
    # 0.1 + 0.2 + 0.3 is 0.6 or the next float after it, as the order of adding has it.
    series = engine('x{i="1"} 0.1 1', 'x{i="2"} 0.2 1', 'x{i="3"} 0.3 1')
    assert unstable(series, "sum(x) > 0.6") == [True, False]
    assert unstable(series, "0.6 < bool sum(x)") == [True, False]
    assert unstable(series, "sum(x) > on () vector(0.6)") == [True, False]
    assert unstable(series, "max_over_time((sum(x) > 0.6)[1m:1m])") == [True, True]
    assert unstable(series, "sum(x @ 0) > 0.6") == [True, True]


@pytest.mark.parametrize("expr", ["x > 0.1", "max(x) > 0.3", "count(x) == 3", "sum(x) >= 3"])
def test_a_comparison_of_exact_values_is_stable(expr: str) -> None:
    series = engine('x{i="1"} 0.1 1', 'x{i="2"} 0.2 1', 'x{i="3"} 0.3 1')
    assert unstable(series, expr) == [False, False]
