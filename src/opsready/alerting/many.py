"""Many histories, each with rules of its own, streamed through a few processes.

A history is loaded when its turn comes and forgotten after it, so that memory does not grow with
their number. What is found out about times that they share is found out once in each process.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from opsready.alerting.groups import RuleGroup
from opsready.alerting.history import Episode
from opsready.alerting.replay import replay
from opsready.promql.arrays import Grid
from opsready.promql.memory import keep_what_is_freed
from opsready.promql.selection import Kept
from opsready.promql.semantics import DEFAULT, Semantics
from opsready.promql.series import Store, Times

_AT_A_TIME = 4  # tasks handed to a process at once: little is left waiting at the end


@dataclass(frozen=True, eq=False)
class Task:
    """Rules over one history. `load` makes its store, of the times that it is given."""

    groups: Sequence[RuleGroup]
    load: Callable[[Times], Store]
    grid: Grid
    semantics: Semantics = DEFAULT


class _Playing:
    def __init__(self, tasks: Sequence[Task]) -> None:
        self._tasks = tasks
        self._times = Times()
        self._kept = Kept()

    def episodes(self, place: int) -> tuple[Episode, ...]:
        task = self._tasks[place]
        store = task.load(self._times)
        found = replay(task.groups, store, task.grid, task.semantics, kept=self._kept)
        return tuple(found.episodes)


def episodes_of(
    tasks: Sequence[Task], *, processes: int | None = None
) -> Iterator[tuple[Episode, ...]]:
    """The episodes of each task, in order; as many processes as there are cores, where none is
    given and the system can fork. Raises as `replay` does."""
    several = min(processes or os.cpu_count() or 1, len(tasks))
    if several < 2 or "fork" not in multiprocessing.get_all_start_methods():
        playing = _Playing(tasks)
        yield from map(playing.episodes, range(len(tasks)))
        return
    # Forked, the tasks are there without being sent; only episodes come back.
    with multiprocessing.get_context("fork").Pool(several, _begin, (tasks,)) as pool:
        yield from pool.imap(_play, range(len(tasks)), chunksize=_AT_A_TIME)


_playing: _Playing | None = None


def _begin(tasks: Sequence[Task]) -> None:
    global _playing
    keep_what_is_freed()
    _playing = _Playing(tasks)


def _play(place: int) -> tuple[Episode, ...]:
    assert _playing is not None
    return _playing.episodes(place)
