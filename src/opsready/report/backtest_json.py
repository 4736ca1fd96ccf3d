"""A backtest as JSON: every firing, and a summary."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from opsready.backtest.backtest import Backtest
from opsready.backtest.compare import Change, Fidelity
from opsready.backtest.noise import Noise
from opsready.backtest.replays import LeftOut
from opsready.backtest.scores import Scores
from opsready.backtest.spans import Span
from opsready.backtest.sweep import Point
from opsready.promql.literals import format_duration

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def backtest_fields(found: Backtest) -> dict[str, Any]:
    """The fields of the JSON object."""
    return {"alerts": list(_firings(found)), "summary": _summary(found)}


def iso(at_ms: float | None) -> str | None:
    """A time as RFC 3339 has it, in UTC."""
    if at_ms is None:
        return None
    moment = _EPOCH + timedelta(milliseconds=round(at_ms))
    whole = moment.microsecond == 0
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if whole else "%Y-%m-%dT%H:%M:%S.%fZ")


def _firings(found: Backtest) -> Iterator[dict[str, Any]]:
    every = [firing for one in found.replayed for firing in one.firings]
    for firing in sorted(every, key=lambda one: (one.pending_ms, one.labels)):
        yield {
            "alert": firing.alert,
            "labels": dict(firing.labels),
            "pending_at": iso(firing.pending_ms),
            "firing_at": iso(firing.firing_ms),
            "resolved_at": iso(firing.resolved_ms),
        }


def _summary(found: Backtest) -> dict[str, Any]:
    window = found.window
    fields: dict[str, Any] = {
        "from": iso(window.from_ms),
        "to": iso(window.to_ms),
        "step_s": window.step_ms / 1000,
        "whole": found.is_whole,
        "pages": found.pages,
        "pages_a_week": round(found.pages / found.weeks, 3),
        "flaps": sum(one.flaps for one in found.noise),
        "by_alert": [_noise(one) for one in found.noise],
        "together": [list(pair) for pair in found.together],
        "left_out": [_left_out(one) for one in found.left_out],
        "notes": list(found.notes),
        "partial": list(found.partial),
    }
    if found.scores is not None:
        fields["scores"] = _scores(found.scores)
    if found.changes:
        fields["compare"] = [_change(one) for one in found.changes]
    if found.fidelity is not None:
        fields["fidelity"] = _fidelity(found.fidelity)
    if found.sweeps:
        fields["sweeps"] = [[_point(point) for point in points] for points in found.sweeps]
    if found.kept:
        fields["promises"] = [
            {"promise": str(one.promise), "found": one.value, "kept": one.holds}
            for one in found.kept
        ]
    return fields


def _noise(one: Noise) -> dict[str, Any]:
    replayed = one.replayed
    return {
        "alert": replayed.alert,
        "rule": replayed.place,
        "severity": replayed.severity,
        "pages": one.pages,
        "fired": one.fired,
        "alerts": one.alerts,
        "firing_s": one.firing_ms / 1000,
        "pending_only": one.pending_only,
        "flaps": one.flaps,
        "evaluations": int(replayed.shown_times.size),
        "failed": replayed.failed,
        "why_failed": replayed.why_failed,
        "unstable": replayed.unstable,
        "missing": list(replayed.missing),
        "cold_until": iso(replayed.cold_ms) if replayed.cold_ms > replayed.from_ms else None,
        "other_for": [
            {
                "for": format_duration(other.for_ms),
                "fired": other.fired,
                "saved": other.saved,
                "delay_s": other.delay_ms / 1000,
            }
            for other in one.others
        ],
    }


def _left_out(one: LeftOut) -> dict[str, Any]:
    rule = one.rule
    return {"rule": rule.name, "path": rule.path, "line": rule.line, "why": one.why}


def _scores(scores: Scores) -> dict[str, Any]:
    return {
        "precision": scores.precision,
        "recall": scores.recall,
        "detection_s": _seconds(scores.detection_ms),
        "duplicates": scores.duplicates,
        "incidents": [
            {
                "name": one.incident.name,
                "from": iso(one.incident.from_ms),
                "to": iso(one.incident.to_ms),
                "by": one.by,
                "also": list(one.also),
                "detection_s": _seconds(one.detection_ms),
                "reset_s": _seconds(one.reset_ms),
                "budget_burnt": one.burnt,
            }
            for one in scores.caught
        ],
        "pages": [
            {"alert": page.alert, **_span(page.span), "incident": page.incident}
            for page in scores.pages
        ],
    }


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else ms / 1000


def _span(span: Span) -> dict[str, Any]:
    return {"from": iso(span.start_ms), "to": None if span.open else iso(span.end_ms)}


def _spans(spans: Sequence[Span]) -> list[dict[str, Any]]:
    return [_span(span) for span in spans]


def _change(one: Change) -> dict[str, Any]:
    return {
        "alert": one.alert,
        "state": one.state,
        "fired_before": len(one.before),
        "fired_after": len(one.after),
        "only_before": _spans(one.only_before),
        "only_after": _spans(one.only_after),
    }


def _fidelity(one: Fidelity) -> dict[str, Any]:
    return {
        "alike": one.alike,
        "share": one.share,
        "agreed_of_time": one.agreed,
        "only_recorded": [{"alert": name, **_span(span)} for name, span in one.only_recorded],
        "only_replayed": [{"alert": name, **_span(span)} for name, span in one.only_replayed],
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "setting": point.setting,
        "pages": point.pages,
        "delay_s": point.delay_ms / 1000,
        "gone": point.gone,
        "detection_s": _seconds(point.detection_ms),
        "recall": point.recall,
        "precision": point.precision,
        "on_frontier": point.on_frontier,
    }
