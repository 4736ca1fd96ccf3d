"""What rules without a history can be told: a detection table for each signal, and what is wrong
with the rules whatever happens."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from opsready.alerting.groups import AlertingRule, RuleGroup, expression_of
from opsready.backtest.promise import Kept, Promise, kept
from opsready.backtest.replays import LeftOut, judged
from opsready.backtest.ruleset import RuleSet
from opsready.backtest.severity import pages
from opsready.backtest.synthetic.counted import Signal, bare, signals_of
from opsready.backtest.synthetic.levels import Levels, all_levels
from opsready.backtest.synthetic.play import LONG_MS, Played, Theatre
from opsready.backtest.synthetic.world import (
    DAILY,
    DAY_MS,
    HOUR_MS,
    LOW,
    MINUTE_MS,
    STEADY,
    Scenario,
    Traffic,
    deployed_daily,
    healthy,
)
from opsready.promql.literals import format_duration
from opsready.promql.printer import print_expr
from opsready.promql.semantics import DEFAULT, Semantics

SHARES = (1.0, 0.15, 0.05, 0.02, 0.01, 0.005)
"""Those of the time-to-fire figures after the SRE Workbook, chapter 5."""
DURATIONS_MS: tuple[int | None, ...] = (10 * MINUTE_MS, HOUR_MS, None)
_USUAL_OF_BUDGET = 0.5
"""A service that spends half of its budget all the time keeps its promise."""
_COLD_MS = HOUR_MS


@dataclass(frozen=True)
class Quiet:
    """Time in which nothing is wrong, and which alerts fired all the same."""

    traffic: Traffic
    usual_share: float
    days: float
    fired: tuple[tuple[str, bool, int], ...]
    """Name, whether it pages, how often."""


@dataclass(frozen=True)
class Warned:
    """What is wrong with an alert, whatever happens."""

    alert: AlertingRule
    kind: str
    why: str


@dataclass(frozen=True)
class Table:
    """One signal: how soon a share of errors is noticed, and how quiet it is without."""

    signal: Signal
    budget: float | None
    rows: tuple[Played, ...]
    quiet: tuple[Quiet, ...]
    warned: tuple[Warned, ...]

    @property
    def outage(self) -> Played:
        """All events are bad, until somebody comes."""
        return next(
            row for row in self.rows if row.scenario.bad_share == 1 and is_endless(row.scenario)
        )


def is_endless(scenario: Scenario) -> bool:
    """Whether the bad time lasts to the end of what was played."""
    return scenario.from_ms + scenario.duration_ms >= scenario.length_ms


@dataclass(frozen=True)
class Synthetic:
    """All signals and levels of the rules, and the alerts that none was found for."""

    tables: tuple[Table, ...]
    levels: tuple[Levels, ...]
    not_played: tuple[tuple[AlertingRule, str], ...]
    left_out: tuple[LeftOut, ...]
    warned: tuple[Warned, ...]
    kept: tuple[Kept, ...] = ()

    @property
    def all_warned(self) -> tuple[Warned, ...]:
        """Of all alerts."""
        return (*self.warned, *(one for table in self.tables for one in table.warned))

    @cached_property
    def figures(self) -> Mapping[str, float | None]:
        """What promises are about: an outage of each signal, and pages while all is well."""
        firsts = [table.outage.first_page for table in self.tables]
        quiet = [one for table in self.tables for one in table.quiet if one.traffic != LOW]
        paged = sum(count for one in quiet for _, wakes, count in one.fired if wakes)
        days = sum(one.days for one in quiet)
        missed = sum(one is None for one in firsts)
        return {
            "detection": _worst([None if one is None else one.after_ms for one in firsts]),
            "budget": _worst([table.outage.burnt for table in self.tables]),
            "recall": 1 - missed / len(firsts) if firsts else None,
            "missed": missed,
            "pages": paged,
            "pages/week": paged * 7 / days if days else None,
        }


def _worst(figures: Sequence[float | None]) -> float | None:
    """The highest; None where one is not known."""
    known = [figure for figure in figures if figure is not None]
    return max(known, default=None) if len(known) == len(figures) else None


def synthetic(
    groups: Sequence[RuleGroup],
    *,
    step_ms: int = MINUTE_MS,
    retention_ms: int = 15 * DAY_MS,
    window_ms: int = 30 * DAY_MS,
    promises: tuple[Promise, ...] = (),
    semantics: Semantics = DEFAULT,
    with_levels: bool = True,
) -> Synthetic:
    """Plays every signal of the rules, and every level; `retention_ms` is how far back the server
    can read."""
    rules = judged(groups, semantics)
    signals = signals_of(rules.groups)
    tables = tuple(
        _table(Theatre(rules.groups, signal, step_ms, semantics), window_ms)
        for signal in signals.found
    )
    named = rules.rules
    warned = tuple(one for alert in named.alerts for one in _warned(named, alert, retention_ms))
    found = Synthetic(tables, (), signals.left_out, rules.left_out, warned)
    if with_levels:
        rest = [alert for alert, _ in signals.left_out]
        levels, not_played = all_levels(rules.groups, rest, step_ms, semantics)
        found = replace(found, levels=levels, not_played=not_played)
    return replace(found, kept=kept(promises, found.figures))


def _table(theatre: Theatre, window_ms: int) -> Table:
    stages = _stages(theatre)
    rows = tuple(
        _together([stage.play(share, duration, window_ms=window_ms) for stage in stages])
        for share in SHARES
        for duration in DURATIONS_MS
        if duration is None or share >= SHARES[2]
    )
    quiet = tuple(one for stage in stages for one in _quiet(stage))
    table = Table(theatre.signal, theatre.budget, rows, quiet, ())
    return replace(table, warned=(*_unreachable(theatre, table), *_early_tickets(theatre)))


def _together(played: Sequence[Played]) -> Played:
    """One scenario, played to its end for those that look back days, and for those that look back
    weeks: the first of all pages burns the budget, and the short world has it."""
    first, *others = played
    more = tuple(detected for other in others for detected in other.detected)
    burnt = first.burnt if first.burnt is not None else _first_known([o.burnt for o in others])
    return replace(first, detected=(*first.detected, *more), burnt=burnt)


def _first_known(figures: Sequence[float | None]) -> float | None:
    return next((figure for figure in figures if figure is not None), None)


def quiet_times(
    groups: Sequence[RuleGroup], semantics: Semantics = DEFAULT
) -> tuple[tuple[Signal, Quiet], ...]:
    """What fires on each signal while nothing is wrong; low traffic aside, of which one failure
    is a tenth."""
    rules = judged(groups, semantics)
    return tuple(
        (signal, quiet)
        for signal in signals_of(rules.groups).found
        for stage in _stages(Theatre(rules.groups, signal, semantics=semantics))
        for quiet in _quiet(stage)
        if quiet.traffic != LOW
    )


def _stages(theatre: Theatre) -> list[Theatre]:
    """Alerts over days, and alerts over weeks, such as of a spent budget, whose worlds are long."""
    alerts = theatre.signal.alerts
    brief = [alert for alert in alerts if theatre.rules.reach_of(alert) <= LONG_MS]
    long = [alert for alert in alerts if alert not in brief]
    return [theatre.of(some) for some in (brief, long) if some]


def _quiet(theatre: Theatre) -> Iterator[Quiet]:
    share = (theatre.budget or 0.0) * _USUAL_OF_BUDGET
    length = -(-max(theatre.reach_ms, DAY_MS) // DAY_MS) * DAY_MS + DAY_MS
    for traffic in (STEADY, deployed_daily(DAILY, length)):
        yield _watched(theatre, healthy(length, share, traffic))
    yield _watched(theatre, _one_failure(length))


def _one_failure(length_ms: int) -> Scenario:
    """Ten requests an hour, one of which fails, once."""
    between = round(1000 / LOW.a_second)
    return Scenario(1.0, length_ms - DAY_MS // 2, between, length_ms, LOW)


def _watched(theatre: Theatre, scenario: Scenario) -> Quiet:
    replayed = theatre.quiet(scenario)
    fired = tuple((one.alert, one.pages, len(one.firing)) for one in replayed if one.firing)
    days = scenario.length_ms / DAY_MS
    return Quiet(scenario.traffic, scenario.usual_share, days, fired)


def _unreachable(theatre: Theatre, table: Table) -> Iterator[Warned]:
    """What reads more than the events may wait for that: it is not said to be out of reach."""
    outage, signal = table.outage, table.signal
    for alert in signal.alerts:
        detected = outage.of(alert.name)
        if detected is None or detected.after_ms is not None:
            continue
        leaves = theatre.rules.leaves_of(alert)
        others = [print_expr(bare(leaf)) for leaf in leaves if not signal.has(leaf)]
        if others:
            why = f"does not fire, and reads {', '.join(others)} too, of which nothing is made"
            yield Warned(alert, "not shown", why)
        else:
            why = "never fires, though all events are bad for longer than its windows"
            yield Warned(alert, "unreachable", why)


def _early_tickets(theatre: Theatre) -> Iterator[Warned]:
    """A server that has just started has an hour of samples: all long windows hold the same."""
    if theatre.reach_ms <= _COLD_MS:
        return
    played = theatre.play(1.0, HOUR_MS, warm_ms=_COLD_MS)
    first = played.first_page
    for alert in theatre.signal.alerts:
        detected = played.of(alert.name)
        if detected is None or detected.pages or detected.after_ms is None or first is None:
            continue
        if first.after_ms is not None and detected.after_ms < first.after_ms:
            waits = format_duration(first.after_ms - detected.after_ms)
            why = (
                f"fires {waits} before {first.alert} when the server has only an hour of samples:"
                " its long window holds no more than the short one"
            )
            yield Warned(alert, "ticket before page", why)


def _warned(rules: RuleSet, alert: AlertingRule, retention_ms: int) -> Iterator[Warned]:
    expr = expression_of(alert)
    reach = rules.reach_ms(expr)
    if reach > retention_ms:
        kept_for = format_duration(retention_ms)
        why = f"reads {format_duration(reach)} back, and samples are kept {kept_for}"
        yield Warned(alert, "beyond retention", why)
    windows = sorted(window for window in rules.windows_ms(expr) if window)
    if windows and alert.for_ms > windows[0] and pages(alert.labels):
        waits, short = format_duration(alert.for_ms), format_duration(windows[0])
        why = (
            f"waits {waits}, longer than its window of {short}: an incident is over before it fires"
        )
        yield Warned(alert, "for longer than window", why)
