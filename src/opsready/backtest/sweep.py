"""The same rules with another `for` or other thresholds: what quiet costs in delay."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from opsready.alerting.groups import AlertingRule, Rule, RuleGroup, expression_of
from opsready.backtest.incidents import Incident
from opsready.backtest.replayed import Replayed
from opsready.backtest.scores import score_pages
from opsready.backtest.spans import Span, delays_ms, meeting
from opsready.backtest.threshold import scaled, thresholds
from opsready.promql.literals import duration_ms, format_duration, format_number

_SWEEP = re.compile(r"(for|threshold)=([^./]+(?:\.\d+\w*%?)?)\.\.([^/]+?)(?:/(.+))?")
_POINTS = 7  # where no step is given: both ends, and five between
_POINTS_AT_MOST = 200
_MINUTE_MS = 60_000

Evaluate = Callable[[Sequence[RuleGroup]], Sequence[Replayed]]


class BadSweep(ValueError):
    """A text that names no values to try; it says why."""


@dataclass(frozen=True)
class Sweep:
    """The values to try, in order: milliseconds, bounds, or factors of the bounds."""

    what: Literal["for", "threshold"]
    values: tuple[float, ...]
    relative: bool = False

    def shown(self, value: float) -> str:
        """A value as it is written."""
        if self.what == "for":
            return f"for {format_duration(round(value))}"
        return f"threshold {format_number(float(f'{value:.6g}'))}{'x' if self.relative else ''}"


@dataclass(frozen=True)
class Point:
    """What one value gives. `delay_ms` is the longest that a page, of those that stay, comes later
    than with the rules as they are; negative where all come earlier. `gone` are those that do not
    come any more."""

    setting: str
    pages: int
    delay_ms: int
    gone: int = 0
    detection_ms: float | None = None
    recall: float | None = None
    precision: float | None = None
    on_frontier: bool = False


def read_sweep(text: str) -> Sweep:
    """`for=0m..30m`, `threshold=0.01..0.1` or `threshold=0.5x..2x`, with `/step` where the step
    matters. Raises BadSweep."""
    found = _SWEEP.fullmatch(text.replace(" ", ""))
    if found is None:
        raise BadSweep(f"`{text}` is no sweep; write for=0m..30m or threshold=0.5x..2x")
    what, first, last, step = found.groups()
    relative = what == "threshold" and first.endswith("x") and last.endswith("x")
    try:
        read = _duration if what == "for" else _bound
        values = _values(read(first), read(last), read(step) if step else None)
        if what == "for" and step is None:
            values = _in_whole_minutes(values)
    except ValueError as error:
        raise BadSweep(f"`{text}` is no sweep: {error}") from None
    return Sweep("for" if what == "for" else "threshold", values, relative)


def _duration(text: str) -> float:
    return 0.0 if text == "0" else float(duration_ms(text))


def _bound(text: str) -> float:
    return float(text[:-1]) / 100 if text.endswith("%") else float(text.removesuffix("x"))


def _values(first: float, last: float, step: float | None) -> tuple[float, ...]:
    if last <= first or first < 0:
        raise ValueError("the second value must be above the first, and none below 0")
    if step is not None and step <= 0:
        raise ValueError("the step must be above 0")
    count = _POINTS if step is None else int((last - first) / step + 1e-9) + 1
    if count > _POINTS_AT_MOST:
        raise ValueError(f"{count} values; {_POINTS_AT_MOST} are tried at most")
    stride = (last - first) / (_POINTS - 1) if step is None else step
    return tuple(first + stride * place for place in range(count))


def _in_whole_minutes(values: tuple[float, ...]) -> tuple[float, ...]:
    """The same span in steps that people write, both its ends included."""
    stride = -(-(values[1] - values[0]) // _MINUTE_MS) * _MINUTE_MS
    between = (values[0] + stride * place for place in range(len(values)))
    return (*(value for value in between if value < values[-1]), values[-1])


def sweep_over(
    sweep: Sweep,
    groups: Sequence[RuleGroup],
    replayed: Sequence[Replayed],
    evaluate: Evaluate,
    incidents: Sequence[Incident] | None = None,
    alerts: Sequence[str] = (),
) -> tuple[Point, ...]:
    """A point for each value; the rules of other alerts than `alerts` stay. The frontier are those
    that no other beats in pages and time; and in what is gone, or in recall where it is known.
    Raises BadSweep where there is nothing to sweep."""
    if sweep.what == "threshold" and not _changes(sweep, groups, alerts):
        raise BadSweep("none of the alerts has a bound, other than 0, that could be moved")
    before = [(one.alert, span) for one in replayed if one.pages for span in one.firing]
    points = []
    for value in sweep.values:
        paging = _paging(sweep, value, groups, replayed, evaluate, alerts)
        scores = score_pages(paging, incidents) if incidents is not None else None
        points.append(
            Point(
                sweep.shown(value),
                len(paging),
                *_delay(before, paging),
                scores.detection_ms if scores else None,
                scores.recall if scores else None,
                scores.precision if scores else None,
            )
        )
    return tuple(
        replace(
            point,
            on_frontier=_costs(point) not in map(_costs, points[:place])
            and not any(_beats(other, point) for other in points),
        )
        for place, point in enumerate(points)
    )


def _changes(sweep: Sweep, groups: Sequence[RuleGroup], alerts: Sequence[str]) -> bool:
    return any(
        with_thresholds(groups, value, sweep, alerts) != list(groups) for value in sweep.values
    )


def _paging(
    sweep: Sweep,
    value: float,
    groups: Sequence[RuleGroup],
    replayed: Sequence[Replayed],
    evaluate: Evaluate,
    alerts: Sequence[str],
) -> list[tuple[str, Span]]:
    if sweep.what == "threshold":
        replayed = evaluate(with_thresholds(groups, value, sweep, alerts))
    found: list[tuple[str, Span]] = []
    for one in replayed:
        if one.pages:
            swept = sweep.what == "for" and (not alerts or one.alert in alerts)
            spans = one.fires(round(value)) if swept else one.firing
            found += [(one.alert, span) for span in spans]
    return found


def with_thresholds(
    groups: Sequence[RuleGroup], value: float, sweep: Sweep, alerts: Sequence[str]
) -> list[RuleGroup]:
    """The same rules, with the bounds that a value of a sweep stands for."""
    return [
        replace(
            group, rules=tuple(_with_threshold(rule, value, sweep, alerts) for rule in group.rules)
        )
        for group in groups
    ]


def _with_threshold(rule: Rule, value: float, sweep: Sweep, alerts: Sequence[str]) -> Rule:
    if not isinstance(rule, AlertingRule) or (alerts and rule.name not in alerts):
        return rule
    found = thresholds(expression_of(rule))
    if not found or (not sweep.relative and not found[0].bound):
        return rule
    factor = value if sweep.relative else value / found[0].bound
    return replace(rule, expr=scaled(rule.expr, factor))


def _delay(
    before: Sequence[tuple[str, Span]], after: Sequence[tuple[str, Span]]
) -> tuple[int, int]:
    """The longest delay, and how many of those before are gone."""
    delays, stay = [], 0
    for alert in {name for name, _ in after}:
        old, new = _of(alert, before), _of(alert, after)
        delays += delays_ms(old, new)
        stay += len({span for span, _ in meeting(old, new)})
    return max(delays, default=0), len(set(before)) - stay


def _of(alert: str, paging: Sequence[tuple[str, Span]]) -> list[Span]:
    spans = (span for name, span in paging if name == alert)
    return sorted(spans, key=lambda span: (span.start_ms, span.end_ms))


def _beats(one: Point, other: Point) -> bool:
    """Whether it is nowhere worse, and somewhere better."""
    mine, theirs = _costs(one), _costs(other)
    return mine != theirs and all(a <= b for a, b in zip(mine, theirs, strict=True))


def _costs(point: Point) -> tuple[float, ...]:
    if point.recall is None:
        return point.pages, point.delay_ms, point.gone
    late = float("inf") if point.detection_ms is None else point.detection_ms
    return point.pages, late, -point.recall
