"""Incidents of alerts on a level: it is healthy, goes bad for a while, and is healthy again.

The levels are found by trying: at one the alert is quiet, at another it fires.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

import numpy as np

from opsready.alerting.groups import AlertingRule, RuleGroup, expression_of
from opsready.backtest.replayed import Replayed
from opsready.backtest.replays import Judged, Window, replayed_over
from opsready.backtest.synthetic.play import Detected, detected, only, scrape_for, turn_ms
from opsready.backtest.synthetic.quantity import Quantity, quantities
from opsready.backtest.synthetic.world import HOUR_MS, MINUTE_MS, START_MS, Scenario
from opsready.promql.arrays import Floats, Ints
from opsready.promql.semantics import DEFAULT, Semantics

LASTS_MS: tuple[int, ...] = (10 * MINUTE_MS, HOUR_MS)
_SETTLED_MS = 10 * MINUTE_MS
_STEPS_AT_MOST = 200_000
"""Of one search: a window of a month, at some thirty levels, would be a million."""


@dataclass(frozen=True)
class Turned:
    """What an alert does when the level is bad: for ten minutes, an hour, and until somebody
    comes."""

    level: float
    detected: tuple[Detected, ...]


@dataclass(frozen=True)
class Levels:
    """One alert on a level: where it is quiet, and one or two levels beyond its bound."""

    alert: AlertingRule
    written: str
    is_share: bool
    healthy: float
    turned: tuple[Turned, ...]


class NoLevel(Exception):
    """No level was found that turns an alert; it says why."""


def levels_of(
    groups: Sequence[RuleGroup],
    alert: AlertingRule,
    step_ms: int = MINUTE_MS,
    semantics: Semantics = DEFAULT,
) -> Levels:
    """Raises NoLevel."""
    stage = _Stage(groups, alert, step_ms, semantics)
    seen: set[bool] = set()
    for quantity in quantities(stage.rules.rules, alert):
        fires = stage.fires_at(quantity)
        seen.update(fires)
        turn = _turn(quantity.levels, fires)
        if turn is not None:
            healthy, bad = turn
            turned = tuple(Turned(level, stage.played(quantity, healthy, level)) for level in bad)
            return Levels(alert, quantity.written, quantity.is_share, healthy, turned)
    raise NoLevel(_why_none(seen))


def _why_none(seen: set[bool]) -> str:
    if not seen:
        return "it reads no metric of which one level could be made, or too many"
    if seen == {True}:
        return "it fires at every level that was tried"
    if seen == {False}:
        return "it fires at no level that was tried: it may ask for several things at once"
    return "no level that was tried turns it"


def _turn(levels: Sequence[float], fires: Sequence[bool]) -> tuple[float, tuple[float, ...]] | None:
    """A healthy level, and the bad ones just beyond the first turn and far beyond it. Where all
    levels are alike, whether there is any tells good from bad."""
    known = [pair for pair in zip(levels, fires, strict=True) if not np.isnan(pair[0])]
    for place, (left, right) in enumerate(pairwise(known)):
        if left[1] != right[1]:
            below, above = _run(known[place::-1]), _run(known[place + 1 :])
            return _down(above, below) if left[1] else _up(below, above)
    if len(known) == len(levels) or fires[-1] == known[0][1]:
        return None
    one = _nearest([level for level, _ in known], 1.0)
    return (one, (levels[-1],)) if fires[-1] else (levels[-1], (one,))


def _run(pairs: Sequence[tuple[float, bool]]) -> list[float]:
    """The levels from a turn on, as far as all do the same."""
    return [level for level, _ in takewhile(lambda pair: pair[1] == pairs[0][1], pairs)]


def _up(quiet: Sequence[float], firing: Sequence[float]) -> tuple[float, tuple[float, ...]]:
    """Half of what is too much; a tenth too much, and twice that."""
    bound = quiet[0] or firing[0]
    just = _nearest(firing, bound + abs(bound) * 0.1)
    far = _nearest(firing, just + abs(just))
    return _nearest(quiet, bound - abs(bound) / 2), tuple(dict.fromkeys((just, far)))


def _down(quiet: Sequence[float], firing: Sequence[float]) -> tuple[float, tuple[float, ...]]:
    """Twice what is too little; a tenth too little, and half of that."""
    bound = quiet[0] or firing[0]
    just = _nearest(firing, bound - abs(bound) * 0.1)
    far = _nearest(firing, just - abs(just) / 2)
    return _nearest(quiet, bound + abs(bound)), tuple(dict.fromkeys((just, far)))


def _nearest(levels: Sequence[float], wanted: float) -> float:
    return min(levels, key=lambda level: abs(level - wanted))


class _Stage:
    """One alert and what it reads."""

    def __init__(
        self,
        groups: Sequence[RuleGroup],
        alert: AlertingRule,
        step_ms: int,
        semantics: Semantics,
    ) -> None:
        self.rules = Judged(only(groups, [alert]))
        self._step_ms = step_ms
        self._turn_ms = turn_ms(self.rules.groups, step_ms)
        self._semantics = semantics
        self._reach_ms = self.rules.rules.reach_ms(expression_of(alert))
        self._waits_ms = alert.for_ms + alert.keep_firing_for_ms

    @property
    def _hold_ms(self) -> int:
        """So long at one level, nothing is left of the one before."""
        return self._whole(self._reach_ms + self._waits_ms + _SETTLED_MS)

    def _whole(self, ms: int) -> int:
        return -(-ms // self._turn_ms) * self._turn_ms

    def fires_at(self, quantity: Quantity) -> list[bool]:
        """Whether it fires when it has stood at each level."""
        hold, count = self._hold_ms, len(quantity.levels)
        if count * hold // self._step_ms > _STEPS_AT_MOST:
            raise NoLevel("its windows are too long to try levels")
        times = self._times(hold * count)
        place = np.minimum(times // hold, count - 1)
        (replayed,) = self._replayed(quantity, np.array(quantity.levels)[place], times)
        ends = [START_MS + (place + 1) * hold - self._turn_ms for place in range(count)]
        return [any(span.meets(end, end + 1) for span in replayed.firing) for end in ends]

    def played(self, quantity: Quantity, healthy: float, bad: float) -> tuple[Detected, ...]:
        """A while at a bad level, of each length; the last goes on."""
        return tuple(self._play(quantity, healthy, bad, lasts) for lasts in (*LASTS_MS, None))

    def _play(self, quantity: Quantity, healthy: float, bad: float, lasts: int | None) -> Detected:
        start = self._hold_ms
        length = self._hold_ms if lasts is None else lasts
        after = 0 if lasts is None else self._hold_ms
        scenario = Scenario(1.0, start, length, start + length + after)
        times = self._times(scenario.length_ms)
        is_bad = (times >= start) & (times < start + length)
        (replayed,) = self._replayed(quantity, np.where(is_bad, bad, healthy), times)
        return detected(replayed, scenario)

    def _times(self, length_ms: int) -> Ints:
        every = scrape_for(self._reach_ms)
        return every * np.arange(length_ms // every + 1, dtype=np.int64)

    def _replayed(self, quantity: Quantity, levels: Floats, times: Ints) -> tuple[Replayed, ...]:
        store = quantity.store(levels, times)
        window = Window(START_MS, START_MS + int(times[-1]), self._step_ms)
        return replayed_over(self.rules, store, window, self._semantics)[1]


def all_levels(
    groups: Sequence[RuleGroup],
    alerts: Sequence[AlertingRule],
    step_ms: int = MINUTE_MS,
    semantics: Semantics = DEFAULT,
) -> tuple[tuple[Levels, ...], tuple[tuple[AlertingRule, str], ...]]:
    """The levels of each alert, and the alerts without, each with why."""
    found: list[Levels] = []
    without: list[tuple[AlertingRule, str]] = []
    for alert in alerts:
        try:
            found.append(levels_of(groups, alert, step_ms, semantics))
        except NoLevel as reason:
            without.append((alert, str(reason)))
    return tuple(found), tuple(without)
