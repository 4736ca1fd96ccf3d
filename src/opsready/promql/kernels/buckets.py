"""Classic buckets, counts of what is at most a bound: quantiles and fractions, interpolated."""

import numpy as np

from opsready.promql.arrays import Bools, Floats

_TOLERANCE = 1e-12
"""A decrease relatively smaller than this is rounding (Prometheus, since 2.49)."""
_SMALLEST_NORMAL = 2.0**-1022


def bucket_quantile(share: Floats, bounds: Floats, counts: Floats, *, forgiving: bool) -> Floats:
    """The quantile at each step of one histogram. A row of `counts` a bucket, in order of its
    upper bound; `bounds` may repeat, and are added up then."""
    steps = counts.shape[1]
    upper, together = _coalesced(bounds, counts)
    if not upper.size or upper[-1] != np.inf:
        return _at_edges(share, np.full(steps, np.nan))
    rising = _rising(together, forgiving=forgiving)
    if upper.size < 2:
        return _at_edges(share, np.full(steps, np.nan))
    return _at_edges(share, _interpolated(share, upper, rising))


def _coalesced(bounds: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Bounds that repeat as one, with their counts added up."""
    upper, first = np.unique(bounds, return_index=True)
    return upper, np.add.reduceat(counts, first, axis=0)


def bucket_fraction(lower: Floats, upper: Floats, bounds: Floats, counts: Floats) -> Floats:
    """The part of one histogram between two values, at each step."""
    ends, together = _coalesced(bounds, counts)
    if ends[-1] != np.inf:
        return np.full(lower.size, np.nan)
    observed = together[-1]
    between = _rank(upper, ends, together) - _rank(lower, ends, together)
    fraction = np.where(lower >= upper, 0.0, between / observed)
    return np.where((observed == 0) | np.isnan(lower) | np.isnan(upper), np.nan, fraction)


def _rank(value: Floats, ends: Floats, counts: Floats) -> Floats:
    """How many lie below a value, of each step, evenly spread over their bucket."""
    bucket = np.searchsorted(ends, value, side="right")
    inside = np.minimum(bucket, ends.size - 1)
    steps, below = np.arange(value.size), np.maximum(inside - 1, 0)
    start = np.where(inside > 0, ends[below], -np.inf)
    before = np.where(inside > 0, counts[below, steps], 0.0)
    # In the order in which Prometheus multiplies and divides.
    share = (counts[inside, steps] - before) * (value - start) / (ends[inside] - start)
    rank = np.where(value == start, before, before + share)
    # Above all bounds, or beyond what the last bucket counts: all of them.
    return np.where((bucket == ends.size) | (rank > counts[-1]), counts[-1], rank)


def _at_edges(share: Floats, inside: Floats) -> Floats:
    result = np.where(share < 0, -np.inf, np.where(share > 1, np.inf, inside))
    return np.where(np.isnan(share), np.nan, result)


def _interpolated(share: Floats, upper: Floats, counts: Floats) -> Floats:
    observed = counts[-1]
    rank = share * observed
    # The first of the finite buckets that holds the rank, else the last of all.
    holds = counts[:-1] >= rank
    bucket = np.where(holds.any(axis=0), holds.argmax(axis=0), upper.size - 1)
    steps = np.arange(rank.size)
    below = np.maximum(bucket - 1, 0)
    start = np.where(bucket > 0, upper[below], 0.0)
    before = np.where(bucket > 0, counts[below, steps], 0.0)
    inside = (rank - before) / (counts[bucket, steps] - before)
    result = start + (upper[bucket] - start) * inside
    result = np.where((bucket == 0) & (upper[0] <= 0), upper[0], result)
    result = np.where(bucket == upper.size - 1, upper[-2], result)
    return np.where(observed == 0, np.nan, result)


def _rising(counts: Floats, *, forgiving: bool) -> Floats:
    """Counts that never fall from a bucket to the next, as those of a histogram do not."""
    rising = counts.copy()
    for row in range(1, len(rising)):
        before, count = rising[row - 1], rising[row]
        keeps = count < before
        if forgiving:
            keeps |= _almost_equal(before, count)
        rising[row] = np.where(keeps, before, count)
    return rising


def _almost_equal(left: Floats, right: Floats) -> Bools:
    total = np.abs(left) + np.abs(right)
    difference = np.abs(left - right)
    tiny = (left == 0) | (right == 0) | (total < _SMALLEST_NORMAL)
    close = difference / np.minimum(total, np.finfo(np.float64).max) < _TOLERANCE
    return np.asarray(np.where(tiny, difference < _TOLERANCE * _SMALLEST_NORMAL, close))
