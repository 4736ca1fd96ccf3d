"""Selectors: the last sample before each step, and the samples in the window before it.

Where the samples of a window lie depends on the times alone; it is found once for all series
that share them, and kept for the next expression over the same steps.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from opsready.promql.arrays import Bools, Floats, Grid, Ints, alike
from opsready.promql.kernels.rates import Extrapolation
from opsready.promql.labels import Labels
from opsready.promql.semantics import Semantics
from opsready.promql.series import Block, Selected, Series, in_blocks
from opsready.promql.vector import Vector
from opsready.promql.windows import Bounds, Steps

_KEPT_BYTES = 128 << 20
"""How much of bounds is kept: 30 days at 1 m take 1 MB for each times and window."""


@dataclass(frozen=True)
class Moment:
    """The times looked at: those of a grid, moved by an offset, or a fixed one at every step."""

    grid: Grid
    offset_ms: int = 0
    at_ms: int | None = None

    @property
    def times(self) -> Ints:
        if self.at_ms is None:
            return self.grid.times - self.offset_ms if self.offset_ms else self.grid.times
        return np.full(self.grid.count, self.at_ms - self.offset_ms, dtype=np.int64)


class Kept:
    """Results by key, the longest unused forgotten first."""

    def __init__(self, most_bytes: int = _KEPT_BYTES) -> None:
        self._most = most_bytes
        self._found: OrderedDict[object, tuple[int, object, object]] = OrderedDict()
        self._bytes = 0

    @property
    def size(self) -> int:
        """How many bytes are kept, about."""
        return self._bytes

    def get(self, key: object) -> object | None:
        found = self._found.get(key)
        if found is None:
            return None
        self._found.move_to_end(key)
        return found[1]

    def keep(self, key: object, value: object, size: int, owner: object) -> None:
        """`owner` is what the key names by its id, and must live as long as the key."""
        self._found[key] = (size, value, owner)
        self._bytes += size
        while self._bytes > self._most and len(self._found) > 1:
            _, (freed, _, _) = self._found.popitem(last=False)
            self._bytes -= freed


@dataclass(frozen=True, eq=False)
class _Last:
    """The last sample before each step: where it lies, its time, and whether it still counts."""

    steps: Steps
    seconds: Floats
    there: Bools


@dataclass(frozen=True, eq=False)
class Look:
    """How samples are looked up: what a version says of the ends of ranges, and what is kept of
    times."""

    semantics: Semantics
    lookback_ms: int
    kept: Kept
    late: frozenset[int] = frozenset()
    """The ids of times at which the sample of now is not yet there."""

    def places(
        self, times: Ints, moment: Moment, back_ms: int, side: Literal["left", "right"]
    ) -> Ints:
        """Where in `times` the moment less `back_ms` would be put."""
        key = (id(times), moment, back_ms, side)
        found = self.kept.get(key)
        if found is None:
            found = np.searchsorted(times, moment.times - back_ms, side=side)
            self.kept.keep(key, found, found.nbytes, times)
        assert isinstance(found, np.ndarray)
        return found

    def until(self, times: Ints, moment: Moment) -> Ints:
        """How many of the times are not after the moment."""
        is_late = id(times) in self.late and not moment.offset_ms
        return self.places(times, moment, 0, "left" if is_late else "right")

    def bounds(self, times: Ints, moment: Moment, range_ms: int) -> Bounds:
        """Which samples lie in the window before each step."""
        key = (id(times), moment, range_ms)
        found = self.kept.get(key)
        if found is None:
            first = self.places(times, moment, range_ms, self._start_side)
            last = self.until(times, moment)
            found = Bounds(times, first, last, moment.times, range_ms)
            self.kept.keep(key, found, 8 * 12 * first.size, times)
        assert isinstance(found, Bounds)
        return found

    def extrapolation(self, bounds: Bounds) -> Extrapolation:
        key = ("extrapolation", id(bounds))
        found = self.kept.get(key)
        if found is None:
            found = Extrapolation(bounds, self.semantics.caps_before_zero)
            self.kept.keep(key, found, 8 * 8 * bounds.first.size, bounds)
        assert isinstance(found, Extrapolation)
        return found

    @property
    def _start_side(self) -> Literal["left", "right"]:
        return "right" if self.semantics.left_open else "left"

    def instant(self, selected: Selected, moment: Moment) -> tuple[Vector, Floats]:
        """The last samples, and their times in seconds."""
        shape = (len(selected.labels), moment.grid.count)
        found = [(block.place, *self._in_block(block, moment)) for block in selected.blocks]
        if len(found) == 1:  # nothing is to be put together, and so nothing is copied
            _, values, present, seconds = found[0]
            return Vector(selected.labels, values, present), alike(seconds, shape)
        values, seconds = np.empty(shape), np.empty(shape)
        present = np.empty(shape, dtype=np.bool_)
        for place, *of_block in found:
            values[place], present[place], seconds[place] = of_block
        return Vector(selected.labels, values, present), seconds

    def _in_block(self, block: Block, moment: Moment) -> tuple[Floats, Bools, Floats]:
        """The last samples of a block, where they count, and their times."""
        shape = (len(block.rows), moment.grid.count)
        if not block.times.size:
            return np.zeros(shape), np.zeros(shape, dtype=np.bool_), np.zeros(shape[1])
        last = self._last(block.times, moment)
        there = alike(last.there, shape)
        if block.stale is not None:
            there = there & ~block.stale[:, last.steps.index]
        return last.steps.pick(block.values), there, last.seconds

    def _last(self, times: Ints, moment: Moment) -> "_Last":
        """The last sample at or before each step, and whether it is young enough."""
        key = ("last", id(times), moment, self.lookback_ms, self.semantics.left_open)
        found = self.kept.get(key)
        if found is None:
            place = self.until(times, moment)
            index = np.maximum(place - 1, 0)
            age = moment.times - times[index]
            young = age < self.lookback_ms if self.semantics.left_open else age <= self.lookback_ms
            there = np.asarray((place > 0) & young)
            found = _Last(Steps.of(index), times[index] / 1000, there)
            self.kept.keep(key, found, 17 * index.size, times)
        assert isinstance(found, _Last)
        return found


@dataclass(frozen=True, eq=False)
class Ranges:
    """A range vector: blocks of series, and how their windows are found."""

    labels: tuple[Labels, ...]
    blocks: Sequence[Block]
    moment: Moment
    range_ms: int


def as_blocks(vector: Vector, grid: Grid) -> list[Block]:
    """A vector over a grid as series of samples: what the range of a subquery holds."""
    times = grid.times
    whole = np.asarray(vector.present.all(axis=1))
    keyed: list[tuple[object, Series]] = []
    thinned: dict[bytes, Ints] = {}
    for row, (labels, values) in enumerate(zip(vector.labels, vector.values, strict=True)):
        if whole[row]:
            keyed.append((b"", Series(labels, times, values)))
            continue
        there = vector.present[row]
        key = there.tobytes()
        stamps = thinned.setdefault(key, times[there])
        keyed.append((key, Series(labels, stamps, values[there])))
    return list(in_blocks(keyed))
