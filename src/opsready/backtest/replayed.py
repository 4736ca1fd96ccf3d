"""One alert over a history: when its condition held, and what the state machine made of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from opsready.alerting.groups import AlertingRule
from opsready.alerting.state import Runs, states
from opsready.backtest.spans import Span, spans_of
from opsready.promql.arrays import Bools, Ints
from opsready.promql.labels import Labels, write_series


@dataclass(frozen=True)
class Firing:
    """One alert of a rule, from pending to its end; None where the history ends before."""

    alert: str
    labels: Labels
    pending_ms: int
    firing_ms: int | None
    resolved_ms: int | None

    def __str__(self) -> str:
        return write_series(self.labels)


@dataclass(frozen=True, eq=False)
class Replayed:
    """An alerting rule at each evaluation: a row an alert, told apart by labels after templates.

    `pages`: it wakes somebody. Evaluations before `from_ms` only warm it up, and up to `cold_ms`
    its windows reach before the first sample.
    """

    rule: AlertingRule
    labels: tuple[Labels, ...]
    active: Bools
    times: Ints
    step_ms: int
    pages: bool = True
    severity: str = ""
    from_ms: int = 0
    cold_ms: int = 0
    limit: int = 0
    missing: tuple[str, ...] = ()
    """Metrics that it reads and the history does not have."""
    failed: int = 0
    why_failed: str = ""
    unstable: int = 0
    """Evaluations that only a rounding decides."""

    @property
    def alert(self) -> str:
        """The name of the rule."""
        return self.rule.name

    @property
    def place(self) -> str:
        """Where the rule stands; a server says only in which file."""
        return f"{self.rule.path}:{self.rule.line}" if self.rule.line else self.alert

    @cached_property
    def _first(self) -> int:
        return int(np.searchsorted(self.times, self.from_ms))

    @property
    def _shape(self) -> tuple[int, int]:
        return len(self.labels), int(self.times.size)

    @property
    def shown_times(self) -> Ints:
        """The times that are reported on."""
        return self.times[self._first :]

    def runs(self, for_ms: int | None = None) -> Runs:
        """What the state machine makes of it, with another `for` where one is given."""
        rule = self.rule
        wait = rule.for_ms if for_ms is None else for_ms
        keep = rule.keep_firing_for_ms
        times, limit = self.times, self.limit
        return states(self.active, times, for_ms=wait, keep_firing_for_ms=keep, limit=limit)[0]

    def fires(self, for_ms: int | None = None) -> tuple[Span, ...]:
        """When any alert of the rule fires."""
        if not len(self.labels):
            return ()
        firing = np.asarray(self.runs(for_ms).firing(self._shape).any(axis=0))
        return spans_of(firing[self._first :], self.shown_times, self.step_ms)

    @cached_property
    def firing(self) -> tuple[Span, ...]:
        """When any alert of the rule fires, as it is written."""
        return self.fires()

    @cached_property
    def pending(self) -> tuple[Span, ...]:
        """When any is pending."""
        if not len(self.labels):
            return ()
        pending = np.asarray(self.runs().pending(self._shape).any(axis=0))
        return spans_of(pending[self._first :], self.shown_times, self.step_ms)

    @cached_property
    def firings(self) -> tuple[Firing, ...]:
        """Every alert of the rule, those that never fired too, in order of time."""
        found = list(self._each(self.runs()))
        return tuple(sorted(found, key=lambda one: (one.pending_ms, one.labels)))

    def _each(self, runs: Runs) -> Iterator[Firing]:
        count, times = self.times.size, self.times.tolist()
        columns = (runs.rows, runs.starts, runs.fires, runs.ends)
        for row, start, fires, end in zip(*(c.tolist() for c in columns), strict=True):
            if end <= self._first:
                continue
            firing = times[fires] if fires < end else None
            resolved = times[end] if end < count else None
            yield Firing(self.alert, self.labels[row], times[start], firing, resolved)
