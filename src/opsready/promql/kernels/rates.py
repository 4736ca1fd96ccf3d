"""rate, increase and delta, bit for bit; irate and idelta.

The order of the operations is Prometheus's, since it decides the last bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from opsready.promql.arrays import Bools, Floats, Ints, in_lines
from opsready.promql.windows import Bounds, Part, Windows

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

    @cached_property
    def early(self) -> int:
        """So many windows start at the first sample of all, or before it: they may be of any
        share of their length, and their slopes of any size."""
        return int(np.searchsorted(self.bounds.first_index, 0, side="right"))

    @cached_property
    def later_slope(self) -> float:
        """The most that `slope_at_zero` is in later windows."""
        later = slice(self.early, None)
        return float(self.slope_at_zero[later].max(initial=0.0, where=self.enough[later]))

    def capped(self, distance_s: Floats, places: Ints | slice = slice(None)) -> Floats:
        """A distance, or half a gap where the distance is not close to one."""
        gap = self.gap_s[places]
        return np.where(distance_s < gap * _CLOSE, distance_s, gap / 2)

    def factor(
        self, to_start_s: Floats, places: Ints | slice = slice(None), *, per_second: bool
    ) -> Floats:
        """By what the difference of the samples is multiplied, at some of the windows."""
        start = to_start_s if self.caps_before_zero else self.capped(to_start_s, places)
        sampled = self.sampled_s[places]
        factor = (sampled + start + self.to_end_s[places]) / sampled
        return factor / (self.bounds.range_ms / 1000) if per_second else factor

    def factor_at_zero(
        self, places: Ints, first: Floats, rise: Floats, *, per_second: bool
    ) -> Floats:
        """That of windows at whose start a counter may have been zero."""
        to_zero = self.sampled_s[places] * (first / rise)
        reach = self.reach_s[places]
        start = np.where(to_zero < reach, to_zero, reach)
        return self.factor(start, places, per_second=per_second)

    @cached_property
    def plain_rate_factor(self) -> "_Factor":
        return _Factor(self.factor(self.reach_s, per_second=True))

    @cached_property
    def plain_factor(self) -> "_Factor":
        return _Factor(self.factor(self.reach_s, per_second=False))


class _Factor:
    """What each window is multiplied by: where samples and steps are equally far apart, one number
    but for the windows at both ends, which is multiplied in a third of the time."""

    def __init__(self, factors: Floats) -> None:
        middle = factors.size // 2
        steady = factors[middle : middle + 1]
        others = np.flatnonzero(factors != steady)
        before, after = np.split(others, [np.searchsorted(others, middle)])
        end = int(after[0]) if after.size else factors.size
        start = min(in_lines(int(before[-1]) + 1), end) if before.size else 0
        ends = (slice(0, start), factors[:start]), (slice(end, None), factors[end:])
        self._parts = ((slice(start, end), steady), *ends)

    def multiply(self, into: Floats) -> None:
        """Every window of each row by its factor."""
        for steps, factor in self._parts:
            np.multiply(into[:, steps], factor, out=into[:, steps])


def falls_of(values: Floats) -> Ints:
    """The places at which a counter starts anew."""
    return np.flatnonzero(values[1:] < values[:-1]) + 1


class Falls:
    """Where several counters start anew, row by row, and what they had before."""

    def __init__(self, values: Sequence[Floats], places: Sequence[Ints]) -> None:
        self.places = np.concatenate(places)
        self.rows = np.repeat(np.arange(len(places)), [each.size for each in places]).tolist()
        lost = [row[at - 1] for row, at in zip(values, places, strict=True)]
        self.lost = np.concatenate(lost).tolist()


def extrapolated(
    windows: Windows,
    extrapolation: Extrapolation,
    into: Floats,
    falls: Falls | None = None,
    *,
    per_second: bool,
) -> None:
    """The increase over each window, extrapolated to its ends; of counters, resets are added."""
    last = windows.last
    firsts = list(windows.bounds.first_steps.parts(windows.values))
    for steps, first in firsts:
        np.subtract(last[:, steps], first, out=into[:, steps])
    at_zero = None
    if falls is not None:
        _add_resets(into, windows.bounds, falls)
        at_zero = _at_zero(windows, extrapolation, into, firsts)
    factor = extrapolation.plain_rate_factor if per_second else extrapolation.plain_factor
    factor.multiply(into)
    if at_zero is not None:
        rows, places, first, rise = at_zero
        factors = extrapolation.factor_at_zero(places, first, rise, per_second=per_second)
        into[rows, places] = rise * factors
    # What is added up later is quicker without what is no number.
    into[:, extrapolation.lacking] = 0.0


def _at_zero(
    windows: Windows, extrapolation: Extrapolation, rises: Floats, firsts: Sequence[Part]
) -> tuple[Ints, Ints, Floats, Floats] | None:
    """The windows at whose start a counter may have been zero, by row and place, with what it was
    at their first sample and by how much it rose."""
    early, slope = extrapolation.early, extrapolation.slope_at_zero
    most = rises[:, early:].max(axis=1, initial=0.0, keepdims=True) * extrapolation.later_slope
    most[np.isnan(most)] = np.inf
    near = np.empty(rises.shape, dtype=np.bool_)
    for steps, first in firsts:
        np.less_equal(first, most, out=near[:, steps])
    if early:  # all of these begin at the same sample
        np.less_equal(windows.values[:, :1], rises[:, :early] * slope[:early], out=near[:, :early])
    flat = np.flatnonzero(near)  # in one dimension it is found many times faster than in two
    if not flat.size:
        return None
    rows, places = np.divmod(flat, rises.shape[1]) if len(near) > 1 else (np.zeros_like(flat), flat)
    begun, rise = windows.values[rows, windows.bounds.first_index[places]], rises[rows, places]
    met = (begun >= 0) & (rise > 0) & (begun <= rise * slope[places])
    met &= extrapolation.enough[places]
    return rows[met], places[met], begun[met], rise[met]


def _add_resets(rises: Floats, bounds: Bounds, falls: Falls) -> None:
    """Adds what a counter had before each of its resets, in order of time.

    Windows move forward, so those that hold a reset and the sample before it lie side by side.
    """
    if not falls.rows:
        return
    starts = np.searchsorted(bounds.last, falls.places, side="right").tolist()
    ends = np.searchsorted(bounds.first, falls.places, side="left").tolist()
    for row, start, end, value in zip(falls.rows, starts, ends, falls.lost, strict=True):
        if start < end:
            within = rises[row, start:end]
            within += value


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
