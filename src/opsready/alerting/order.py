"""In which order rules can be evaluated at all times at once, though some read one after them.

Of a rule after it, a rule sees what that wrote before now. Where nothing comes back to the rule
itself, the other is evaluated first, and the rule sees its samples without those of now.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from opsready.alerting.reads import Writers, around
from opsready.alerting.seat import Seat
from opsready.promql.nodes import METRIC_NAME, Expr, Selector, Subquery
from opsready.promql.series import Store

Written = Mapping[str, str]
"""The labels that are known of series that a rule writes."""


class Reader(NamedTuple):
    """A rule with what it selects, and what of that is written after it."""

    seat: Seat
    reading: Sequence[Selector]
    late: Sequence[Written]


class Turn(NamedTuple):
    """Rules that are evaluated together: one, at all times at once, or some that are evaluated one
    time after the other."""

    readers: list[Reader]
    at_once: bool


class Order:
    """Of rules in their places; `reading` is what each of them selects."""

    def __init__(self, seats: Sequence[Seat], reading: Sequence[Sequence[Selector]]) -> None:
        self._seats, self._reading = seats, reading
        self._writers = Writers([seat.rule for seat in seats])
        self._sources = [self._writers.read_by(each) for each in reading]

    def turns(self, store: Store) -> Iterator[Turn]:
        """What is evaluated together, one after the other, each when those before are written."""
        for stretch in self._stretches():
            if all(self._is_clear(place, store) for place in stretch):
                yield from self._turns_of(stretch)
            else:
                yield self._turn(stretch, at_once=False)

    def _stretches(self) -> Iterator[range]:
        """Places of rules that belong together: mostly each alone; more where one reads a rule
        after it."""
        first = last = 0
        for place, sources in enumerate(self._sources):
            if place == last and place > first:
                yield range(first, last)
                first = place
            last = max(last, place + 1, *(source + 1 for source in sources))
        if last > first:
            yield range(first, last)

    def _turns_of(self, stretch: range) -> Iterator[Turn]:
        inside = {
            place: {source for source in self._sources[place] if source in stretch}
            for place in stretch
        }
        try:
            for place in TopologicalSorter(inside).static_order():
                yield self._turn([place], at_once=True)
        except CycleError:
            yield from self._turns_of_circles(inside)

    def _turns_of_circles(self, inside: Mapping[int, set[int]]) -> Iterator[Turn]:
        """Rules that come back to themselves have a turn together."""
        circles = {place: around(place, self._sources) for place in inside}
        first = {place: min(circle, default=place) for place, circle in circles.items()}
        before: dict[int, set[int]] = {place: set() for place in first.values()}
        for place, sources in inside.items():
            before[first[place]] |= {first[source] for source in sources} - {first[place]}
        for place in TopologicalSorter(before).static_order():
            circle = circles[place]
            yield self._turn(sorted(circle) or [place], at_once=not circle)

    def _turn(self, places: Sequence[int], *, at_once: bool) -> Turn:
        return Turn([self._reader(place, places) for place in places], at_once)

    def _reader(self, place: int, together: Sequence[int]) -> Reader:
        """What is evaluated together with it is written when its time comes."""
        written = self._written(self._late(place).difference(together))
        return Reader(self._seats[place], self._reading[place], written)

    def _is_clear(self, place: int, store: Store) -> bool:
        """Whether it is told from the times alone which samples a rule sees."""
        seat, sources = self._seats[place], self._sources[place]
        if seat.sees_the_future or any(
            self._seats[source].offset_ms > seat.offset_ms for source in sources
        ):
            return False
        return not self._late(place) or self._is_simply_late(place, store)

    def _is_simply_late(self, place: int, store: Store) -> bool:
        """Whether all that it sees late is of rules after it alone, and read now and not in a
        subquery or in a template, which have times of their own."""
        seat, late = self._seats[place], self._late(place)
        written = self._written(late)
        if any(self._seats[source].offset_ms != seat.offset_ms for source in late):
            return False
        if any(
            source <= place and _may_be_one(one, other)
            for one in written
            for source, other in self._writers.of_metric(one[METRIC_NAME])
        ):
            return False
        if any(True for one in written for _ in store.with_labels(one)):
            return False
        elsewhere = list(self._reading[place])
        for one in _plainly_selected(seat.plan.expr):
            elsewhere.remove(one)
        return not late & self._writers.read_by(elsewhere)

    def _late(self, place: int) -> set[int]:
        """Those after it that it reads."""
        return {source for source in self._sources[place] if source > place}

    def _written(self, places: Iterable[int]) -> list[Written]:
        return [written for place in places for written in self._seats[place].rule.writes]


def _may_be_one(one: Written, other: Written) -> bool:
    """Whether a series may have the labels of both, as far as they are known."""
    return all(other.get(label, value) == value for label, value in one.items())


def _plainly_selected(expr: Expr) -> Iterator[Selector]:
    """All that is selected outside of subqueries."""
    if isinstance(expr, Selector):
        yield expr
    elif not isinstance(expr, Subquery):
        for child in expr.children:
            yield from _plainly_selected(child)
