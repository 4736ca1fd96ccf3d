"""Ranges of samples: which samples of a block lie in the window of each step."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from opsready.promql.arrays import Bools, Floats, Ints, in_lines


class Column(NamedTuple):
    """The sample at one place of every window: values, times, and the windows that have it."""

    values: Floats
    times: Ints
    active: Bools | None
    """None where every window has a sample at this place."""


class Part(NamedTuple):
    """Some steps, and what there is at each of them in every row, or one value for all."""

    steps: slice
    values: Floats


@dataclass(frozen=True, eq=False)
class Steps:
    """An index that waits at its start, then moves on by one, and waits at its end, as it does
    where samples and steps are equally far apart: what it picks is then a slice. `index` is for
    any other."""

    index: Ints
    lead: int = -1
    tail: int = 0

    @classmethod
    def of(cls, index: Ints) -> "Steps":
        moves = np.diff(index)
        ahead = np.flatnonzero(moves)
        if not ahead.size:
            return cls(index)
        lead, end = int(ahead[0]), int(ahead[-1]) + 1
        steady = end - lead == ahead.size and bool((moves[lead:end] == 1).all())
        return cls(index, lead, index.size - 1 - end) if steady else cls(index)

    def parts(self, values: Floats) -> Iterator[Part]:
        """What lies at the index in each row, stretch by stretch."""
        if self.lead < 0:
            yield Part(slice(None), values.take(self.index, axis=1))
            return
        first, last = int(self.index[0]), int(self.index[-1])
        end = self.index.size - self.tail
        if self.lead:
            yield Part(slice(0, self.lead), values[:, first : first + 1])
        # What is put into many steps begins at a line of the cache, a few steps later.
        whole = min(in_lines(self.lead), end)
        for start, stop in ((self.lead, whole), (whole, end)):
            if start < stop:
                yield Part(
                    slice(start, stop),
                    values[:, first + start - self.lead : first + stop - self.lead],
                )
        if self.tail:
            yield Part(slice(end, self.index.size), values[:, last : last + 1])

    def pick(self, values: Floats) -> Floats:
        """What lies at the index in each row; perhaps a view of it."""
        parts = list(self.parts(values))
        if len(parts) == 1:
            return parts[0].values
        picked = np.empty((values.shape[0], self.index.size))
        for steps, found in parts:
            picked[:, steps] = found
        return picked


@dataclass(frozen=True, eq=False)
class Bounds:
    """Samples `first` to `last`, not included, are in the window that ends at `end_ms`.

    Of many series that share their times, and for one range: kept and shared by all of them.
    """

    times: Ints
    first: Ints
    last: Ints
    end_ms: Ints
    range_ms: int

    @cached_property
    def counts(self) -> Ints:
        return self.last - self.first

    @cached_property
    def longest(self) -> int:
        return int(self.counts.max(initial=0))

    def at_least(self, count: int) -> Bools:
        """The windows with as many samples."""
        return np.asarray(self.counts >= count)

    @cached_property
    def first_index(self) -> Ints:
        """Of the first sample; any sample where there is none, so that it can be looked up."""
        return np.minimum(self.first, max(self.times.size - 1, 0))

    @cached_property
    def last_index(self) -> Ints:
        return np.maximum(self.last - 1, 0)

    @cached_property
    def first_steps(self) -> "Steps":
        """How `first_index` moves."""
        return Steps.of(self.first_index)

    @cached_property
    def last_steps(self) -> "Steps":
        """How `last_index` moves."""
        return Steps.of(self.last_index)

    @cached_property
    def first_ms(self) -> Ints:
        return self.times[self.first_index]

    @cached_property
    def last_ms(self) -> Ints:
        return self.times[self.last_index]

    def only(self, steps: Ints) -> "Bounds":
        """The windows of some steps."""
        return Bounds(
            self.times, self.first[steps], self.last[steps], self.end_ms[steps], self.range_ms
        )


@dataclass(frozen=True, eq=False)
class Windows:
    """The bounds, with the values of the series that share them: a row a series."""

    values: Floats
    bounds: Bounds

    @property
    def shape(self) -> tuple[int, int]:
        return self.values.shape[0], self.bounds.first.size

    @property
    def first(self) -> Floats:
        return self.bounds.first_steps.pick(self.values)

    @property
    def last(self) -> Floats:
        return self.bounds.last_steps.pick(self.values)

    def columns(self) -> Iterator[Column]:
        """Sample by sample, all windows abreast: for what must be added up in order of time."""
        bounds = self.bounds
        shortest = int(bounds.counts.min(initial=bounds.longest))
        for place in range(bounds.longest):
            index = bounds.first + place
            active = None
            if place >= shortest:
                active = index < bounds.last
                index = np.where(active, index, 0)
            yield Column(self.values[:, index], bounds.times[index], active)

    def only(self, steps: Ints) -> "Windows":
        return Windows(self.values, self.bounds.only(steps))


def running_count(events: Bools) -> Ints:
    """How many events came before each place, along each row; one longer than the row."""
    counts = np.zeros((events.shape[0], events.shape[1] + 1), dtype=np.int64)
    np.cumsum(events, axis=1, out=counts[:, 1:])
    return counts
