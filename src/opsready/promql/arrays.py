"""The arrays that the evaluator is made of. Importing this module imports NumPy."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MOST_CELLS = 1 << 27
"""More than a gigabyte of samples in one vector is a mistake, or a matter for a server."""
STALE = np.uint64(0x7FF0000000000002)
"""The bits of the NaN by which Prometheus marks that a series has ended."""
STALE_VALUE: float = np.array([STALE]).view(np.float64)[0]


def is_stale(values: Floats) -> Bools:
    """Where a value is the mark of an ended series, and not any other NaN."""
    return np.asarray(values.view(np.uint64) == STALE)


_LINE = 8
"""So many floats are in a line of the processor's cache."""


def in_lines(steps: int) -> int:
    """So many steps or a few more, so that they fill whole lines of the cache."""
    return -(-steps // _LINE) * _LINE


def aligned(rows: int, steps: int) -> Floats:
    """As np.empty, with rows that begin at a line of the cache: to write across two lines at a time
    takes up to twice as long, and what is allocated begins anywhere."""
    stride = in_lines(steps)
    whole = np.empty(rows * stride + _LINE)
    start = -(whole.__array_interface__["data"][0] // whole.itemsize) % _LINE
    return whole[start : start + rows * stride].reshape(rows, stride)[:, :steps]


def alike(values: Floats | Bools, shape: tuple[int, ...]) -> Any:
    """What is the same in every row, or a number at every step, seen in a shape without a copy:
    as np.broadcast_to, in a tenth of its time."""
    if not values.flags.c_contiguous:
        return np.broadcast_to(values, shape)
    strides = (0,) * (len(shape) - values.ndim) + values.strides
    seen: Any = np.ndarray(shape, values.dtype, values, strides=strides)
    seen.flags.writeable = False
    return seen


def side_by_side(rows: Sequence[int]) -> slice | list[int]:
    """Rows as an index: a slice where one follows the other, which copies nothing."""
    first = rows[0] if rows else 0
    following = range(first, first + len(rows))
    return slice(first, following.stop) if list(rows) == list(following) else list(rows)


@dataclass(frozen=True)
class Grid:
    """The times at which an expression is evaluated, in milliseconds; an instant is one step."""

    start_ms: int
    step_ms: int
    count: int

    @classmethod
    def instant(cls, at_ms: int) -> "Grid":
        return cls(at_ms, 1, 1)

    @classmethod
    def between(cls, start_ms: int, end_ms: int, step_ms: int) -> "Grid":
        """From start to end, both included; ValueError where there is no step between them."""
        if step_ms < 1:
            raise ValueError("the step must be at least one millisecond")
        if end_ms < start_ms:
            raise ValueError("the end lies before the start")
        return cls(start_ms, step_ms, (end_ms - start_ms) // step_ms + 1)

    @property
    def end_ms(self) -> int:
        return self.start_ms + (self.count - 1) * self.step_ms

    @cached_property
    def times(self) -> Ints:
        return self.start_ms + self.step_ms * np.arange(self.count, dtype=np.int64)

    def part(self, first: int, count: int) -> "Grid":
        """The steps from `first` on, at most `count` of them."""
        if not first and count >= self.count:
            return self
        left = min(count, self.count - first)
        return Grid(self.start_ms + first * self.step_ms, self.step_ms, left)
