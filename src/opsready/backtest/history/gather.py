"""Samples as a file gives them, gathered by series; only what the rules read is kept."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from opsready.promql.arrays import STALE_VALUE, Floats, Ints
from opsready.promql.labels import Labels, value_of, write_series
from opsready.promql.nodes import METRIC_NAME
from opsready.promql.series import Series

Unit = Literal["s", "ms"]

SAMPLES_AT_MOST = 100_000_000
"""1.6 GB of times and values: what a small machine holds beside their evaluation."""
_LAST_SECOND = 1e11
"""As seconds the year 5138, as milliseconds 1973: nobody's history has either."""

_FARTHEST_MS = 2.0**53  # beyond it a float no longer tells two milliseconds apart


class BadHistory(Exception):
    """Recorded samples that cannot be read: where, and why; line 0 for the file as a whole."""

    def __init__(self, path: str, line: int, why: str) -> None:
        super().__init__(f"{path}:{line}: {why}" if line else f"{path}: {why}")
        self.path = path
        self.line = line
        self.why = why


@dataclass(frozen=True)
class Wanted:
    """Which samples are kept: of the metrics `names`, all where it is None, and of a span."""

    names: frozenset[str] | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    samples_at_most: int = SAMPLES_AT_MOST

    def takes(self, labels: Labels) -> bool:
        """Whether a series is of a metric that is wanted."""
        return self.names is None or value_of(labels, METRIC_NAME) in self.names


class Column:
    """The samples of one series so far; times in the unit of their file."""

    __slots__ = ("labels", "last", "times", "values")

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.times: array[float] = array("d")
        self.values: array[float] = array("d")
        self.last = -np.inf


class Gathering:
    """The series of one file, as they grow. `unit` is told by the first time where it is None."""

    def __init__(self, path: str, wanted: Wanted, unit: Unit | None = None) -> None:
        self.path = path
        self.wanted = wanted
        self.columns: dict[Labels, Column] = {}
        self.skipped: set[str] = set()
        self.kept = 0
        self._low, self._high = -np.inf, np.inf
        self.unit = unit
        if unit is not None:
            self._set_unit(unit)

    def column(self, labels: Labels) -> Column | None:
        """Where the samples of a series go; None for one that nobody wants."""
        if not self.wanted.takes(labels):
            self.skipped.add(value_of(labels, METRIC_NAME))
            return None
        found = self.columns.get(labels)
        if found is None:
            found = self.columns[labels] = Column(labels)
        return found

    def add(self, column: Column, at: float, value: float, line: int) -> None:
        """One more sample. Raises BadHistory where it does not come after the last."""
        if at <= column.last or at != at:
            raise BadHistory(self.path, line, self._disorder(column, at))
        column.last = at
        self._tell_unit(at)
        if self._low <= at <= self._high:
            column.times.append(at)
            column.values.append(value)
            self.kept += 1
            if self.kept > self.wanted.samples_at_most:
                raise BadHistory(self.path, line, too_many(self.wanted.samples_at_most))

    def extend(self, column: Column, at: Floats, values: Floats, lines: Ints) -> None:
        """Many more samples. Raises BadHistory where one does not come after the one before it."""
        before = np.concatenate([[column.last], at[:-1]])
        wrong = np.flatnonzero(~(at > before))
        if wrong.size:
            place = int(wrong[0])
            column.last = float(before[place])
            why = self._disorder(column, float(at[place]))
            raise BadHistory(self.path, int(lines[place]), why)
        column.last = float(at[-1])
        self._tell_unit(float(at[0]))
        inside = (self._low <= at) & (at <= self._high)
        if not inside.all():
            at, values, lines = at[inside], values[inside], lines[inside]
        column.times.frombytes(at.tobytes())
        column.values.frombytes(values.tobytes())
        self.kept += at.size
        most = self.wanted.samples_at_most
        if self.kept > most:
            raise BadHistory(self.path, int(lines[most - self.kept]), too_many(most))

    def series(self) -> Iterator[Series]:
        """Each series that has a sample. Raises BadHistory for times that make no sense."""
        scale = 1000.0 if self.unit == "s" else 1.0
        for column in self.columns.values():
            if column.times:
                self._refuse_no_time(column, scale)
                stamps = np.rint(np.frombuffer(column.times) * scale).astype(np.int64)
                values = np.frombuffer(column.values)
                try:
                    yield Series.of(column.labels, stamps, values)
                except ValueError as fault:
                    raise BadHistory(self.path, 0, str(fault)) from None

    def _refuse_no_time(self, column: Column, scale: float) -> None:
        farthest = max(-column.times[0], column.times[-1])
        if farthest * scale > _FARTHEST_MS:
            why = f"{write_series(column.labels)} has a sample at no time: {farthest:.15g}"
            raise BadHistory(self.path, 0, why)

    def _tell_unit(self, at: float) -> None:
        if self.unit is None:
            self._set_unit("ms" if abs(at) >= _LAST_SECOND else "s")

    def _set_unit(self, unit: Unit) -> None:
        self.unit = unit
        scale = 1000 if unit == "s" else 1
        wanted = self.wanted
        self._low = -np.inf if wanted.from_ms is None else wanted.from_ms / scale
        self._high = np.inf if wanted.to_ms is None else wanted.to_ms / scale

    def _disorder(self, column: Column, at: float) -> str:
        name = write_series(column.labels)
        if at != at or abs(at) == np.inf:
            return f"{name} has a sample at no time"
        if at == column.last:
            return f"{name} has two samples at {at:.15g}"
        if self.unit == "ms" and abs(at) < _LAST_SECOND <= abs(column.last):
            return f"{name} has times in milliseconds, and here {at:.15g}, which is seconds"
        return f"{name} is out of order: {at:.15g} comes after {column.last:.15g}; sort by time"


def too_many(most: int) -> str:
    """What is said of a history that would not fit."""
    return (
        f"the rules read more than {most:,} samples, {most * 16 / 1e9:.1f} GB;"
        " narrow the span (--from, --to) or the rules, or raise --max-samples"
    )


def lone_nans_as_marks(series: Series) -> tuple[Series, int]:
    """A NaN that stands alone as the mark of an ended series, and how many there were.

    Prometheus writes one mark where a series ends, and exports print it as NaN. Several in a row
    are values.
    """
    nan = np.isnan(series.values)
    if series.stale is not None:
        nan &= ~series.stale
    beside = np.zeros_like(nan)
    beside[1:] |= nan[:-1]
    beside[:-1] |= nan[1:]
    lone = nan & ~beside
    count = int(lone.sum())
    if not count:
        return series, 0
    return Series(series.labels, series.times, np.where(lone, STALE_VALUE, series.values)), count
