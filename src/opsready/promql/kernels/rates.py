"""rate, increase and delta, bit for bit; irate and idelta.

The order of the operations is Prometheus's, since it decides the last bit.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from opsready.promql.arrays import Bools, Floats, Ints
from opsready.promql.windows import Bounds, Windows, falls

_CLOSE = 1.1
"""An end of the window this many gaps away counts as reached (Prometheus: 10 % over one gap)."""
_ALMOST = 1 + 1e-9


@dataclass(frozen=True, eq=False)
class Extrapolation:
    """How far the samples of each window are extrapolated: of their times alone, so that all
    series that share them share this."""

    bounds: Bounds
    caps_before_zero: bool

    @cached_property
    def enough(self) -> Bools:
        return self.bounds.at_least(2)

    @cached_property
    def lacking(self) -> Ints:
        """The windows without an increase."""
        return np.flatnonzero(~self.enough)

    @cached_property
    def sampled_s(self) -> Floats:
        bounds = self.bounds
        return (bounds.last_ms - bounds.first_ms) / 1000

    @cached_property
    def gap_s(self) -> Floats:
        return self.sampled_s / (self.bounds.counts - 1)

    @cached_property
    def to_start_s(self) -> Floats:
        """From the start of the window to the first sample."""
        bounds = self.bounds
        return (bounds.first_ms - (bounds.end_ms - bounds.range_ms)) / 1000

    @cached_property
    def to_end_s(self) -> Floats:
        return self.capped((self.bounds.end_ms - self.bounds.last_ms) / 1000)

    @cached_property
    def reach_s(self) -> Floats:
        """How far the start may at most be extrapolated, before a counter's zero is seen."""
        return self.capped(self.to_start_s) if self.caps_before_zero else self.to_start_s

    @cached_property
    def slope_at_zero(self) -> Floats:
        """A counter meets its zero within reach only if its first value is at most this share
        of its increase; a little more, to be on the safe side."""
        return self.reach_s / self.sampled_s * _ALMOST

    def capped(self, distance_s: Floats) -> Floats:
        """A distance, or half a gap where the distance is not close to one."""
        return np.where(distance_s < self.gap_s * _CLOSE, distance_s, self.gap_s / 2)

    def factor(self, to_start_s: Floats, *, per_second: bool) -> Floats:
        """By what the difference of the samples is multiplied."""
        start = to_start_s if self.caps_before_zero else self.capped(to_start_s)
        factor = (self.sampled_s + start + self.to_end_s) / self.sampled_s
        return factor / (self.bounds.range_ms / 1000) if per_second else factor

    @cached_property
    def plain_rate_factor(self) -> Floats:
        return self.factor(self.reach_s, per_second=True)

    @cached_property
    def plain_factor(self) -> Floats:
        return self.factor(self.reach_s, per_second=False)

    def at(self, places: Ints) -> "Extrapolation":
        return Extrapolation(self.bounds.only(places), self.caps_before_zero)


def extrapolated(
    windows: Windows, extrapolation: Extrapolation, *, counter: bool, per_second: bool
) -> Floats:
    """The increase over each window, extrapolated to its ends; for a counter, resets added."""
    first = windows.first
    raw = windows.last - first
    if counter:
        _add_resets(windows, raw)
    factor = extrapolation.plain_rate_factor if per_second else extrapolation.plain_factor
    result = raw * factor
    if counter:
        may_meet_zero = first <= raw * extrapolation.slope_at_zero
        for row in np.flatnonzero(may_meet_zero.any(axis=1)):
            steps = may_meet_zero[row] & extrapolation.enough & (first[row] >= 0) & (raw[row] > 0)
            places = np.flatnonzero(steps)
            if places.size:
                rise = raw[row, places]
                starts = (first[row, places], rise)
                factors = _factors_at_zero(extrapolation, places, *starts, per_second=per_second)
                result[row, places] = rise * factors
    # What is added up later is quicker without what is no number.
    result[:, extrapolation.lacking] = 0.0
    return result


def _factors_at_zero(
    extrapolation: Extrapolation, places: Ints, first: Floats, rise: Floats, *, per_second: bool
) -> Floats:
    """The factors of windows at whose start a counter may have been zero."""
    local = extrapolation.at(places)
    to_zero = local.sampled_s * (first / rise)
    start = np.where(to_zero < local.reach_s, to_zero, local.reach_s)
    return local.factor(start, per_second=per_second)


def _add_resets(windows: Windows, result: Floats) -> None:
    """Adds what a counter had before each of its resets, in order of time.

    Windows move forward, so those that hold a reset and the sample before it lie side by side.
    """
    values, bounds = windows.values, windows.bounds
    for row in range(values.shape[0]):
        resets = falls(values[row]) if windows.resets is None else windows.resets[row]
        if not resets.size:
            continue
        starts = np.searchsorted(bounds.last, resets, side="right").tolist()
        ends = np.searchsorted(bounds.first, resets, side="left").tolist()
        lost = values[row, resets - 1].tolist()
        for start, end, value in zip(starts, ends, lost, strict=True):
            if start < end:
                result[row, start:end] += value


def last_two(windows: Windows, *, counter: bool, per_second: bool) -> tuple[Floats, Bools]:
    """irate and idelta: from the last two samples of each window."""
    bounds = windows.bounds
    before = np.maximum(bounds.last - 2, 0)
    last, previous = windows.last, windows.values[:, before]
    interval_ms = bounds.last_ms - bounds.times[before]
    result = last - previous
    if counter:
        result = np.where(last < previous, last, result)
    if per_second:
        result = result / (interval_ms / 1000)
    there = bounds.at_least(2) & (interval_ms > 0)
    return result, np.asarray(there)
