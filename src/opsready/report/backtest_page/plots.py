"""What the page draws: the values that an alert compares, thinned to what a screen can show."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from opsready.alerting.groups import AlertingRule
from opsready.backtest.backtest import Backtest
from opsready.backtest.past import Past
from opsready.backtest.replayed import Replayed
from opsready.backtest.replays import Window
from opsready.backtest.ruleset import RuleSet, parsed
from opsready.backtest.server.access import ServerFailed
from opsready.backtest.server.query import Query
from opsready.backtest.threshold import Threshold, thresholds
from opsready.promql import PromQLError
from opsready.promql.arrays import Bools, Floats, Grid, Ints
from opsready.promql.labels import write_series
from opsready.promql.printer import print_expr

POINTS_AT_MOST = 4_000
"""The lowest and the highest of each pixel of a wide screen, twice over."""
POINTS_OF_A_PAGE = 300_000
"""Some megabytes: with many alerts each line has fewer."""
POINTS_AT_LEAST = 600
_SERIES_AT_MOST = 6
_ALERTS_AT_MOST = 30


@dataclass(frozen=True)
class Line:
    """One series: times in seconds and values, None where there is a gap."""

    name: str
    times: tuple[float, ...]
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Plot:
    """One comparison of an alert's condition."""

    expr: str
    op: str
    bound: float
    lines: tuple[Line, ...]
    left_out: int


Drawn = tuple[Replayed, tuple[Plot, ...]]
"""An alert, and what is drawn of it."""


def plots_of(found: Backtest, past: Past) -> tuple[Drawn, ...]:
    """The comparisons of each alert: of those that fired most, these first."""
    window = found.window
    shown = [one.replayed for one in found.noise][:_ALERTS_AT_MOST]
    drawn = tuple((one, tuple(_plots(one, past, window.from_ms, window.to_ms))) for one in shown)
    points = sum(len(line.times) for _, each in drawn for plot in each for line in plot.lines)
    if points <= POINTS_OF_A_PAGE:
        return drawn
    most = max(POINTS_AT_LEAST, POINTS_AT_MOST * POINTS_OF_A_PAGE // points)
    return tuple((one, tuple(_thinner(plot, most) for plot in each)) for one, each in drawn)


def _thinner(plot: Plot, most: int) -> Plot:
    return replace(plot, lines=tuple(_thinner_line(line, most) for line in plot.lines))


def _thinner_line(line: Line, most: int) -> Line:
    values = np.array([np.nan if value is None else value for value in line.values])
    kept = thinned(np.nan_to_num(values), ~np.isnan(values), most).tolist()
    times = tuple(line.times[place] for place in kept)
    return Line(line.name, times, tuple(line.values[place] for place in kept))


def queries_of_plots(rules: RuleSet, window: Window) -> Iterator[Query]:
    """What a server would be asked for the pictures."""
    for group in rules.groups:
        grid = Grid.between(window.from_ms, window.to_ms, group.interval_ms or window.step_ms)
        for rule in group.rules:
            expr = parsed(rule)
            if isinstance(rule, AlertingRule) and expr is not None:
                for threshold in thresholds(expr):
                    yield Query(print_expr(threshold.value), grid, f"{rule.name} (picture)")


def _plots(replayed: Replayed, past: Past, from_ms: int, to_ms: int) -> Iterator[Plot]:
    expr = parsed(replayed.rule)
    grid = Grid.between(from_ms, to_ms, replayed.step_ms)
    for threshold in () if expr is None else thresholds(expr):
        try:
            yield _plot(threshold, past, grid)
        except (PromQLError, ServerFailed):
            continue  # the rule itself was evaluated; that a part of it is not shown hides nothing


def _plot(threshold: Threshold, past: Past, grid: Grid) -> Plot:
    text = print_expr(threshold.value)
    vector = past.vector(text, grid)
    highest = np.where(vector.present, vector.values, -np.inf).max(axis=1, initial=-np.inf)
    order = np.argsort(-highest if threshold.op in (">", ">=") else highest, kind="stable")
    lines = tuple(
        _line(write_series(vector.labels[row]), grid.times, vector.values[row], vector.present[row])
        for row in order[:_SERIES_AT_MOST].tolist()
    )
    left_out = max(0, len(vector.labels) - _SERIES_AT_MOST)
    return Plot(text, threshold.op, threshold.bound, lines, left_out)


def _line(name: str, times: Ints, values: Floats, present: Bools) -> Line:
    there = present & np.isfinite(values)
    chosen = thinned(values, there, POINTS_AT_MOST)
    shown = [
        float(f"{value:.6g}") if ok else None
        for value, ok in zip(values[chosen].tolist(), there[chosen].tolist(), strict=True)
    ]
    return Line(name, tuple((times[chosen] / 1000).tolist()), tuple(shown))


def thinned(values: Floats, there: Bools, most: int) -> Ints:
    """Which points are kept: of each stretch its lowest and its highest, and one where there is a
    gap, so that no spike and no gap is lost."""
    count = int(values.size)
    if count <= most:
        return np.arange(count)
    edges = np.linspace(0, count, most // 3 + 1).astype(np.int64)
    low = np.where(there, values, np.inf)
    high = np.where(there, values, -np.inf)
    kept: set[int] = set()
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        kept |= {start + int(low[start:end].argmin()), start + int(high[start:end].argmax())}
        gaps = ~there[start:end]
        if gaps.any():
            kept.add(start + int(gaps.argmax()))
    return np.array(sorted(kept), dtype=np.int64)
