"""Which of equal samples topk and bottomk keep; the first two rows were seen in Prometheus 2.42."""

import math

import pytest

from opsready.promql.kernels.heap import kept


@pytest.mark.parametrize(
    ("values", "most", "largest", "pops", "places"),
    [
        ([1.9, 26.8, 0, 18.2, 0, -5.2], 2, False, True, {4, 5}),
        ([1.9, 26.8, 0, 18.2, 0, -5.2], 2, False, False, {2, 5}),
        ([1, 1, 1, 1], 2, True, True, {0, 1}),
        ([1, 1, 2, 1], 2, True, True, {1, 2}),
        ([1, 2, 1, 2, 2], 3, True, False, {1, 3, 4}),
        ([math.nan, math.nan], 1, False, True, {1}),
        ([math.nan, math.nan], 1, False, False, {0}),
        ([math.nan, math.nan, 5], 2, True, True, {0, 2}),
        ([5, math.nan, 5, 4], 3, False, True, {0, 2, 3}),
        ([3, 1], 5, True, True, {0, 1}),
    ],
)
def test_the_worst_goes_first(
    values: list[float], most: int, largest: bool, pops: bool, places: set[int]
) -> None:
    assert set(kept(values, most, largest=largest, pops=pops)) == places
