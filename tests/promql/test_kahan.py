"""Sums of windows from running sums, against the same added up in order."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

from opsready.promql.kernels.kahan import _sum_of_floats, sum_in_order, window_sums
from opsready.promql.windows import Bounds, Windows

PLAIN = st.one_of(
    st.floats(-1e6, 1e6),
    st.sampled_from([0.0, -0.0, 0.1, 1e16, -1e16, 1e100, -1e100, 1e-300]),
)
ANY = st.one_of(PLAIN, st.floats(), st.sampled_from([np.nan, np.inf, -np.inf, 1.7e308]))


def windows_of(values: np.ndarray, length: int) -> Windows:
    count = values.size
    last = np.arange(1, count + 1)
    times = np.arange(count) * 1000
    return Windows(values[np.newaxis], Bounds(times, np.maximum(last - length, 0), last, times, 1))


def bits(values: np.ndarray) -> list[int]:
    return np.where(np.isnan(values), np.nan, values).view(np.uint64).ravel().tolist()


@pytest.mark.parametrize("values", [PLAIN, ANY], ids=["plain", "any"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_sum_has_the_bits_that_adding_in_order_gives(
    values: st.SearchStrategy[float], data: st.DataObject
) -> None:
    numbers = data.draw(arrays(np.float64, st.integers(14, 60), elements=values))
    windows = windows_of(numbers, data.draw(st.integers(13, 60)))
    with np.errstate(all="ignore"):
        assert bits(window_sums(windows)) == bits(sum_in_order(windows))


@pytest.mark.parametrize("seed", range(5))
def test_a_long_history_keeps_its_last_bits(seed: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = rng.random(3_000) * 10.0 ** rng.integers(-8, 8, 3_000)
    windows = windows_of(numbers, 700)
    in_order = [
        _sum_of_floats(numbers[max(0, end - 700) : end].tolist()) for end in range(1, 3_001)
    ]
    assert bits(window_sums(windows)) == bits(np.array(in_order))


def test_windows_without_traffic_are_exactly_zero() -> None:
    numbers = np.concatenate([np.full(40, 0.1), np.zeros(60)])
    assert window_sums(windows_of(numbers, 20))[0, 70:].tolist() == [0.0] * 30
