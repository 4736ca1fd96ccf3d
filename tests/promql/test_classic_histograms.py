"""Quantiles and fractions of buckets that count what is at most `le`."""

import math

import pytest

from opsready.promql import PromQLError, Refused
from tests.promql.samples import at, engine

# 10 up to 1, 30 more up to 2, none up to 4, 10 beyond.
LATENCY = engine(
    'lag_bucket{le="1"} 10', 'lag_bucket{le="2"} 40', 'lag_bucket{le="4"} 40',
    'lag_bucket{le="+Inf"} 50',
)  # fmt: skip


@pytest.mark.parametrize(
    ("lower", "upper", "fraction"),
    [
        *(("1", "2", 30 / 50), ("1.5", "2", 15 / 50), ("1", "1.5", 15 / 50), ("2", "4", 0)),
        *(("-Inf", "2", 40 / 50), ("-Inf", "Inf", 1), ("4", "Inf", 10 / 50), ("4", "9", 0)),
        *(("2", "1", 0), ("2", "2", 0), ("Inf", "Inf", 0), ("5", "Inf", 10 / 50)),
    ],
)
def test_a_fraction_is_what_lies_between_two_values_evenly_spread(
    lower: str, upper: str, fraction: float
) -> None:
    expr = f"histogram_fraction({lower}, {upper}, lag_bucket)"
    assert at(LATENCY, expr, 0, "3.5") == {"{}": fraction}


@pytest.mark.parametrize(
    "expr",
    [
        "histogram_fraction(NaN, 1, lag_bucket)",
        "histogram_fraction(1, NaN, lag_bucket)",
        "histogram_fraction(0, 1, lag_bucket)",  # the first bucket has no lower bound
        "histogram_fraction(1, 2, lag_bucket * 0)",
        'histogram_fraction(1, 2, lag_bucket{le!="+Inf"})',
    ],
)
def test_a_fraction_of_nothing_known_is_no_number(expr: str) -> None:
    assert math.isnan(at(LATENCY, expr, 0, "3.5")["{}"])


def test_buckets_have_fractions_since_3_4_and_before_them_the_function_is_refused() -> None:
    with pytest.raises(Refused, match="works on native histograms"):
        at(LATENCY, "histogram_fraction(0, 1, lag_bucket)", 0, "3.0")


def test_histograms_of_two_metrics_with_the_same_labels_have_no_quantile() -> None:
    both = engine('a_bucket{le="1"} 1', 'a_bucket{le="+Inf"} 1', 'b_bucket{le="+Inf"} 1')
    with pytest.raises(PromQLError, match="several series of the result have the same labels"):
        at(both, 'histogram_quantile(0.5, {__name__=~".+_bucket"})', 0)
    apart = engine('a_bucket{le="1",x="1"} 1', 'a_bucket{le="+Inf",x="1"} 1', 'b_bucket{le="7"} 1')
    found = at(apart, 'histogram_quantile(0.5, {__name__=~".+_bucket"})', 0)
    assert found['{x="1"}'] == 0.5
    assert math.isnan(found["{}"])


@pytest.mark.parametrize(
    ("bound", "quantile"), [("0x1p1", 1), ("1_0", 5), ("1e400", 0.5), ("٣", 0.5), ("", 0.5)]
)
def test_a_bound_that_go_reads_as_no_number_is_no_bucket(bound: str, quantile: float) -> None:
    series = engine('lag{le="1"} 0', f'lag{{le="{bound}"}} 8', 'lag{le="+Inf"} 8')
    # Without the middle bucket all lies beyond 1, and the highest bound is the answer.
    found = at(series, "histogram_quantile(0.5, lag)", 0)["{}"]
    assert found == {1: 1.5, 5: 5.5, 0.5: 1}[quantile]
