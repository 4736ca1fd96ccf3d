"""Stretches of time: when an alert fired, when users suffered."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from opsready.promql.arrays import Bools, Ints


@dataclass(frozen=True)
class Span:
    """From its start up to its end, which is no part of it; `open` where the history ends first."""

    start_ms: int
    end_ms: int
    open: bool = False

    @property
    def length_ms(self) -> int:
        """How long it is, as far as it is known."""
        return self.end_ms - self.start_ms

    def meets(self, start_ms: int, end_ms: int) -> bool:
        """Whether some of it lies between two times."""
        return self.start_ms < end_ms and start_ms < self.end_ms


def spans_of(there: Bools, times: Ints, step_ms: int) -> tuple[Span, ...]:
    """The stretches of steps at which something is there; each step stands for the time up to
    the next one."""
    edges = np.diff(there.astype(np.int8), prepend=0, append=0)
    starts, ends = np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()
    count = int(times.size)
    return tuple(
        Span(int(times[start]), int(times[end - 1]) + step_ms, end == count)
        for start, end in zip(starts, ends, strict=True)
    )


def joined(spans: Iterable[Span], gap_ms: int = 0) -> tuple[Span, ...]:
    """In order of time, those that touch as one, and those with a gap of at most `gap_ms`."""
    done: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start_ms, one.end_ms)):
        if done and span.start_ms <= done[-1].end_ms + gap_ms:
            last = done[-1]
            end = max(last.end_ms, span.end_ms)
            done[-1] = Span(last.start_ms, end, last.open or span.open)
        else:
            done.append(span)
    return tuple(done)


def total_ms(spans: Iterable[Span]) -> int:
    """How long they are together."""
    return sum(span.length_ms for span in spans)


def common_ms(left: Iterable[Span], right: Iterable[Span]) -> int:
    """How long one of each is there at once; each in order of time and without overlap."""
    return sum(
        min(a.end_ms, b.end_ms) - max(a.start_ms, b.start_ms) for a, b in meeting(left, right)
    )


def meeting(left: Iterable[Span], right: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    """Every pair of one each that are there at once; each in order of time. What flaps all month
    has thousands, so neither is gone through again and again."""
    others = list(right)
    first = 0
    for span in left:
        while first < len(others) and others[first].end_ms <= span.start_ms:
            first += 1
        place = first
        while place < len(others) and others[place].start_ms < span.end_ms:
            if others[place].end_ms > span.start_ms:
                yield span, others[place]
            place += 1


def delays_ms(before: Iterable[Span], after: Iterable[Span]) -> list[int]:
    """How much later than the first that it meets each begins; negative for earlier. Those that
    meet none are left out."""
    first: dict[Span, int] = {}
    for span, met in meeting(after, before):
        first.setdefault(span, met.start_ms)
    return [span.start_ms - start for span, start in first.items()]


def begins_among(span: Span, others: Sequence[Span], apart_ms: int) -> bool:
    """Whether one of some, in order of time, begins as far from it at most."""
    place = bisect_left(others, span.start_ms - apart_ms, key=_start)
    return place < len(others) and others[place].start_ms <= span.start_ms + apart_ms


def _start(span: Span) -> int:
    return span.start_ms
