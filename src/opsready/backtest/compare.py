"""Two sets of rules over one history, and a replay against what a server recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from opsready.alerting.groups import ALERT_NAME, ALERTS
from opsready.backtest.replayed import Replayed
from opsready.backtest.spans import Span, begins_among, common_ms, spans_of, total_ms
from opsready.promql.arrays import Grid
from opsready.promql.labels import Labels, value_of, without
from opsready.promql.vector import Vector

ALIKE_WITHIN = 2
"""Evaluations that two starts may lie apart: a server evaluates at times of its own."""
_OF_THE_SERIES = frozenset({"__name__", "alertstate"})


@dataclass(frozen=True)
class Change:
    """What became of one alert: how often it fired before and after, and where only one did."""

    alert: str
    state: Literal["new", "gone", "same", "changed"]
    before: tuple[Span, ...]
    after: tuple[Span, ...]
    only_before: tuple[Span, ...]
    only_after: tuple[Span, ...]


def changes(before: Sequence[Replayed], after: Sequence[Replayed]) -> tuple[Change, ...]:
    """Each alert of either, by name, those that changed first."""
    old, new = _by_name(before), _by_name(after)
    found = [_change(name, old.get(name), new.get(name)) for name in {**old, **new}]
    return tuple(sorted(found, key=lambda one: (one.state == "same", one.alert)))


def _by_name(replayed: Sequence[Replayed]) -> dict[str, tuple[list[Span], int]]:
    named: dict[str, tuple[list[Span], int]] = {}
    for one in replayed:
        spans, step = named.get(one.alert, ([], 0))
        named[one.alert] = (sorted([*spans, *one.firing], key=_start), max(step, one.step_ms))
    return named


def _start(span: Span) -> int:
    return span.start_ms


def _change(
    name: str, old: tuple[list[Span], int] | None, new: tuple[list[Span], int] | None
) -> Change:
    before, after = (old or ([], 0))[0], (new or ([], 0))[0]
    apart = ALIKE_WITHIN * max((old or ([], 0))[1], (new or ([], 0))[1])
    only_before = tuple(span for span in before if not begins_among(span, after, apart))
    only_after = tuple(span for span in after if not begins_among(span, before, apart))
    same: Literal["same", "changed"] = "changed" if only_before or only_after else "same"
    state: Literal["new", "gone", "same", "changed"] = (
        "new" if old is None else "gone" if new is None else same
    )
    return Change(name, state, tuple(before), tuple(after), only_before, only_after)


@dataclass(frozen=True)
class Fidelity:
    """How far a replay agrees with the recorded `ALERTS`: firings alike are those of the same
    labels that start within two evaluations; `agreed` is of the time that either fires."""

    alike: int
    only_recorded: tuple[tuple[str, Span], ...]
    only_replayed: tuple[tuple[str, Span], ...]
    agreed: float | None

    @property
    def share(self) -> float | None:
        """Of all firings those that are alike; None where neither fired."""
        total = self.alike + len(self.only_recorded) + len(self.only_replayed)
        return self.alike / total if total else None


RECORDED = f'{ALERTS}{{alertstate="firing"}}'
"""What a server recorded of firing alerts."""


def fidelity(replayed: Sequence[Replayed], vector: Vector, grid: Grid) -> Fidelity:
    """Compares each alert, by its labels, with what was recorded of it: `vector` is `RECORDED` over
    the grid."""
    recorded = _recorded(vector, grid, {one.alert for one in replayed})
    ours = _replayed(replayed, grid)
    alike, only_recorded, only_replayed = 0, [], []
    both = either = 0
    for labels in sorted({*recorded, *ours}):
        theirs, mine = recorded.get(labels, ()), ours.get(labels, ())
        name, apart = value_of(labels, ALERT_NAME), ALIKE_WITHIN * grid.step_ms
        missed = [span for span in theirs if not begins_among(span, mine, apart)]
        only_recorded += [(name, span) for span in missed]
        only_replayed += [(name, span) for span in mine if not begins_among(span, theirs, apart)]
        alike += len(theirs) - len(missed)
        common = common_ms(theirs, mine)
        both += common
        either += total_ms(theirs) + total_ms(mine) - common
    agreed = both / either if either else None
    return Fidelity(alike, tuple(only_recorded), tuple(only_replayed), agreed)


def _recorded(vector: Vector, grid: Grid, names: set[str]) -> dict[Labels, tuple[Span, ...]]:
    return {
        without(labels, _OF_THE_SERIES): spans_of(there, grid.times, grid.step_ms)
        for labels, there in zip(vector.labels, vector.present, strict=True)
        if value_of(labels, ALERT_NAME) in names
    }


def _replayed(replayed: Sequence[Replayed], grid: Grid) -> dict[Labels, tuple[Span, ...]]:
    found: dict[Labels, list[Span]] = {}
    end = grid.end_ms + grid.step_ms
    for one in replayed:
        for firing in one.firings:
            if firing.firing_ms is not None:
                until = end if firing.resolved_ms is None else firing.resolved_ms
                span = Span(firing.firing_ms, until, firing.resolved_ms is None)
                found.setdefault(firing.labels, []).append(span)
    return {labels: tuple(sorted(spans, key=_start)) for labels, spans in found.items()}
