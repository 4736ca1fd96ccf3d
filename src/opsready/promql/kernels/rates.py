"""rate, increase and delta, bit for bit; irate and idelta.

The order of the operations is Prometheus's, since it decides the last bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from opsready.promql.arrays import Bools, Floats, Ints, in_lines
from opsready.promql.windows import Bounds, Windows

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
    def later_share(self) -> float:
        """A counter meets its zero within reach of a later window only if its first value is at
        most this share of what it rises from sample to sample, on average over the window."""
        share = self.slope_at_zero * (self.bounds.counts - 1)
        later = slice(self.early, None)
        found = float(share[later].max(initial=0.0, where=self.enough[later]))
        return max(found, _CLOSE * _ALMOST**2)  # mostly it is this, and what is low is known

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
        self._factors, self._steady = factors, factors[middle : middle + 1]
        others = np.flatnonzero(factors != self._steady)
        before, after = np.split(others, [np.searchsorted(others, middle)])
        end = int(after[0]) if after.size else factors.size
        start = min(in_lines(int(before[-1]) + 1), end) if before.size else 0
        self._ends = slice(0, start), slice(end, None)

    def multiply(self, into: Floats) -> None:
        """Every window of each row by its factor."""
        before, after = self._ends
        into[:, before] *= self._factors[before]
        into[:, before.stop : after.start] *= self._steady
        into[:, after] *= self._factors[after]


class Counter:
    """What is to be known of a counter, whatever the windows over it."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        self.falls = np.flatnonzero(values[1:] < values[:-1]) + 1
        """The places at which it starts anew."""
        self.lost = values[self.falls - 1]
        """What it had before each of them."""

    @cached_property
    def steepest(self) -> float:
        """The most that it rises from one sample to the next, by the sums of `extrapolated`."""
        values = self._values
        rises = np.diff(values)
        rises[self.falls - 1] = values[self.falls]
        # A sum of so many is off by as many roundings, each of a partial sum of as many values.
        off = (self.falls.size + 2) ** 2 * 2.0**-52
        largest = max(values.max(), -values.min())
        most = rises.max(initial=0.0) * _ALMOST + largest * off
        return np.inf if np.isnan(most) else float(most)

    def low(self, share: float) -> tuple[Ints, Ints]:
        """Where it is at most this share of its steepest rise, which is mostly where it has just
        begun: stretches from a place to another, not included."""
        padded = np.zeros(self._values.size + 2, dtype=np.bool_)
        np.less_equal(self._values, share * self.steepest, out=padded[1:-1])
        edges = np.flatnonzero(padded[1:] != padded[:-1])
        return edges[::2], edges[1::2]


class Stretches(NamedTuple):
    """Places in several rows, from `first` to `last`, not included."""

    rows: Ints
    first: Ints
    last: Ints


class Counters:
    """Those of a block: of rows that share their times."""

    def __init__(self, each: Sequence[Counter]) -> None:
        self._each = each
        self.falls = np.concatenate([one.falls for one in each])
        self.lost = [value for one in each for value in one.lost.tolist()]
        """What was lost at each of the falls, of which the first are those of the first row."""
        self.rows = [row for row, one in enumerate(each) for _ in range(one.falls.size)]
        self._low: dict[float, Stretches] = {}

    def low(self, share: float) -> Stretches:
        """Where each of them is low."""
        found = self._low.get(share)
        if found is None:
            stretches = [one.low(share) for one in self._each]
            rows = np.repeat(np.arange(len(stretches)), [first.size for first, _ in stretches])
            first, last = (np.concatenate(ends) for ends in zip(*stretches, strict=True))
            found = self._low[share] = Stretches(rows, first, last)
        return found


def extrapolated(
    windows: Windows,
    extrapolation: Extrapolation,
    into: Floats,
    counters: Counters | None = None,
    *,
    per_second: bool,
) -> None:
    """The increase over each window, extrapolated to its ends; of counters, resets are added."""
    last = windows.last
    for steps, first in windows.bounds.first_steps.parts(windows.values):
        np.subtract(last[:, steps], first, out=into[:, steps])
    at_zero = None
    if counters is not None:
        _add_resets(into, windows.bounds, counters)
        at_zero = _at_zero(windows, extrapolation, into, counters)
    factor = extrapolation.plain_rate_factor if per_second else extrapolation.plain_factor
    factor.multiply(into)
    if at_zero is not None:
        rows, places, first, rise = at_zero
        factors = extrapolation.factor_at_zero(places, first, rise, per_second=per_second)
        into[rows, places] = rise * factors
    # What is added up later is quicker without what is no number.
    into[:, extrapolation.lacking] = 0.0


def _at_zero(
    windows: Windows, extrapolation: Extrapolation, rises: Floats, counters: Counters
) -> tuple[Ints, Ints, Floats, Floats]:
    """The windows at whose start a counter may have been zero, by row and place, with what it was
    at their first sample and by how much it rose."""
    bounds, early, slope = windows.bounds, extrapolation.early, extrapolation.slope_at_zero
    # Windows move forward, so those that start where a counter is low lie side by side.
    low = counters.low(extrapolation.later_share)
    starts = np.maximum(np.searchsorted(bounds.first_index, low.first, side="left"), early)
    ends = np.searchsorted(bounds.first_index, low.last, side="left")
    counts = np.maximum(ends - starts, 0)
    past = np.cumsum(counts)
    rows = np.repeat(low.rows, counts)
    places = np.repeat(starts - past + counts, counts) + np.arange(rows.size)
    if early:  # all of these start at the same sample
        near = windows.values[:, :1] <= rises[:, :early] * slope[:early]
        early_rows, early_places = np.divmod(np.flatnonzero(near), early)
        rows = np.concatenate([early_rows, rows])
        places = np.concatenate([early_places, places])
    begun, rise = windows.values[rows, bounds.first_index[places]], rises[rows, places]
    met = (begun >= 0) & (rise > 0) & (begun <= rise * slope[places])
    met &= extrapolation.enough[places]
    return rows[met], places[met], begun[met], rise[met]


def _add_resets(rises: Floats, bounds: Bounds, counters: Counters) -> None:
    """Adds what a counter had before each of its resets, in order of time.

    Windows move forward, so those that hold a reset and the sample before it lie side by side.
    """
    if not counters.rows:
        return
    starts = np.searchsorted(bounds.last, counters.falls, side="right").tolist()
    ends = np.searchsorted(bounds.first, counters.falls, side="left").tolist()
    for row, start, end, value in zip(counters.rows, starts, ends, counters.lost, strict=True):
        if start < end:
            rises[row, start:end] += value


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
