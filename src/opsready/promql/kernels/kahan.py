"""Sums that carry their rounding errors along, bit for bit as Prometheus adds them up.

Prometheus adds with Kahan's method in Neumaier's form, sample by sample. Such a sum is the exact
sum, rounded once, unless that lies so near to the middle of two floats that the second-order
error decides. So a window's sum is taken from running sums with their exact errors, with a bound
on what they may be off; only where the bound leaves the last bit open is it added up in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opsready.promql.arrays import Bools, Floats, Ints, aligned
from opsready.promql.windows import Bounds, Windows, running_count

_UNIT = 2.0**-53
_FAR_FROM_INFINITE = 1e300
_SHORT = 12
"""Windows of so few samples are added up in order: fewer passes than running sums take."""
_IN_CACHE = 1 << 14
"""So many steps at a time: what is between rows and sum, 128 kB an array, stays near the core."""
_PYTHON_PER_COLUMN = 60
"""A loop over plain floats adds about so many samples while NumPy adds one short column."""


def add(increment: Floats, total: Floats, rest: Floats) -> tuple[Floats, Floats]:
    """One step of the sum: the new total, and the new rest that it lacks."""
    new = total + increment
    if not new.size or (new.max() < _FAR_FROM_INFINITE and new.min() > -_FAR_FROM_INFINITE):
        # The same error without asking which of the two is larger: both ways are exact.
        error = _two_sum_error(total, increment, new)
        error += rest
        return new, error
    lost = np.where(
        np.abs(total) >= np.abs(increment), (total - new) + increment, (increment - new) + total
    )
    return new, np.where(np.isinf(new), 0.0, rest + lost)


def sum_rows(rows: Sequence[Floats], into: Floats) -> None:
    """The sum of rows, each added after the one before, step by step."""
    work = aligned(5, min(into.size, _IN_CACHE))
    for first in range(0, into.size, _IN_CACHE):
        part = slice(first, first + _IN_CACHE)
        stretch = into[part]
        _sum_stretch([row[part] for row in rows], stretch, work[:, : stretch.size])


def _sum_stretch(rows: Sequence[Floats], into: Floats, work: Floats) -> None:
    if len(rows) <= 2:  # what a sum of two lacks is no more than half of its last bit
        np.add(rows[0], rows[1] if len(rows) > 1 else 0.0, out=into)
        into += 0.0
        return
    rest, new, other, first, second = work
    total, least = rows[0], np.minimum.reduce(rows[0])
    most = max(np.maximum.reduce(total), -least)
    for place, row in enumerate(rows[1:]):
        np.add(total, row, out=new)
        low, high = np.minimum.reduce(row), np.maximum.reduce(row)
        most += max(high, -low)
        if least < 0 or low < 0:
            error = _two_sum_error(total, row, new, (first, second))
            least = -1.0
        else:
            larger, smaller = total, row
            if least < high:
                larger = np.maximum(total, row, out=first)
                smaller = np.minimum(total, row, out=second)
            # As exact where it is known which is the larger (Dekker), and sooner found.
            error = np.subtract(smaller, np.subtract(new, larger, out=first), out=first)
            least = least + low
        np.add(rest if place else 0.0, error, out=rest)
        total, new, other = new, other, new
    np.add(total, rest, out=into)
    if not most < np.inf:
        total, rest = rows[0], np.zeros(into.size)
        for row in rows[1:]:
            total, rest = add(row, total, rest)
        np.add(total, rest, out=into)


def chosen(active: Bools | None, new: Floats, old: Floats) -> Floats:
    """The new values where a window has the sample, else the old."""
    return new if active is None else np.where(active, new, old)


def sum_in_order(windows: Windows) -> Floats:
    """The sum of each window, added up sample by sample."""
    total, rest = _added_up(windows)
    return np.where(np.isinf(total), total, total + rest)


def _added_up(windows: Windows) -> tuple[Floats, Floats]:
    """The sum of each window, sample by sample, and the rest that it lacks."""
    total, rest = np.zeros(windows.shape), np.zeros(windows.shape)
    for column in windows.columns():
        new, new_rest = add(column.values, total, rest)
        total = chosen(column.active, new, total)
        rest = chosen(column.active, new_rest, rest)
    return total, rest


def window_sums(windows: Windows) -> Floats:
    """The sum of each window: the same bits as `sum_in_order`, in time that does not grow with
    the windows."""
    if windows.bounds.longest <= _SHORT:
        return sum_in_order(windows)
    sums, certain = _from_running_sums(windows)
    for row in range(windows.shape[0]):
        open_steps = np.flatnonzero(~certain[row])
        if open_steps.size:
            sums[row, open_steps] = _settled(windows.values[row], windows.bounds.only(open_steps))
    return sums


def _settled(values: Floats, bounds: Bounds) -> Floats:
    samples = int(bounds.counts.sum())
    if samples < _PYTHON_PER_COLUMN * bounds.longest:
        numbers = values.tolist()
        pairs = zip(bounds.first.tolist(), bounds.last.tolist(), strict=True)
        return np.array([_sum_of_floats(numbers[first:last]) for first, last in pairs])
    return sum_in_order(Windows(values[np.newaxis], bounds)).reshape(-1)


def _sum_of_floats(numbers: list[float]) -> float:
    total = rest = 0.0
    for number in numbers:
        new = total + number
        if new in (np.inf, -np.inf):
            rest = 0.0
        elif abs(total) >= abs(number):
            rest += (total - new) + number
        else:
            rest += (number - new) + total
        total = new
    return total if total in (np.inf, -np.inf) else total + rest


def _from_running_sums(windows: Windows) -> tuple[Floats, Bools]:
    """The sums, and where they are certain to the last bit."""
    bounds = windows.bounds
    finite = np.isfinite(windows.values)
    running = _Running.of(np.where(finite, windows.values, 0.0))
    difference, rest, bound = running.between(bounds)
    sums, high = difference + (rest - bound), difference + (rest + bound)
    nothing = _events(windows.values != 0, bounds) == 0
    certain = (sums == high) | nothing
    sums = np.where(nothing, 0.0, sums)
    if not finite.all():
        has_nan = _events(np.isnan(windows.values), bounds) > 0
        certain = (certain & (_events(~finite, bounds) == 0)) | has_nan
        sums = np.where(has_nan, np.nan, sums)
    return sums, np.asarray(certain)


def _events(there: Bools, bounds: Bounds) -> Ints:
    counts = running_count(there)
    return counts[:, bounds.last] - counts[:, bounds.first]


@dataclass(frozen=True, eq=False)
class _Running:
    """Sums from the first sample to each place, with what bounds their error."""

    sums: Floats
    errors: Floats
    """What the sums lack, added up."""
    error_size: Floats
    sum_size: Floats

    @classmethod
    def of(cls, values: Floats) -> "_Running":
        sums = _cumulated(values)
        lost = _two_sum_error(sums[:, :-1], values, sums[:, 1:])
        return cls(
            sums, _cumulated(lost), _cumulated(np.abs(lost)), _cumulated(np.abs(sums[:, 1:]))
        )

    def between(self, bounds: Bounds) -> tuple[Floats, Floats, Floats]:
        """Of each window the rounded sum, its rest, and how far the rest, or the one that
        Prometheus has, may lie from the true one."""
        first, last = bounds.first, bounds.last
        start, end = self.sums[:, first], self.sums[:, last]
        difference = end - start
        lost = _two_sum_error(end, -start, difference)
        rest = lost + (self.errors[:, last] - self.errors[:, first])
        ours = self.sums.shape[1] * self.error_size[:, last] + np.abs(lost) + np.abs(rest)
        partial_sums = self.sum_size[:, last] - self.sum_size[:, first]
        partial_sums = partial_sums * (1 + 1e-6) + bounds.counts * np.abs(start)
        theirs = bounds.counts * _UNIT * partial_sums
        return difference, rest, 4 * _UNIT * (ours + theirs)


def _cumulated(values: Floats) -> Floats:
    sums = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums


def _two_sum_error(
    left: Floats, right: Floats, total: Floats, work: tuple[Floats, Floats] | None = None
) -> Floats:
    """What `total`, the rounded sum of two floats, lacks: exact (Knuth)."""
    shadow, error = (np.empty_like(total), np.empty_like(total)) if work is None else work
    np.subtract(total, left, out=shadow)
    np.subtract(total, shadow, out=error)
    np.subtract(left, error, out=error)
    np.subtract(right, shadow, out=shadow)
    error += shadow
    return error


def means_in_order(windows: Windows) -> Floats:
    """The mean of each window as Prometheus took it up to 2.53: a running mean."""
    mean, rest = np.zeros(windows.shape), np.zeros(windows.shape)
    for count, column in enumerate(windows.columns(), start=1):
        keeps = keeps_infinite_mean(column.values, mean)
        active = ~keeps if column.active is None else column.active & ~keeps
        new, new_rest = add(column.values / count - mean / count, mean, rest)
        mean, rest = np.where(active, new, mean), np.where(active, new_rest, rest)
    return np.where(np.isinf(mean), mean, mean + rest)


def keeps_infinite_mean(values: Floats, mean: Floats) -> Bools:
    """Whether an infinite mean stays: Inf - Inf would make it NaN."""
    same = np.isinf(values) & ((mean > 0) == (values > 0))
    return np.asarray(np.isinf(mean) & (same | np.isfinite(values)))


def window_means(windows: Windows, *, apart: bool) -> Floats:
    """The mean of each window since 2.55: the sum divided once, while it is no infinity; since
    3.5 the sum and its rest are divided `apart`, and so have to be added up in order."""
    counts = windows.bounds.counts
    if apart:
        sums, rest = _added_up(windows)
        means = sums / counts + rest / counts
    else:
        sums = window_sums(windows)
        means = sums / counts
    for row in np.flatnonzero(~np.isfinite(sums).all(axis=1)):
        steps = np.flatnonzero(~np.isfinite(sums[row]) & windows.bounds.at_least(1))
        if steps.size:
            part = Windows(windows.values[row : row + 1], windows.bounds.only(steps))
            means[row, steps] = _overflowing_means(part, apart=apart)[0]
    return means


def _overflowing_means(windows: Windows, *, apart: bool) -> Floats:
    mean = RunningMean(windows.shape, apart=apart)
    for column in windows.columns():
        active = np.ones(windows.shape, dtype=np.bool_)
        mean.take(column.values, active if column.active is None else active & column.active)
    return mean.value


class RunningMean:
    """A mean as Prometheus takes it since 2.55: a sum with its rest, divided at the end; from
    where the sum would be infinite, a running mean. Since 3.5 both are divided `apart`."""

    def __init__(self, shape: tuple[int, ...], *, apart: bool) -> None:
        self._apart = apart
        self._count = np.zeros(shape)
        self._total, self._rest = np.zeros(shape), np.zeros(shape)
        self._running = np.zeros(shape, dtype=np.bool_)

    def take(self, values: Floats, active: Bools) -> None:
        """One more value, where `active`."""
        self._count = self._count + active
        new, new_rest = add(values, self._total, self._rest)
        overflows = active & ~self._running & np.isinf(new) & (self._count > 1)
        sums = active & ~self._running & ~overflows
        self._total = np.where(sums, new, self._total)
        self._rest = np.where(sums, new_rest, self._rest)
        if overflows.any():
            before = self._count - 1
            self._total = np.where(overflows, self._total / before, self._total)
            self._rest = np.where(overflows, self._rest / before, self._rest)
            self._running |= overflows
        self._move(values, active & self._running)

    def _move(self, values: Floats, active: Bools) -> None:
        moves = active if self._apart else active & ~keeps_infinite_mean(values, self._total)
        if not moves.any():
            return
        step = values / self._count
        if self._apart:
            kept = (self._count - 1) / self._count
            new, new_rest = add(step, kept * self._total, kept * self._rest)
        else:
            step = step - (self._total + self._rest) / self._count
            new, new_rest = add(step, self._total, self._rest)
        self._total = np.where(moves, new, self._total)
        self._rest = np.where(moves, new_rest, self._rest)

    @property
    def value(self) -> Floats:
        mean = self._total + self._rest
        if self._apart:
            divided = self._total / self._count + self._rest / self._count
        else:
            divided = mean / self._count
        return np.where(self._running, mean, divided)
