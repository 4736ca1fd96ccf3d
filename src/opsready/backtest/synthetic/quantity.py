"""What alerts on a level read: gauges, counters, ages and latencies, made so that one level moves
them all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import numpy as np

from opsready.alerting.groups import AlertingRule, expression_of
from opsready.backtest.ruleset import RuleSet
from opsready.backtest.synthetic.counted import bare, labels_passing
from opsready.backtest.synthetic.world import START_MS
from opsready.backtest.threshold import thresholds
from opsready.promql.arrays import STALE_VALUE, Floats, Ints
from opsready.promql.labels import Labels, without
from opsready.promql.nodes import Call, Matcher, Selector, walk
from opsready.promql.printer import print_expr
from opsready.promql.series import Series, Store
from opsready.promql.uses import selectors

Kind = Literal["gauge", "counter", "age", "slope", "changes", "resets"]

ABSENT = float("nan")
"""The level at which there is no series at all."""
_RATES = frozenset({"rate", "irate", "increase"})
_SLOPES = frozenset({"deriv", "delta", "idelta", "predict_linear"})
_EVENTS = frozenset({"changes", "resets"})
_QUANTILE = "histogram_quantile"
_STEADY = (100.0, 1.0, 0.0)
"""What is read beside stands at one of these; as a hundred, what varies reads as a percentage."""
_TIMES = (0.0, 0.5, 0.9, 1.0, 1.1, 2.0, 10.0)
"""Around a bound: well within, just within, just beyond, far beyond."""
_SLOW = (0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.15, 0.5, 1.0)
_ABOUT_STEADY = _EVENTS | {"slope"}
"""Kinds whose values lie about where they stand while nothing happens."""
_EVENTS_A_SECOND = 50.0
_SERIES_AT_MOST = 4


@dataclass(frozen=True)
class Made:
    """One series: its level is `steady`, and `moves` for each unit of what varies. Counters grow
    by their level a second, ages are how long ago a time was, slopes what changes a second; others
    change, or start anew, so often a second."""

    labels: Labels
    kind: Kind
    steady: float
    moves: float = 0.0

    def series(self, levels: Floats, times: Ints) -> Series:
        """Its samples; where it varies and the level is `ABSENT` there is none, but the mark that
        it has ended."""
        seconds = np.diff(times, prepend=times[0]) / 1000
        there = ~np.isnan(levels) if self.moves else np.ones(times.size, dtype=np.bool_)
        moved = self.moves * np.nan_to_num(levels)
        match self.kind:
            case "gauge":
                values = self.steady + moved
            case "counter":
                values = np.cumsum((self.steady + moved) * seconds)
            case "age":
                values = (START_MS + times) / 1000 - self.steady - moved
            case "changes" | "resets":
                steps = np.floor(np.cumsum(moved * seconds))
                values = self.steady + (steps if self.kind == "changes" else -steps)
            case "slope":
                values = self.steady + moved * _since_it_changed(levels, times)
        ended = ~there & np.concatenate([[False], there[:-1]])
        values = np.where(ended, STALE_VALUE, values)
        kept = there | ended
        return Series.of(self.labels, START_MS + times[kept], values[kept])


def _since_it_changed(levels: Floats, times: Ints) -> Floats:
    changed = np.concatenate([[True], levels[1:] != levels[:-1]])
    return np.asarray(
        (times - times[np.maximum.accumulate(np.where(changed, np.arange(times.size), 0))]) / 1000
    )


@dataclass(frozen=True)
class Quantity:
    """The series that one alert reads, and the levels that may turn it; the last is absence."""

    made: tuple[Made, ...]
    written: str
    levels: tuple[float, ...]
    is_share: bool = False

    def store(self, levels: Floats, times: Ints) -> Store:
        """All series, at a level for each time."""
        return Store([one.series(levels, times) for one in self.made])


@dataclass(frozen=True)
class _Read:
    """A selector of an alert, and what its values go through."""

    selector: Selector
    functions: frozenset[str]
    window_s: float
    is_aged: bool
    shared: tuple[Matcher, ...] = ()

    @property
    def is_bucket(self) -> bool:
        return _QUANTILE in self.functions

    @property
    def kind(self) -> Kind:
        if self.functions & _RATES:
            return "counter"
        if self.functions & _SLOPES:
            return "slope"
        if event := self.functions & _EVENTS:
            return "changes" if "changes" in event else "resets"
        return "age" if self.is_aged else "gauge"

    @property
    def labels(self) -> Labels | None:
        """With those that others ask for, where they may be: what is compared must match."""
        name, own = self.selector.name, self.selector.matchers
        mine = {matcher.label for matcher in own}
        others = tuple(one for one in self.shared if one.label not in mine)
        return labels_passing(name, (*own, *others))


def quantities(rules: RuleSet, alert: AlertingRule) -> Iterator[Quantity]:
    """What could be made for an alert, the likely first; each of its metrics may be what varies."""
    expressions = list(rules.below(expression_of(alert)))
    bounds = sorted({abs(one.bound) for expr in expressions for one in thresholds(expr)})
    reads = _reads(rules, alert)
    if len(reads) > _SERIES_AT_MOST:
        return
    alone = [replace(read, shared=()) for read in reads]
    for steady, every in product(_STEADY, [reads, alone] if alone != reads else [reads]):
        for varied in every if steady == _STEADY[0] or len(reads) > 1 else ():
            found = _quantity(every, varied, steady, bounds)
            if found is not None:
                yield found


def _reads(rules: RuleSet, alert: AlertingRule) -> list[_Read]:
    """What it selects, each once; with what the others ask for of labels, where that is more."""
    found: dict[Selector, _Read] = {}
    for expr in rules.below(expression_of(alert)):
        aged = any(isinstance(node, Call) and node.function == "time" for node in walk(expr))
        for use in selectors(expr):
            one = bare(use.selector)
            if rules.meant(use.selector):
                continue
            functions = frozenset(use.functions)
            known = found.get(one)
            if known is not None:
                functions |= known.functions
            is_aged = aged and use.window_ms is None
            found[one] = _Read(one, functions, use.reach_ms / 1000, is_aged)
    equal = tuple(dict.fromkeys(m for one in found for m in one.matchers if m.op == "="))
    return [replace(read, shared=equal if len(found) > 1 else ()) for read in found.values()]


def _quantity(
    reads: Sequence[_Read], varied: _Read, steady: float, bounds: Sequence[float]
) -> Quantity | None:
    made: list[Made] = []
    for read in reads:
        labels = read.labels
        if labels is None:
            return None
        moves = 1.0 if read is varied else 0.0
        if read.is_bucket:
            made += _buckets(labels, bounds, _EVENTS_A_SECOND * moves)
        else:
            is_base = read is varied and read.kind not in _ABOUT_STEADY
            made.append(Made(labels, read.kind, 0.0 if is_base else steady, moves))
    name = print_expr(varied.selector)
    if varied.is_bucket:
        return Quantity(tuple(made), f"share of slow events in {name}", _SLOW, is_share=True)
    return Quantity(tuple(made), _written(varied, name), _levels(varied, steady, bounds))


def _written(varied: _Read, name: str) -> str:
    said: Mapping[Kind, str] = {
        "gauge": name,
        "counter": f"{name} a second",
        "age": f"seconds since {name}",
        "slope": f"change of {name} a second",
        "changes": f"changes of {name} a second",
        "resets": f"resets of {name} a second",
    }
    return said[varied.kind]


def _levels(varied: _Read, steady: float, bounds: Sequence[float]) -> tuple[float, ...]:
    units = {1.0, steady, *bounds, *(bound * steady for bound in bounds)}
    units |= {abs(whole - bound) for whole in (1.0, steady) for bound in bounds}
    if varied.window_s:
        units |= {unit / varied.window_s for unit in units}
    found = {float(f"{unit * times:.12g}") for unit in units for times in _TIMES}
    if varied.kind in ("age", "slope"):
        found |= {-level for level in found}
    return (*sorted(found), ABSENT)


def _buckets(labels: Labels, bounds: Sequence[float], moved: float) -> Iterator[Made]:
    """Events that take a little, of which a share takes long: less than, and more than, any bound,
    in seconds or in thousandths of them."""
    top = max(bounds, default=1.0) or 1.0
    low = min((bound for bound in bounds if bound), default=1.0)
    plain = dict(without(labels, frozenset({"le"})))
    edges = (low / 4000, low / 2000, *sorted({*bounds, *(one / 1000 for one in bounds)}))
    for edge in (*edges, top * 2, top * 4, float("inf")):
        counts = _EVENTS_A_SECOND if edge > edges[0] else 0.0
        le = "+Inf" if edge == float("inf") else repr(edge)
        is_fast = counts > 0 and edge <= top * 2
        yield Made(
            tuple(sorted({**plain, "le": le}.items())),
            "counter",
            counts,
            -moved if is_fast else 0.0,
        )
