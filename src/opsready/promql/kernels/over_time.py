"""Functions of all samples of a window: extremes, events, spread, quantiles, smoothing."""

import numpy as np

from opsready.promql.arrays import Bools, Floats, Ints
from opsready.promql.kernels.kahan import add, chosen
from opsready.promql.windows import Windows, running_count

_CELLS_AT_ONCE = 1 << 20
"""How many samples of windows are laid side by side to be sorted: 8 MB."""


def extremes(windows: Windows, *, largest: bool) -> Floats:
    """The largest or smallest sample of each window; NaN only where all are NaN.

    Looked up in a table of the extremes of 1, 2, 4, 8 … samples, of which two cover a window.
    """
    bounds = windows.bounds
    result = np.full(windows.shape, np.nan)
    level, span = windows.values, 1
    while span <= bounds.longest:
        fits = (bounds.counts >= span) & (bounds.counts < 2 * span)
        if fits.any():
            left, right = bounds.first[fits], bounds.last[fits] - span
            result[:, fits] = further(level[:, left], level[:, right], largest=largest)
        if level.shape[1] <= span:
            break
        level = further(level[:, :-span], level[:, span:], largest=largest)
        span *= 2
    return result


def further(before: Floats, value: Floats, *, largest: bool) -> Floats:
    """The more extreme of two; the first where they are equal, and never NaN unless both are."""
    beats = value > before if largest else value < before
    return np.where(beats | np.isnan(before), value, before)


def events(windows: Windows, *, resets: bool) -> Floats:
    """How often the value changed within each window, or fell."""
    before, after = windows.values[:, :-1], windows.values[:, 1:]
    if resets:
        happened = after < before
    else:
        happened = (after != before) & ~(np.isnan(after) & np.isnan(before))
    counts = running_count(happened)
    bounds = windows.bounds
    most = counts.shape[1] - 1
    from_first = counts[:, np.minimum(bounds.first, most)]
    to_last = counts[:, np.clip(bounds.last - 1, 0, most)]
    return np.asarray((to_last - from_first).astype(np.float64))


def variances(windows: Windows) -> Floats:
    """The population variance of each window."""
    shape = windows.shape
    mean, mean_rest = np.zeros(shape), np.zeros(shape)
    squares, squares_rest = np.zeros(shape), np.zeros(shape)
    for count, column in enumerate(windows.columns(), start=1):
        delta = column.values - (mean + mean_rest)
        new, rest = add(delta / count, mean, mean_rest)
        mean = chosen(column.active, new, mean)
        mean_rest = chosen(column.active, rest, mean_rest)
        new, rest = add(delta * (column.values - (mean + mean_rest)), squares, squares_rest)
        squares = chosen(column.active, new, squares)
        squares_rest = chosen(column.active, rest, squares_rest)
    return np.asarray((squares + squares_rest) / windows.bounds.counts)


def quantiles(windows: Windows, share: Floats) -> Floats:
    """The quantile of each window, with a share for each step."""
    bounds = windows.bounds
    result = np.full(windows.shape, np.nan)
    steps_at_once = max(1, _CELLS_AT_ONCE // max(1, bounds.longest * windows.shape[0]))
    for start in range(0, bounds.first.size, steps_at_once):
        part = slice(start, start + steps_at_once)
        counts = bounds.counts[part]
        places = np.arange(int(counts.max(initial=0)))
        inside = places < counts[:, np.newaxis]
        index = np.where(inside, bounds.first[part, np.newaxis] + places, 0)
        result[:, part] = quantile_of_rows(windows.values[:, index], inside, share[part])
    return result


def quantile_of_rows(values: Floats, inside: Bools, share: Floats) -> Floats:
    """The quantile along the last axis of what is inside; NaN counts as the smallest."""
    inside = np.broadcast_to(inside, values.shape)
    counts = inside.sum(axis=-1)
    if not values.shape[-1]:
        return np.full(values.shape[:-1], np.nan)
    nans = (np.isnan(values) & inside).sum(axis=-1)
    # What is not inside is sorted last, and with it NaN: place 0 of the rest is place `nans`.
    ordered = np.sort(np.where(inside & ~np.isnan(values), values, np.inf), axis=-1)
    rank = share * (counts - 1)
    below = np.maximum(0.0, np.floor(rank))
    above = np.minimum(counts - 1.0, below + 1)
    weight = rank - np.floor(rank)
    low, high = (_at_rank(ordered, place, nans) for place in (below, above))
    result = low * (1 - weight) + high * weight
    result = np.where(share < 0, -np.inf, np.where(share > 1, np.inf, result))
    return np.where(np.isnan(share) | (counts == 0), np.nan, result)


def _at_rank(ordered: Floats, place: Floats, nans: Ints) -> Floats:
    index = np.nan_to_num(place, nan=0.0, posinf=0.0, neginf=0.0).astype(np.int64) - nans
    found = np.take_along_axis(
        ordered, np.clip(index, 0, ordered.shape[-1] - 1)[..., np.newaxis], axis=-1
    )[..., 0]
    return np.where(index < 0, np.nan, found)


def smoothed(windows: Windows, smoothing: Floats, trend_share: Floats) -> Floats:
    """holt_winters: double exponential smoothing of each window."""
    shape = windows.shape
    before, level, trend = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for place, column in enumerate(windows.columns()):
        if place == 0:
            level = column.values
            continue
        if place == 1:
            new_trend = column.values - level
        else:
            new_trend = trend_share * (level - before) + (1 - trend_share) * trend
        new_level = smoothing * column.values + (1 - smoothing) * (level + new_trend)
        trend = chosen(column.active, new_trend, trend)
        before = chosen(column.active, level, before)
        level = chosen(column.active, new_level, level)
    return level
