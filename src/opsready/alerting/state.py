"""The states of alerts over time: inactive, pending, firing, exactly as Prometheus moves them.

An alert is pending from the first evaluation that gives it, and fires at the first one that is no
earlier than `for` after that. Missing once, it is gone; only a firing one is kept for
`keep_firing_for`, counted from the first evaluation that misses it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from opsready.promql.arrays import Bools, Ints

RESOLVED_RETENTION_MS = 15 * 60_000
"""How long a server still reports an alert as resolved; it changes no state."""


@dataclass(frozen=True, eq=False)
class Runs:
    """Stretches in which a row is active, by evaluations: row `rows[i]` is pending from
    `starts[i]`, fires from `fires[i]`, and is inactive again at `ends[i]`.

    `fires` equals `ends` where it never fires; `ends` is the count of evaluations where it has not
    ended.
    """

    rows: Ints
    starts: Ints
    fires: Ints
    ends: Ints

    def __len__(self) -> int:
        return int(self.rows.size)

    def firing(self, shape: tuple[int, int]) -> Bools:
        """Where each row is firing."""
        return _filled(shape, self.rows, self.fires, self.ends)

    def pending(self, shape: tuple[int, int]) -> Bools:
        """Where each row is pending."""
        return _filled(shape, self.rows, self.starts, self.fires)


def _filled(shape: tuple[int, int], rows: Ints, starts: Ints, ends: Ints) -> Bools:
    """True from each start up to its end."""
    changes = np.zeros((shape[0], shape[1] + 1), dtype=np.int8)
    np.add.at(changes, (rows, starts), 1)
    np.add.at(changes, (rows, ends), -1)
    return np.cumsum(changes[:, :-1], axis=1, dtype=np.int8).astype(np.bool_)


def states(
    active: Bools, times_ms: Ints, *, for_ms: int = 0, keep_firing_for_ms: int = 0, limit: int = 0
) -> tuple[Runs, Bools]:
    """The runs of each row, in order of row and time; and the evaluations at which more than
    `limit` alerts were active, so that the rule failed and forgot them all.

    `active` has a row an alert and a column an evaluation; `times_ms` are theirs.
    """
    over = np.zeros(times_ms.size, dtype=np.bool_)
    if limit <= 0:
        return _runs(active, times_ms, for_ms, keep_firing_for_ms), over
    over |= active.sum(axis=0) > limit
    parts: list[Runs] = []
    start = 0
    while start < times_ms.size:
        if over[start]:
            start += 1
            continue
        rest = over[start:]
        end = start + int(rest.argmax()) if rest.any() else times_ms.size
        runs = _runs(active[:, start:end], times_ms[start:end], for_ms, keep_firing_for_ms)
        end = _first_over(runs, (active.shape[0], end - start), limit, start, over)
        runs = _runs(active[:, start:end], times_ms[start:end], for_ms, keep_firing_for_ms)
        parts.append(Runs(runs.rows, runs.starts + start, runs.fires + start, runs.ends + start))
        start = end
    return _in_order(parts), over


def _first_over(runs: Runs, shape: tuple[int, int], limit: int, start: int, over: Bools) -> int:
    """Where those that are kept firing make too many, which is noted; else the end."""
    counts = (runs.firing(shape) | runs.pending(shape)).sum(axis=0)
    if not (counts > limit).any():
        return start + shape[1]
    end = start + int((counts > limit).argmax())
    over[end] = True
    return end


def _in_order(parts: list[Runs]) -> Runs:
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return Runs(nothing, nothing, nothing, nothing)
    rows, starts, fires, ends = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("rows", "starts", "fires", "ends")
    )
    order = np.lexsort((starts, rows))
    return Runs(rows[order], starts[order], fires[order], ends[order])


def _runs(active: Bools, times_ms: Ints, for_ms: int, keep_ms: int) -> Runs:
    around = np.zeros((active.shape[0], active.shape[1] + 2), dtype=np.bool_)
    around[:, 1:-1] = active
    edges = np.flatnonzero(around[:, 1:] != around[:, :-1])  # a start, its end, the next start
    rows, starts = np.divmod(edges[::2], active.shape[1] + 1)
    ends = edges[1::2] % (active.shape[1] + 1)
    due = np.searchsorted(times_ms, times_ms[starts] + for_ms) if starts.size else starts
    fires = np.minimum(due, ends)
    if keep_ms <= 0 or not starts.size:
        return Runs(rows, starts, fires, ends)
    kept = list(_kept(Runs(rows, starts, fires, ends), times_ms, keep_ms))
    columns = np.array(kept, dtype=np.int64).reshape(-1, 4)
    return Runs(columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3])


def _kept(runs: Runs, times_ms: Ints, keep_ms: int) -> Iterator[tuple[int, int, int, int]]:
    """The runs with what keep_firing_for adds: a gap that it bridges joins two."""
    last = times_ms.size
    missed = np.minimum(runs.ends, last - 1)
    until = np.searchsorted(times_ms, times_ms[missed] + keep_ms)
    until = np.where(runs.ends < last, np.minimum(until, last), last)
    open_run: tuple[int, int, int, int] | None = None
    columns = (runs.rows, runs.starts, runs.fires, runs.ends, until)
    for row, start, fires, end, kept_to in zip(*(c.tolist() for c in columns), strict=True):
        if open_run is not None and open_run[0] == row and start <= open_run[3]:
            open_run = (*open_run[:3], kept_to)
            continue
        if open_run is not None:
            yield open_run
            open_run = None
        if fires < end:
            open_run = (row, start, fires, kept_to)
        else:
            yield row, start, fires, end
    if open_run is not None:
        yield open_run
