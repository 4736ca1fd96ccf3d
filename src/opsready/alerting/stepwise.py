"""Rules that cannot be evaluated at all times at once, evaluated one time after the other.

Such are rules that read themselves, at once or in a circle, that ask for a fixed or a future time,
that read what another writes late (`query_offset`), and those of which `order` cannot tell what
they see. At each time they see exactly what has been written until then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from opsready.alerting.active import ActiveAlerts
from opsready.alerting.alerts import Surroundings
from opsready.alerting.groups import ALERTS, FOR_STATE, AlertingRule, RecordingRule
from opsready.alerting.history import ALERT_STATE, written
from opsready.alerting.order import Reader
from opsready.alerting.record import write
from opsready.alerting.seat import Seat, recorded_labels
from opsready.promql.arrays import STALE_VALUE, Bools, Floats, Grid, Ints
from opsready.promql.error import PromQLError
from opsready.promql.evaluate import Doubt, Engine, Failure, Outcome
from opsready.promql.labels import Labels
from opsready.promql.nodes import METRIC_NAME, Selector
from opsready.promql.series import Series, Store
from opsready.promql.signatures import ValueType
from opsready.promql.vector import Vector

Given = dict[Labels, float]


@dataclass
class _Tape:
    """A series as it grows."""

    times: Ints = field(default_factory=lambda: np.empty(64, dtype=np.int64))
    values: Floats = field(default_factory=lambda: np.empty(64))
    size: int = 0

    def add(self, at_ms: int, value: float) -> None:
        if self.size == self.times.size:
            self.times = np.concatenate([self.times, np.empty_like(self.times)])
            self.values = np.concatenate([self.values, np.empty_like(self.values)])
        self.times[self.size], self.values[self.size] = at_ms, value
        self.size += 1

    def until_now(self) -> tuple[Ints, Floats]:
        return self.times[: self.size], self.values[: self.size]


@dataclass
class _Run:
    """One rule on its way: what it gave so far, and what it wrote at its last evaluation."""

    seat: Seat
    reading: Sequence[Selector]
    sources: Sequence[tuple[Series, bool]]
    """With whether it is written after the rule: what is written now is then not yet there."""
    alerts: ActiveAlerts | None
    given: list[Given | PromQLError] = field(default_factory=list)
    doubts: list[bool] = field(default_factory=list)
    before: frozenset[Labels] = frozenset()
    _known: dict[Labels, bool] = field(default_factory=dict)

    def reads(self, labels: Labels) -> bool:
        """Whether the rule can mean a series of these labels."""
        found = self._known.get(labels)
        if found is None:
            one = Store([Series(labels, np.empty(0, dtype=np.int64), np.empty(0))])
            semantics = self.seat.plan.semantics
            found = any(one.select(selector, semantics).labels for selector in self.reading)
            self._known[labels] = found
        return found


def outcomes(
    readers: Sequence[Reader], store: Store, lags: Mapping[object, int], around: Surroundings
) -> list[Outcome]:
    """What each rule gives at each of its times; nothing is written to the store."""
    tapes: dict[Labels, _Tape] = {}
    runs = [_run(reader, store) for reader in readers]
    for at_ms, run in _schedule(runs):
        view = _view(run, at_ms, tapes, lags)
        seat = run.seat
        outcome = Engine(view).evaluate(seat.plan, Grid.instant(at_ms - seat.offset_ms))
        run.doubts.append(bool(outcome.unstable.any()))
        if outcome.failures:
            run.given.append(outcome.failures[0].error)
            continue
        vector = outcome.vector
        given = dict(zip(vector.labels, vector.values[:, 0].tolist(), strict=True))
        run.given.append(given)
        samples = _written(run, at_ms, given, around)
        if samples is not None:
            _write(run, at_ms - seat.offset_ms, samples, tapes)
    return [_outcome(run) for run in runs]


def _run(reader: Reader, store: Store) -> _Run:
    seat = reader.seat
    found: dict[Labels, Series] = {}
    for selector in reader.reading:
        selected = store.select(selector, seat.plan.semantics)
        found |= dict(zip(selected.labels, selected.series, strict=True))
    late = {one.labels for known in reader.late for one in store.with_labels(known)}
    sources = tuple((one, labels in late) for labels, one in found.items())
    rule = seat.rule
    alerts = ActiveAlerts(rule, seat.group.limit) if isinstance(rule, AlertingRule) else None
    return _Run(seat, reader.reading, sources, alerts)


def _schedule(runs: Sequence[_Run]) -> Iterator[tuple[int, _Run]]:
    """By time, and at one time in the order of the rules."""
    moments = sorted(
        (at_ms, place) for place, run in enumerate(runs) for at_ms in run.seat.grid.times.tolist()
    )
    return ((at_ms, runs[place]) for at_ms, place in moments)


def _view(
    run: _Run, at_ms: int, tapes: Mapping[Labels, _Tape], lags: Mapping[object, int]
) -> Store:
    """What has been written until now, and is not too old to count."""
    view = Store()
    reach_ms = run.seat.offset_ms + run.seat.plan.reach_ms
    oldest = None if run.seat.sees_the_future else at_ms - reach_ms
    for series, is_late in run.sources:
        times, values = series.times, series.values
        now_ms = at_ms - lags.get(series.labels, 0)
        end = int(np.searchsorted(times, now_ms, side="left" if is_late else "right"))
        start = 0 if oldest is None else int(np.searchsorted(times, oldest))
        part = slice(start, max(start, end))
        view.put(Series(series.labels, times[part], values[part], series.holds_histograms))
    for labels, tape in tapes.items():
        if not run.reads(labels):
            continue
        times, values = tape.until_now()
        start = 0 if oldest is None else int(np.searchsorted(times, oldest))
        write(view, Series(labels, times[start:].copy(), values[start:].copy()))
    return view


def _written(
    run: _Run, at_ms: int, given: Given, around: Surroundings
) -> Mapping[Labels, float] | None:
    """The samples that a rule writes; None where it fails."""
    rule = run.seat.rule
    if isinstance(rule, RecordingRule):
        samples = {recorded_labels(rule, labels): value for labels, value in given.items()}
        limit = run.seat.group.limit
        fails = len(samples) < len(given) or 0 < limit < len(samples)
        return None if fails else samples
    assert run.alerts is not None
    alerts = {around.labels(rule, labels, value, at_ms) for labels, value in given.items()}
    if len(alerts) < len(given) or not run.alerts.evaluate(at_ms, alerts):
        return None
    samples = {}
    for labels, alert in run.alerts.alerts.items():
        state = "firing" if alert.fires else "pending"
        samples[written(rule, labels, ((METRIC_NAME, ALERTS), (ALERT_STATE, state)))] = 1.0
        since = float(alert.since_ms // 1000)
        samples[written(rule, labels, ((METRIC_NAME, FOR_STATE),))] = since
    return samples


def _write(
    run: _Run, at_ms: int, samples: Mapping[Labels, float], tapes: dict[Labels, _Tape]
) -> None:
    for labels, value in samples.items():
        tapes.setdefault(labels, _Tape()).add(at_ms, value)
    for labels in run.before - samples.keys():
        tape = tapes[labels]
        if tape.size and int(tape.times[tape.size - 1]) < at_ms:
            tape.add(at_ms, STALE_VALUE)
    run.before = frozenset(samples)


def _outcome(run: _Run) -> Outcome:
    """What was found one time after the other, as if it had been found at once."""
    grid = run.seat.reads_at
    rows: dict[Labels, int] = {}
    for given in run.given:
        if isinstance(given, dict):
            for labels in given:
                rows.setdefault(labels, len(rows))
    shape = (len(rows), grid.count)
    values, present = np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    failures: list[Failure] = []
    for step, given in enumerate(run.given):
        if isinstance(given, dict):
            places = [rows[labels] for labels in given]
            values[places, step], present[places, step] = list(given.values()), True
        else:
            failures.append(_failure(given, step, grid.count))
    vector = Vector(tuple(rows), values, present)
    doubts = (Doubt(run.seat.plan.expr.span, np.array(run.doubts, dtype=np.bool_)),)
    return Outcome(ValueType.VECTOR, grid, vector, tuple(failures), doubts=doubts)


def _failure(error: PromQLError, step: int, count: int) -> Failure:
    steps: Bools = np.zeros(count, dtype=np.bool_)
    steps[step] = True
    return Failure(error, steps)
