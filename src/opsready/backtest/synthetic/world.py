"""Made traffic: counters of events and of the bad ones among them, over days."""

from dataclasses import dataclass, field, replace

import numpy as np

from opsready.backtest.synthetic.counted import Signal
from opsready.promql.arrays import Bools, Floats, Ints
from opsready.promql.series import Series, Store

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
SCRAPE_MS = 15_000
START_MS = 1_767_571_200_000
"""2026-01-05, a Monday, at midnight UTC: rules may ask for the hour or the day."""


@dataclass(frozen=True)
class Traffic:
    """How many events come, and what happens to their counters. `swing` is how far the rate rises
    by day and falls by night; at `resets_ms` the service starts anew; in `gaps_ms` nothing is
    scraped."""

    name: str
    a_second: float
    swing: float = 0.0
    resets_ms: tuple[int, ...] = ()
    gaps_ms: tuple[tuple[int, int], ...] = ()


STEADY = Traffic("steady", 50.0)
DAILY = Traffic("day and night", 50.0, swing=0.9)
LOW = Traffic("10 an hour", 10 / 3600)
"""The low traffic of the SRE Workbook, chapter 5."""


@dataclass(frozen=True)
class Scenario:
    """A share of events goes bad from `from_ms` on, for a while; `usual_share` is bad always."""

    bad_share: float
    from_ms: int
    duration_ms: int
    length_ms: int
    traffic: Traffic = STEADY
    usual_share: float = 0.0
    scrape_ms: int = SCRAPE_MS

    @property
    def start_ms(self) -> int:
        """When it begins to go bad, on the clock of the world."""
        return START_MS + self.from_ms

    @property
    def end_ms(self) -> int:
        """When it is good again."""
        return self.start_ms + self.duration_ms


@dataclass(frozen=True, eq=False)
class World:
    """One scenario as series, in which the part of a signal is the bad or the good events."""

    scenario: Scenario
    part_is_bad: bool
    times: Ints = field(init=False)

    def __post_init__(self) -> None:
        every = self.scenario.scrape_ms
        count = self.scenario.length_ms // every + 1
        object.__setattr__(self, "times", every * np.arange(count, dtype=np.int64))

    def store(self, signal: Signal) -> Store:
        """The counters that the signal reads."""
        events = self._events()
        bad = np.minimum(events, self._events_that(events, self._shares()))
        part = bad if self.part_is_bad else events - bad
        whole = events - part if signal.apart else events
        return Store([self._counter(signal.part, part), self._counter(signal.rest, whole)])

    @property
    def bad(self) -> Ints:
        """How many bad events came up to each scrape."""
        return self._counted(self._events_that(self._events(), self._shares()))

    @property
    def all_of_them(self) -> Ints:
        """How many events came up to each scrape."""
        return self._counted(self._events())

    def _events(self) -> Floats:
        """Events between a scrape and the next."""
        traffic = self.scenario.traffic
        phase = 2 * np.pi * (self.times % DAY_MS) / DAY_MS
        rate = traffic.a_second * (1 - traffic.swing * np.cos(phase))
        return np.asarray(rate * self.scenario.scrape_ms / 1000)

    def _shares(self) -> Floats:
        scenario = self.scenario
        at = self.times
        inside = (at >= scenario.from_ms) & (at < scenario.from_ms + scenario.duration_ms)
        return np.where(inside, scenario.bad_share, scenario.usual_share)

    def _events_that(self, events: Floats, shares: Floats) -> Floats:
        return events * shares

    def _counted(self, events: Floats) -> Ints:
        """Whole events only: the first scrape has seen none."""
        total = np.concatenate([[0.0], np.cumsum(events)[:-1]])
        # A sum of decimals may end just below the whole number that is meant.
        return np.floor(total + 1e-6).astype(np.int64)

    def _counter(self, labels: tuple[tuple[str, str], ...], events: Floats) -> Series:
        values = self._counted(events).astype(np.float64)
        traffic = self.scenario.traffic
        for reset in traffic.resets_ms:
            later = self.times >= reset
            if later.any():
                values[later] -= values[int(later.argmax())]
        there = self._scraped()
        return Series.of(labels, START_MS + self.times[there], values[there])

    def _scraped(self) -> Bools:
        there = np.ones(self.times.size, dtype=np.bool_)
        for start, end in self.scenario.traffic.gaps_ms:
            there &= (self.times < start) | (self.times >= end)
        return there


def healthy(length_ms: int, share: float, traffic: Traffic) -> Scenario:
    """Nothing but the errors that are always there."""
    return Scenario(0.0, length_ms, 0, length_ms, traffic, share)


def deployed_daily(traffic: Traffic, length_ms: int) -> Traffic:
    """With a release each noon, whose counters begin anew, and ten minutes without a scrape each
    evening."""
    days = range(length_ms // DAY_MS + 1)
    return replace(
        traffic,
        name=f"{traffic.name}, a release a day, gaps",
        resets_ms=tuple(day * DAY_MS + 12 * HOUR_MS for day in days),
        gaps_ms=tuple(
            (day * DAY_MS + 20 * HOUR_MS, day * DAY_MS + 20 * HOUR_MS + 10 * MINUTE_MS)
            for day in days
        ),
    )
