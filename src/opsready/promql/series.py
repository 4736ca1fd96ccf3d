"""Series of samples, and the store that an expression selects from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from opsready.promql.arrays import Bools, Floats, Ints, is_stale, side_by_side
from opsready.promql.kernels.rates import Falls, falls_of
from opsready.promql.labels import Labels, value_of, write_series
from opsready.promql.nodes import METRIC_NAME, Matcher, Selector
from opsready.promql.regex import compile_regex
from opsready.promql.semantics import DEFAULT, Semantics


@dataclass(frozen=True, eq=False)
class Series:
    """Samples in order of time, with the marks of where the series ended.

    `holds_histograms`: it has native histograms too, which are not evaluated here. `never_ends`:
    it is known to have no mark.
    """

    labels: Labels
    times: Ints
    values: Floats
    holds_histograms: bool = False
    never_ends: bool = False

    @classmethod
    def of(
        cls, labels: Labels, times: Sequence[int] | Ints, values: Sequence[float] | Floats
    ) -> "Series":
        """A series of samples in the order of their times. Raises ValueError where they are not."""
        stamps = np.ascontiguousarray(times, dtype=np.int64)
        numbers = np.ascontiguousarray(values, dtype=np.float64)
        _check_samples(labels, stamps, numbers)
        return cls(labels, stamps, numbers)

    @cached_property
    def stale(self) -> Bools | None:
        """Where the marks are, or None where there is none."""
        if self.never_ends or not np.isnan(self.values.min(initial=0.0)):
            return None  # found sooner than the marks are
        marks = is_stale(self.values)
        return marks if marks.any() else None

    @cached_property
    def live(self) -> "Series":
        """The samples without the marks."""
        if self.stale is None:
            return self
        alive = ~self.stale
        return Series(self.labels, self.times[alive], self.values[alive])

    @cached_property
    def falls(self) -> Ints:
        """The places at which a counter starts anew."""
        return falls_of(self.values)


def _check_samples(labels: Labels, times: Ints, values: Floats) -> None:
    if times.ndim != 1 or times.shape != values.shape:
        raise ValueError(f"{write_series(labels)} needs as many values as times")
    back = np.flatnonzero(np.diff(times) <= 0)
    if back.size:
        at = int(back[0])
        what = "two samples at" if times[at] == times[at + 1] else "a sample out of order at"
        raise ValueError(f"{write_series(labels)} has {what} {times[at + 1]} ms")


@dataclass(frozen=True, eq=False)
class Block:
    """Series that share their times: `series[i]` is row `rows[i]` of what they were found for.

    Evaluated together, since a window holds the same samples of each.
    """

    times: Ints
    series: tuple[Series, ...]
    rows: tuple[int, ...]
    whole: "tuple[Block, slice] | None" = None
    """Of a part: what it is a part of, and where."""

    def parts(self, most: int) -> Iterator["Block"]:
        """The same in blocks of so many series at most."""
        if len(self.series) <= most:
            yield self
            return
        for first in range(0, len(self.series), most):
            part = slice(first, first + most)
            yield Block(self.times, self.series[part], self.rows[part], (self, part))

    @cached_property
    def place(self) -> slice | list[int]:
        """The rows as an index."""
        return side_by_side(self.rows)

    @cached_property
    def values(self) -> Floats:
        """A row a series."""
        if len(self.series) == 1:
            return self.series[0].values[np.newaxis]
        if self.whole is not None:
            block, part = self.whole
            return block.values[part]
        return np.stack([one.values for one in self.series])

    @cached_property
    def falls(self) -> Falls:
        """Where counters start anew."""
        return Falls([one.values for one in self.series], [one.falls for one in self.series])

    @cached_property
    def stale(self) -> Bools | None:
        """Where the marks of ended series are, or None where there is none."""
        if all(one.stale is None for one in self.series):
            return None
        return is_stale(self.values)


@dataclass(frozen=True, eq=False)
class Selected:
    """What a selector found, as it is and in blocks."""

    labels: tuple[Labels, ...]
    series: tuple[Series, ...]

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """By times, marks included: what an instant selector looks back at."""
        return tuple(in_blocks((id(one.times), one) for one in self.series))

    @cached_property
    def live_blocks(self) -> tuple[Block, ...]:
        """By times, without the marks: what a range holds."""
        return tuple(in_blocks((_times_of_live(one), one.live) for one in self.series))


def _times_of_live(series: Series) -> object:
    """What is the same for series whose times are, the marks aside."""
    there = None if series.stale is None else series.stale.tobytes()
    return id(series.times), there


def in_blocks(keyed: Iterable[tuple[object, Series]]) -> Iterator[Block]:
    """Series of the same key share their times; rows are numbered as they come."""
    groups: dict[object, tuple[list[Series], list[int]]] = {}
    for row, (key, series) in enumerate(keyed):
        found, rows = groups.setdefault(key, ([], []))
        found.append(series)
        rows.append(row)
    for found, rows in groups.values():
        yield Block(found[0].times, tuple(found), tuple(rows))


_Key = tuple[str | None, tuple[Matcher, ...], bool]


class Times:
    """Times that many series share, each kept once: what is found out about one holds for all."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, int], list[Ints]] = {}

    def same(self, times: Ints) -> Ints:
        """These times, or the equal ones that are known."""
        if not times.size:
            return times
        alike = self._known.setdefault((times.size, int(times[0]), int(times[-1])), [])
        for known in alike:
            if _is_same(known, times) or np.array_equal(known, times):
                return known
        alike.append(times)
        return times


def _is_same(one: Ints, other: Ints) -> bool:
    """Whether both are the same piece of memory."""
    return one is other or one.__array_interface__ == other.__array_interface__


class Store:
    """Series by name and labels. Adding to a series that is there appends to it. Stores that are
    given the same `times` share what is found out about them."""

    def __init__(self, series: Iterable[Series] = (), times: Times | None = None) -> None:
        self._by_labels: dict[Labels, Series] = {}
        self._by_name: dict[str, dict[Labels, Series]] = {}
        self._times = Times() if times is None else times
        self._selected: dict[_Key, Selected] = {}
        for one in series:
            self.add(one)

    def __len__(self) -> int:
        return len(self._by_labels)

    def __iter__(self) -> Iterator[Series]:
        return iter(self._by_labels.values())

    def copy(self) -> "Store":
        """The same series in a store of its own."""
        other = Store(times=self._times)
        other._by_labels = dict(self._by_labels)
        other._by_name = {name: dict(found) for name, found in self._by_name.items()}
        return other

    def with_labels(self, known: Mapping[str, str]) -> Iterator[Series]:
        """The series of a metric that have these labels, and perhaps others."""
        for labels, one in self._by_name.get(known[METRIC_NAME], {}).items():
            if all(value_of(labels, label) == value for label, value in known.items()):
                yield one

    def with_own_times(self, some: Iterable[Mapping[str, str]]) -> tuple["Store", frozenset[int]]:
        """A copy in which series of these labels share their times with no others; and the ids of
        these times."""
        other = self.copy()
        own: dict[int, Ints] = {}
        for one in [each for known in some for each in self.with_labels(known)]:
            times = own.setdefault(id(one.times), one.times.copy())
            apart = replace(one, times=times)
            other._by_labels[one.labels] = apart
            other._by_name[value_of(one.labels, METRIC_NAME)][one.labels] = apart
        return other, frozenset(map(id, own.values()))

    def get(self, labels: Labels) -> Series | None:
        """The series of exactly these labels."""
        return self._by_labels.get(labels)

    def add(self, series: Series) -> None:
        """Raises ValueError where the samples do not come after those that are there."""
        before = self._by_labels.get(series.labels)
        self.put(series if before is None else _joined(before, series))

    def put(self, series: Series) -> None:
        """A series in place of the one that has its labels."""
        times, kept = self._times.same(series.times), series
        if times is not series.times:
            kept = replace(series, times=times)
        self._by_labels[series.labels] = kept
        name = value_of(series.labels, METRIC_NAME)
        self._by_name.setdefault(name, {})[series.labels] = kept
        if self._selected:
            # What was found by the names of other metrics is still all that there is.
            self._selected = {k: v for k, v in self._selected.items() if k[0] not in (None, name)}

    def select(self, selector: Selector, semantics: Semantics = DEFAULT) -> Selected:
        """The series that a selector means, in order of their labels."""
        key = (selector.name, selector.matchers, semantics.dot_matches_newline)
        found = self._selected.get(key)
        if found is None:
            found = self._selected[key] = self._find(selector, semantics)
        return found

    def _find(self, selector: Selector, semantics: Semantics) -> Selected:
        names = self._by_name if selector.name is None else (selector.name,)
        candidates = [one for name in names for one in self._by_name.get(name, {}).values()]
        for matcher in selector.matchers:
            test = _Test(matcher, semantics)
            candidates = [one for one in candidates if test.passes(one.labels)]
        candidates.sort(key=lambda one: one.labels)
        return Selected(tuple(one.labels for one in candidates), tuple(candidates))


def _joined(before: Series, after: Series) -> Series:
    times = np.concatenate([before.times, after.times])
    values = np.concatenate([before.values, after.values])
    _check_samples(before.labels, times, values)
    mixed = before.holds_histograms or after.holds_histograms
    return Series(before.labels, times, values, mixed)


class _Test:
    """A matcher, with what it found of each value once."""

    def __init__(self, matcher: Matcher, semantics: Semantics) -> None:
        self._matcher = matcher
        self._dotall = semantics.dot_matches_newline
        self._known: dict[str, bool] = {}

    def passes(self, labels: Labels) -> bool:
        value = value_of(labels, self._matcher.label)
        passed = self._known.get(value)
        if passed is None:
            passed = self._known[value] = self._test(value)
        return passed

    def _test(self, value: str) -> bool:
        matcher = self._matcher
        if matcher.op in ("=", "!="):
            return matcher.matches(value)
        pattern = compile_regex(matcher.value, dot_matches_newline=self._dotall)
        return (pattern.fullmatch(value) is not None) == (matcher.op == "=~")
