"""Detection tables of rules without a history, as text and as JSON."""

from collections.abc import Iterator, Sequence
from math import isnan
from typing import Any

from opsready.backtest.promise import shown
from opsready.backtest.synthetic.levels import LASTS_MS, Levels
from opsready.backtest.synthetic.play import Played
from opsready.backtest.synthetic.tables import Quiet, Synthetic, Table, is_endless
from opsready.backtest.synthetic.world import LOW
from opsready.promql.literals import format_duration, format_number
from opsready.report.table import table


def synthetic_text(found: Synthetic) -> str:
    """How soon somebody is told of an outage, then a table for each signal."""
    blocks = [
        [_headline(found)],
        *([*_signal(one)] for one in found.tables),
        [*_levels(found.levels)],
        [f"{one.kind}: {one.alert.name}: {one.why}" for one in found.all_warned],
        [f"Not played: {alert.name}: {why}" for alert, why in found.not_played],
        [f"Not evaluated: {one.rule.name}: {one.why}" for one in found.left_out],
        [
            f"{'kept' if one.holds else 'BROKEN'}: {one.promise}"
            f" (found {shown(one.promise.measure, one.value)})"
            for one in found.kept
        ],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _headline(found: Synthetic) -> str:
    if not found.tables:
        if not found.levels:
            return "No alert compares a part of some events, or a level: nothing could be played"
        count = len(found.levels)
        return f"Synthetic incidents: {count} alert{'' if count == 1 else 's'} on a level"
    told = [_told(one) for one in found.tables]
    return f"Synthetic incidents, {len(found.tables)} of them total outages: {'; '.join(told)}"


def _told(one: Table) -> str:
    first = one.outage.first_page
    if first is None or first.after_ms is None:
        return f"{one.signal.alerts[0].name} pages nobody"
    return f"{first.alert} pages after {format_duration(first.after_ms)}"


def _signal(one: Table) -> Iterator[str]:
    budget = "" if one.budget is None else f", error budget {one.budget:.3%}"
    yield f"{one.signal.written}{budget}"
    alerts = [alert.name for alert in one.signal.alerts]
    shared = len(_shared(alerts))
    if shared:
        yield f"How soon {_shared(alerts)}… fire:"
    names = [name[shared:] for name in alerts]
    head = ("bad", "for", *names, "pages end", "budget burnt")
    yield from table(head, [_row(row, alerts) for row in one.rows])
    for quiet in one.quiet:
        yield _quiet(quiet)


def _levels(levels: Sequence[Levels]) -> Iterator[str]:
    """One line for each level that is tried: how soon an alert fires when it is reached."""
    if not levels:
        return
    rows = [
        (
            one.alert.name,
            one.written,
            _level(one, one.healthy),
            _level(one, turn.level),
            *(_duration(each.after_ms) for each in turn.detected),
            _duration(turn.detected[1].reset_ms),
        )
        for one in levels
        for turn in one.turned
    ]
    head = ("alert", "level", "healthy", "bad", "10m", "1h", "ongoing", "ends")
    yield "How soon alerts on a level fire, when it is bad for 10m, 1h, or goes on:"
    yield from table(head, rows)


def _level(one: Levels, level: float) -> str:
    if isnan(level):
        return "none"
    return f"{level:.1%}" if one.is_share else format_number(float(f"{level:.4g}"))


def _shared(names: Sequence[str]) -> str:
    """What all names begin with, in whole words."""
    if len(names) < 2:
        return ""
    begin = min(names, key=len)
    while not all(name.startswith(begin) and name[len(begin) :][:1].isupper() for name in names):
        if not begin:
            break
        begin = begin[:-1]
    return begin


def _row(row: Played, alerts: list[str]) -> tuple[str, ...]:
    scenario = row.scenario
    detected = (row.of(name) for name in alerts)
    after = ["" if one is None else _duration(one.after_ms) for one in detected]
    lasts = "ongoing" if is_endless(scenario) else format_duration(scenario.duration_ms)
    burnt = "-" if row.burnt is None else f"{row.burnt:.1%}"
    return f"{scenario.bad_share:.1%}", lasts, *after, _duration(row.reset_ms), burnt


def _duration(ms: int | None) -> str:
    return "-" if ms is None else format_duration(ms)


def _quiet(quiet: Quiet) -> str:
    none = "one failure" if quiet.traffic == LOW else "no errors"
    usual = f"{quiet.usual_share:.3%} bad" if quiet.usual_share else none
    what = f"{quiet.traffic.name}, {usual}, {quiet.days:.0f} days"
    if not quiet.fired:
        return f"Quiet: {what}"
    return f"Fired: {what}: {', '.join(f'{name} {count}x' for name, _, count in quiet.fired)}"


def synthetic_fields(found: Synthetic) -> dict[str, Any]:
    """The fields of the JSON object: nothing fired that ever was, so `alerts` is empty."""
    summary = {
        "synthetic": [_fields(one) for one in found.tables],
        "levels": [_of_levels(one) for one in found.levels],
        "warned": [
            {"alert": one.alert.name, "rule": f"{one.alert.path}:{one.alert.line}"}
            | {"kind": one.kind, "why": one.why}
            for one in found.all_warned
        ],
        "not_played": [{"alert": alert.name, "why": why} for alert, why in found.not_played],
        "left_out": [{"rule": one.rule.name, "why": one.why} for one in found.left_out],
        "promises": [
            {"promise": str(one.promise), "found": one.value, "kept": one.holds}
            for one in found.kept
        ],
    }
    return {"alerts": [], "summary": summary}


def _of_levels(one: Levels) -> dict[str, Any]:
    return {
        "alert": one.alert.name,
        "level": one.written,
        "healthy": None if isnan(one.healthy) else one.healthy,
        "bad": [
            {
                "level": None if isnan(turn.level) else turn.level,
                "incidents": [
                    {
                        "duration_s": None if lasts is None else lasts / 1000,
                        "after_s": _seconds(each.after_ms),
                        "reset_s": _seconds(each.reset_ms),
                    }
                    for lasts, each in zip((*LASTS_MS, None), turn.detected, strict=True)
                ],
            }
            for turn in one.turned
        ],
    }


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _fields(one: Table) -> dict[str, Any]:
    return {
        "signal": one.signal.written,
        "budget": one.budget,
        "incidents": [
            {
                "bad_share": row.scenario.bad_share,
                "duration_s": row.scenario.duration_ms / 1000,
                "endless": is_endless(row.scenario),
                "alerts": [
                    {
                        "alert": each.alert,
                        "pages": each.pages,
                        "after_s": _seconds(each.after_ms),
                        "reset_s": _seconds(each.reset_ms),
                    }
                    for each in row.detected
                ],
                "budget_burnt": row.burnt,
            }
            for row in one.rows
        ],
        "quiet": [
            {
                "traffic": quiet.traffic.name,
                "bad_share": quiet.usual_share,
                "days": quiet.days,
                "fired": {name: count for name, _, count in quiet.fired},
            }
            for quiet in one.quiet
        ],
    }
