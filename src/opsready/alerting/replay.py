"""Groups of rules over a history: what they record, and when their alerts would have fired.

Rules are evaluated at all times at once, in an order in which each finds what it reads (`order`).
Those that read themselves, at once or in a circle, and some others, are evaluated one time after
the other (`stepwise`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

import numpy as np

from opsready.alerting import stepwise
from opsready.alerting.alerts import SAME_LABELS, Surroundings, given_by
from opsready.alerting.groups import (
    ALERTS,
    FOR_STATE,
    AlertingRule,
    RecordingRule,
    Rule,
    RuleGroup,
)
from opsready.alerting.history import AlertHistory, Episode
from opsready.alerting.order import Order, Reader
from opsready.alerting.reads import selectors_read
from opsready.alerting.record import as_series, write
from opsready.alerting.seat import Seat, recorded_labels, seats_of
from opsready.alerting.state import states
from opsready.alerting.templates import CannotExecute, Query
from opsready.promql.arrays import Bools, Grid, Ints
from opsready.promql.evaluate import Engine, Outcome
from opsready.promql.labels import Labels
from opsready.promql.nodes import Selector
from opsready.promql.plan import plan
from opsready.promql.selection import Kept
from opsready.promql.semantics import DEFAULT, Semantics
from opsready.promql.series import Series, Store
from opsready.promql.signatures import ValueType
from opsready.promql.vector import Vector, united

SAME_RECORDED = "vector contains metrics with the same labelset after applying rule labels"
DUPLICATE = "duplicate sample for timestamp"
_T = TypeVar("_T")
Intervals = Literal["own", "grid"]
"""Whether a group is evaluated at its own interval, as a server does, or as promtool at that of
the grid."""


@dataclass(frozen=True, eq=False)
class RuleFailure:
    """Evaluations of a rule that failed: its alerts stay as they were, nothing is recorded."""

    rule: Rule
    group: RuleGroup
    why: str
    times_ms: Ints


@dataclass(frozen=True, eq=False)
class Unstable:
    """Evaluations of a rule that only a rounding decides."""

    rule: Rule
    times_ms: Ints


@dataclass(frozen=True, eq=False)
class Replay:
    """What came of the rules. `store` has the history and what they wrote."""

    grid: Grid
    store: Store
    alerts: tuple[AlertHistory, ...]
    failures: tuple[RuleFailure, ...]
    unstable: tuple[Unstable, ...]

    @property
    def episodes(self) -> Iterator[Episode]:
        """Of all rules, in the order in which they are evaluated."""
        return (episode for alert in self.alerts for episode in alert.episodes())


def replay(
    groups: Sequence[RuleGroup],
    store: Store,
    grid: Grid,
    semantics: Semantics = DEFAULT,
    *,
    external_labels: Mapping[str, str] | None = None,
    external_url: str = "",
    intervals: Intervals = "own",
    alert_series: bool = False,
    kept: Kept | None = None,
) -> Replay:
    """Evaluates the groups in their order at each time of the grid, over a copy of the store.

    `alert_series` writes ALERTS and ALERTS_FOR_STATE even where no rule reads them. `kept` is what
    replays share whose stores share their `Times`. Raises BadRule for a rule that is none, and
    TemplateError.
    """
    seats = seats_of(groups, grid, semantics, intervals)
    playing = _Playing(store.copy(), kept)
    own = intervals == "own"
    asking = _Asking(playing.store, semantics, grid.step_ms)
    around = Surroundings(
        external_labels or {}, external_url, asking.at, has_server=own, semantics=semantics
    )
    reading = [selectors_read(seat.rule, seat.plan.expr) for seat in seats]
    order = Order(seats, reading)
    alert_series = alert_series or any(_reads_alerts(one) for all_ in reading for one in all_)
    for readers, at_once in order.turns(playing.store):
        given = (
            [playing.evaluated(readers[0])]
            if at_once
            else stepwise.outcomes(readers, playing.store, playing.lags, around)
        )
        for reader, outcome in zip(readers, given, strict=True):
            playing.take(reader.seat, outcome, around, alert_series=alert_series)
    return Replay(
        grid,
        playing.store,
        tuple(_in_turn(playing.alerts)),
        tuple(_in_turn(playing.failures)),
        tuple(_in_turn(playing.unstable)),
    )


def _in_turn(found: Iterable[tuple[int, _T]]) -> Iterator[_T]:
    """By the place of the rule: some were evaluated before those that stand before them."""
    return (one for _, one in sorted(found, key=lambda pair: pair[0]))


def _reads_alerts(selector: Selector) -> bool:
    return selector.name is None or selector.name in (ALERTS, FOR_STATE)


class _Asking:
    """The query function of templates. It keeps an engine of its own, and only once it is asked."""

    def __init__(self, store: Store, semantics: Semantics, step_ms: int) -> None:
        self._store = store
        self._semantics = semantics
        self._step_ms = step_ms

    @cached_property
    def _engine(self) -> Engine:
        return Engine(self._store)

    def at(self, at_ms: int) -> Query:
        """That of one time."""

        def query(expr: str) -> list[tuple[Labels, float]]:
            made = plan(expr, self._semantics, interval_ms=self._step_ms)
            if made.expr.type not in (ValueType.VECTOR, ValueType.SCALAR):
                raise CannotExecute("rule result is not a vector or scalar")
            vector = self._engine.instant(made, at_ms).vector
            rows = zip(vector.labels, vector.values[:, 0].tolist(), strict=True)
            there = vector.present[:, 0].tolist()
            return [row for row, present in zip(rows, there, strict=True) if present]

        return query


class _Playing:
    """The store as it fills, and what came of the rules so far."""

    def __init__(self, store: Store, kept: Kept | None) -> None:
        self.store = store
        self.lags: dict[object, int] = {}
        self.alerts: list[tuple[int, AlertHistory]] = []
        self.failures: list[tuple[int, RuleFailure]] = []
        self.unstable: list[tuple[int, Unstable]] = []
        self._engine = Engine(store, kept)

    def evaluated(self, reader: Reader) -> Outcome:
        engine, seat = self._engine, reader.seat
        if reader.late:
            store, late = self.store.with_own_times(reader.late)
            engine = Engine(store, engine.kept, late=late)
        return engine.evaluate(seat.plan, seat.reads_at)

    def take(
        self, seat: Seat, outcome: Outcome, around: Surroundings, *, alert_series: bool
    ) -> None:
        """Writes what a rule gives, and keeps its alerts."""
        for failure in outcome.failures:
            self._fail(seat, failure.error.message, failure.steps)
        if outcome.unstable.any():
            found = Unstable(seat.rule, seat.grid.times[outcome.unstable])
            self.unstable.append((seat.place, found))
        held = ~outcome.failed
        if isinstance(seat.rule, RecordingRule):
            self._record(seat, seat.rule, outcome.vector, held)
        else:
            self._alert(seat, seat.rule, (outcome.vector, held), around, alert_series)

    def _fail(self, seat: Seat, why: str, steps: Bools) -> None:
        if steps.any():
            times = seat.grid.times[steps]
            found = RuleFailure(seat.rule, seat.group, why, times)
            self.failures.append((seat.place, found))

    def _record(self, seat: Seat, rule: RecordingRule, vector: Vector, held: Bools) -> None:
        labels = tuple(recorded_labels(rule, each) for each in vector.labels)
        whole, clash = united(Vector(labels, vector.values, vector.present))
        self._fail(seat, SAME_RECORDED, clash & held)
        held = held & ~clash
        if seat.group.limit:
            counts = whole.present.sum(axis=0)
            over = held & (counts > seat.group.limit)
            self._fail(seat, f"exceeded limit of {seat.group.limit} series", over)
            held = held & ~over
        times, values, present = seat.reads_at.times, whole.values, whole.present
        if not held.all():
            times, values, present = times[held], values[:, held], present[:, held]
        self._write(seat, as_series(whole.labels, values, present, times))

    def _write(self, seat: Seat, series: Iterable[Series]) -> None:
        for one in series:
            clash = write(self.store, one)
            if seat.offset_ms:
                self.lags[one.labels] = seat.offset_ms
            if clash.size:
                self._fail(seat, DUPLICATE, np.isin(seat.reads_at.times, clash))

    def _alert(
        self,
        seat: Seat,
        rule: AlertingRule,
        given_at: tuple[Vector, Bools],
        around: Surroundings,
        alert_series: bool,
    ) -> None:
        vector, held = given_at
        times = seat.grid.times
        given = given_by(rule, vector, times, around)
        self._fail(seat, SAME_LABELS, given.clash & held)
        held = held & ~given.clash
        if not held.all():
            vector = Vector(vector.labels, vector.values[:, held], vector.present[:, held])
            given = given_by(rule, vector, times[held], around)
        runs, over = states(
            given.active,
            times[held],
            for_ms=rule.for_ms,
            keep_firing_for_ms=rule.keep_firing_for_ms,
            limit=seat.group.limit,
        )
        if over.any():
            failed = np.isin(times, times[held][over])
            self._fail(seat, f"exceeded limit of {seat.group.limit} alerts", failed)
        history = AlertHistory(rule, seat.group, times[held], vector, given, runs, over, around)
        self.alerts.append((seat.place, history))
        if alert_series:
            self._write(seat, history.series())
