"""Rules played over made traffic: when each alert fires, how long it goes on, what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from opsready.alerting.groups import AlertingRule, RuleGroup, expression_of
from opsready.backtest.replayed import Replayed
from opsready.backtest.replays import Judged, Window, replayed_over
from opsready.backtest.ruleset import RuleSet
from opsready.backtest.severity import pages
from opsready.backtest.spans import Span
from opsready.backtest.synthetic.counted import Signal, budget_of
from opsready.backtest.synthetic.world import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    SCRAPE_MS,
    START_MS,
    STEADY,
    Scenario,
    Traffic,
    World,
)
from opsready.promql.semantics import DEFAULT, Semantics

LONG_MS = 4 * DAY_MS
"""Longer than the longest window of the SRE Workbook's tiers, three days."""
_SETTLED_MS = 10 * MINUTE_MS
"""Beside the windows themselves: scrapes, evaluations and lookback."""


@dataclass(frozen=True)
class Detected:
    """When one alert first fired, counted from the begin of the bad time, and how long it went on
    after its end; None where it did not, or not within what was played."""

    alert: str
    pages: bool
    after_ms: int | None
    reset_ms: int | None = None


@dataclass(frozen=True)
class Played:
    """One scenario, with what came of each alert; `burnt` is the share of the budget that was gone
    at the first page."""

    scenario: Scenario
    detected: tuple[Detected, ...]
    burnt: float | None = None

    @property
    def first_page(self) -> Detected | None:
        """What woke somebody first."""
        paging = [one for one in self.detected if one.pages and one.after_ms is not None]
        return min(paging, key=lambda one: (one.after_ms or 0, one.alert), default=None)

    @property
    def reset_ms(self) -> int | None:
        """How long pages went on; None where none came, or the last goes on."""
        resets = [one.reset_ms for one in self.detected if one.pages and one.after_ms is not None]
        known = [reset for reset in resets if reset is not None]
        return max(known) if known and len(known) == len(resets) else None

    def of(self, alert: str) -> Detected | None:
        """What one alert did."""
        return next((one for one in self.detected if one.alert == alert), None)


class Theatre:
    """The rules of one signal, ready to be played."""

    def __init__(
        self,
        groups: Sequence[RuleGroup],
        signal: Signal,
        step_ms: int = MINUTE_MS,
        semantics: Semantics = DEFAULT,
    ) -> None:
        self.signal = signal
        self.step_ms = step_ms
        self._semantics = semantics
        self._rules = only(groups, signal.alerts)

    def of(self, alerts: Sequence[AlertingRule]) -> "Theatre":
        """The same with some of its alerts."""
        signal = replace(self.signal, alerts=tuple(alerts))
        return Theatre(self._rules, signal, self.step_ms, self._semantics)

    @cached_property
    def rules(self) -> RuleSet:
        """Its alerts, and what they read."""
        return RuleSet(self._rules)

    @cached_property
    def reach_ms(self) -> int:
        """The longest window that an alert hangs on."""
        return max(self.rules.reach_ms(expression_of(alert)) for alert in self.signal.alerts)

    @cached_property
    def _page_reach_ms(self) -> int:
        """How long after an incident pages may go on; tickets are not waited for."""
        paging = [one for one in self.signal.alerts if pages(one.labels)] or self.signal.alerts
        return max(self.rules.reach_ms(expression_of(alert)) for alert in paging)

    @cached_property
    def budget(self) -> float | None:
        """The error budget, where a threshold shows it."""
        found = (budget_of(self.rules, alert) for alert in self.signal.alerts)
        return next((one for one in found if one is not None), None)

    @cached_property
    def part_is_bad(self) -> bool:
        """Whether the part that the rules count are the bad events: else they would fire while
        all is well."""
        alarms = [
            sum(bool(one.firing) for one in self._quietly(part_is_bad=part_is_bad))
            for part_is_bad in (True, False)
        ]
        return alarms[0] <= alarms[1]

    def play(
        self,
        share: float,
        duration_ms: int | None = None,
        *,
        traffic: Traffic = STEADY,
        usual_share: float = 0.0,
        window_ms: int = 30 * 24 * HOUR_MS,
        warm_ms: int | None = None,
    ) -> Played:
        """A share of events goes bad for a while, or for as long as any window is. `warm_ms` is how
        much was recorded before: enough for all windows where it is not said."""
        lasts = self.reach_ms + self._waits_ms + HOUR_MS if duration_ms is None else duration_ms
        warm = self.reach_ms + _SETTLED_MS if warm_ms is None else warm_ms
        from_ms = -(-warm // self._turn_ms) * self._turn_ms
        after = 0 if duration_ms is None else self._page_reach_ms + self._waits_ms + _SETTLED_MS
        length = from_ms + lasts + after
        scenario = Scenario(
            share, from_ms, lasts, length, traffic, usual_share, scrape_for(self.reach_ms)
        )
        replayed = self._replayed(scenario, part_is_bad=self.part_is_bad)
        played = Played(scenario, tuple(detected(one, scenario) for one in replayed))
        first = played.first_page
        if first is None or first.after_ms is None or self.budget is None:
            return played
        burnt = _burnt(World(scenario, self.part_is_bad), first.after_ms, window_ms, self.budget)
        return replace(played, burnt=burnt)

    def quiet(self, scenario: Scenario) -> tuple[Replayed, ...]:
        """What fires in a scenario in which nothing is wrong."""
        return self._replayed(scenario, part_is_bad=self.part_is_bad)

    def _quietly(self, *, part_is_bad: bool) -> tuple[Replayed, ...]:
        length = self.reach_ms + self._waits_ms + HOUR_MS
        return self._replayed(Scenario(0, length, 0, length), part_is_bad=part_is_bad)

    def _replayed(self, scenario: Scenario, *, part_is_bad: bool) -> tuple[Replayed, ...]:
        store = World(scenario, part_is_bad).store(self.signal)
        window = Window(START_MS, START_MS + scenario.length_ms, self.step_ms)
        judged = Judged(self._rules)
        return replayed_over(judged, store, window, self._semantics)[1]

    @property
    def _waits_ms(self) -> int:
        return max(alert.for_ms + alert.keep_firing_for_ms for alert in self.signal.alerts)

    @property
    def _turn_ms(self) -> int:
        return turn_ms(self._rules, self.step_ms)


def turn_ms(groups: Sequence[RuleGroup], step_ms: int) -> int:
    """Of which the begin is a multiple, so that every group is evaluated then."""
    return int(np.lcm.reduce([step_ms, *(group.interval_ms or step_ms for group in groups)]))


def scrape_for(reach_ms: int) -> int:
    """Four times a minute; over windows of weeks once, which changes nothing that is seen."""
    return SCRAPE_MS if reach_ms <= LONG_MS else MINUTE_MS


def only(groups: Sequence[RuleGroup], alerts: Sequence[AlertingRule]) -> tuple[RuleGroup, ...]:
    """The groups with these alerts alone, and what they read."""
    mine = set(map(id, alerts))
    chosen = [
        replace(
            group,
            rules=tuple(
                rule
                for rule in group.rules
                if not isinstance(rule, AlertingRule) or id(rule) in mine
            ),
        )
        for group in groups
    ]
    return RuleSet(chosen).needed()


def detected(replayed: Replayed, scenario: Scenario) -> Detected:
    """What one alert did in a scenario."""
    spans = [span for span in replayed.firing if span.end_ms > scenario.start_ms]
    if not spans:
        return Detected(replayed.alert, replayed.pages, None)
    after = max(0, spans[0].start_ms - scenario.start_ms)
    return Detected(replayed.alert, replayed.pages, after, _reset(spans[-1], scenario))


def _reset(last: Span, scenario: Scenario) -> int | None:
    return None if last.open else max(0, last.end_ms - scenario.end_ms)


def _burnt(world: World, after_ms: int, window_ms: int, budget: float) -> float | None:
    """Bad events from the begin to the page, of those that the window allows."""
    start = int(np.searchsorted(world.times, world.scenario.from_ms))
    until = int(np.searchsorted(world.times, world.scenario.from_ms + after_ms))
    bad = int(world.bad[until] - world.bad[start])
    total = int(world.all_of_them[-1])
    allowed = total / world.scenario.length_ms * window_ms * budget
    return bad / allowed if allowed else None
