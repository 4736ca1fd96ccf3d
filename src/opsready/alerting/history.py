"""What became of a rule's alerts: when each was pending, firing, and gone again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from opsready.alerting.alerts import Given, Surroundings
from opsready.alerting.groups import ALERTS, FOR_STATE, AlertingRule, RuleGroup
from opsready.alerting.record import as_series
from opsready.alerting.state import RESOLVED_RETENTION_MS, Runs
from opsready.promql.arrays import Bools, Ints
from opsready.promql.labels import Labels, labels_of
from opsready.promql.nodes import METRIC_NAME
from opsready.promql.series import Series
from opsready.promql.vector import Vector

ALERT_STATE = "alertstate"


@dataclass(frozen=True)
class Episode:
    """One alert from its first evaluation to its last. Annotations are those at which it fired,
    or else started; `resolved_at_ms` is when it was gone, None where the history ends first."""

    alert: str
    labels: Labels
    annotations: Mapping[str, str]
    pending_at_ms: int
    firing_at_ms: int | None
    resolved_at_ms: int | None

    @property
    def reported_until_ms(self) -> int | None:
        """Until when a server still tells that it is resolved."""
        if self.firing_at_ms is None or self.resolved_at_ms is None:
            return None
        return self.resolved_at_ms + RESOLVED_RETENTION_MS


@dataclass(frozen=True, eq=False)
class AlertHistory:
    """All alerts of one rule. `times_ms` are its evaluations, those aside that failed."""

    rule: AlertingRule
    group: RuleGroup
    times_ms: Ints
    vector: Vector
    given: Given
    runs: Runs
    over: Bools
    around: Surroundings

    def episodes(self) -> Iterator[Episode]:
        """In order of labels as the expression gives them, then of time."""
        runs, count = self.runs, self.times_ms.size
        columns = (runs.rows, runs.starts, runs.fires, runs.ends)
        for row, start, fires, end in zip(*(c.tolist() for c in columns), strict=True):
            told = min(fires, end - 1) if fires < end else start
            yield Episode(
                self.rule.name,
                self.given.labels[row],
                self.annotations(row, told),
                int(self.times_ms[start]),
                int(self.times_ms[fires]) if fires < end else None,
                int(self.times_ms[end]) if end < count else None,
            )

    def annotations(self, row: int, step: int) -> dict[str, str]:
        """As they were after an evaluation: those of the last one that gave the alert."""
        last = int(np.flatnonzero(self.given.active[row, : step + 1])[-1])
        source = int(self.given.sources[row, last])
        value = float(self.vector.values[source, last])
        at_ms = int(self.times_ms[last])
        return self.around.annotations(self.rule, self.vector.labels[source], value, at_ms)

    def firing_at(self, at_ms: int) -> list[tuple[Labels, dict[str, str]]]:
        """The alerts that fire after the last evaluation up to a time, with their annotations."""
        step = int(np.searchsorted(self.times_ms, at_ms, side="right")) - 1
        runs = self.runs
        rows = runs.rows[(runs.fires <= step) & (step < runs.ends)].tolist() if step >= 0 else []
        return [(self.given.labels[row], self.annotations(row, step)) for row in rows]

    def series(self) -> Iterator[Series]:
        """ALERTS and ALERTS_FOR_STATE."""
        kept = ~self.over
        times = self.times_ms[kept] - self.group.query_offset_ms
        shape = (len(self.given.labels), self.times_ms.size)
        firing, pending = self.runs.firing(shape), self.runs.pending(shape)
        ones = np.ones((shape[0], times.size))
        for state, there in (("pending", pending), ("firing", firing)):
            labels = self._written(((METRIC_NAME, ALERTS), (ALERT_STATE, state)))
            yield from as_series(labels, ones, there[:, kept], times)
        since = np.zeros(shape)
        columns = (self.runs.rows, self.runs.starts, self.runs.ends)
        for row, start, end in zip(*(c.tolist() for c in columns), strict=True):
            since[row, start:end] = self.times_ms[start] // 1000
        labels = self._written(((METRIC_NAME, FOR_STATE),))
        yield from as_series(labels, since[:, kept], (firing | pending)[:, kept], times)

    def _written(self, more: Sequence[tuple[str, str]]) -> list[Labels]:
        return [written(self.rule, labels, more) for labels in self.given.labels]


def written(rule: AlertingRule, labels: Labels, more: Sequence[tuple[str, str]]) -> Labels:
    """The labels of what an alert writes. A label whose template gives nothing keeps its text
    there: so does Prometheus."""
    return labels_of({**rule.labels, **dict(labels), **dict(more)})
