"""A backtest on one screen: who made the pages, who flaps, who never fired, and when it was."""

from collections.abc import Iterator, Sequence

from opsready.backtest.backtest import Backtest
from opsready.backtest.compare import Change, Fidelity
from opsready.backtest.noise import Noise
from opsready.backtest.promise import shown
from opsready.backtest.replayed import Replayed
from opsready.backtest.scores import Caught, Scores
from opsready.backtest.server.query import Cost
from opsready.backtest.spans import Span
from opsready.backtest.sweep import Point
from opsready.promql.literals import format_duration
from opsready.report.backtest_json import iso
from opsready.report.table import table

_BAR = 16  # letters of the longest bar of a sweep
_COLUMNS = 72  # of the timeline: with the longest usual name it fits a terminal
_ALERTS_AT_MOST = 20
_LISTED_AT_MOST = 8
_MINUTE_MS = 60_000
_EXPR_AT_MOST = 60


def backtest_text(found: Backtest) -> str:
    """The first line says how often somebody was woken, and by whom."""
    blocks = [
        [_headline(found), _scope(found)],
        list(_noise(found.noise)),
        list(_quiet(found.replayed)),
        list(_pairs(found)),
        list(_timeline(found)),
        list(_scores(found.scores)) if found.scores is not None else [],
        [line for points in found.sweeps for line in _sweep(points, found.scores is not None)],
        list(_changes(found.changes)),
        list(_fidelity(found.fidelity)) if found.fidelity is not None else [],
        list(_missing(found)),
        list(_promises(found)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def plan_text(costs: Sequence[Cost]) -> str:
    """How much a server would be asked, and by which rule."""
    queries, steps = sum(c.queries for c in costs), sum(c.evaluations for c in costs)
    samples = sum(c.samples_a_series for c in costs)
    rows = [
        (c.rule, str(c.queries), f"{c.evaluations:,}", f"{c.samples_a_series:,}", _short(c.expr))
        for c in costs
    ]
    head = ("rule", "queries", "evaluations", "samples a series", "expression")
    return "\n".join(
        [
            f"{queries:,} queries, {steps:,} evaluations, {samples:,} samples read of each series",
            *table(head, rows),
        ]
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXPR_AT_MOST else line[: _EXPR_AT_MOST - 1] + "…"


def _headline(found: Backtest) -> str:
    a_week = found.pages / found.weeks
    said = f"{_count(found.pages, 'page')}, {a_week:.1f} a week"
    first = found.noise[0] if found.noise else None
    if first is not None and found.pages:
        said += f"; {first.replayed.alert} made {first.pages} of them"
    if not found.is_whole:
        said += ". NOT WHOLE: see below what could not be evaluated"
    return said


def _scope(found: Backtest) -> str:
    window = found.window
    days = format_duration((window.to_ms - window.from_ms) // _MINUTE_MS * _MINUTE_MS)
    alerts = _count(len(found.replayed), "alert")
    others = any(one.step_ms != window.step_ms for one in found.replayed)
    return (
        f"{iso(window.from_ms)} to {iso(window.to_ms)}, {days}: {alerts},"
        f" evaluated every {format_duration(window.step_ms)}"
        f"{' or as their group says' if others else ''}"
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _name(one: Replayed, every: Sequence[Replayed]) -> str:
    """Its name, with its place where several rules have that name."""
    several = sum(other.alert == one.alert for other in every) > 1
    known = several and one.place != one.alert
    return f"{one.alert} ({one.place.rpartition('/')[2]})" if known else one.alert


def _noise(noise: Sequence[Noise]) -> Iterator[str]:
    every = [one.replayed for one in noise]
    fired = [one for one in noise if one.fired]
    if not fired:
        return
    rows = [
        (
            _name(one.replayed, every),
            one.replayed.severity or "-",
            str(one.fired),
            str(one.alerts),
            format_duration(one.firing_ms),
            str(one.flaps),
            str(one.pending_only),
            _better(one),
        )
        for one in fired[:_ALERTS_AT_MOST]
    ]
    head = ("alert", "severity", "fired", "alerts", "time firing", "flaps", "only pending", "")
    yield from table(head, rows)
    if len(fired) > _ALERTS_AT_MOST:
        yield f"… and {len(fired) - _ALERTS_AT_MOST} more that fired (--format json)"


def _better(one: Noise) -> str:
    other = one.better
    if other is None:
        return ""
    later = format_duration(other.delay_ms)
    return f"for {format_duration(other.for_ms)}: {other.saved} fewer, up to {later} later"


def _quiet(replayed: Sequence[Replayed]) -> Iterator[str]:
    silent = [one.alert for one in replayed if not one.firing and not one.missing]
    if silent:
        yield f"Never fired: {_listed(silent)}"
    for one in replayed:
        if one.missing:
            yield f"Cannot fire: {one.alert}: the history has no {_listed(one.missing)}"
    cold = [one for one in replayed if one.cold_ms > one.from_ms and not one.missing]
    for until in sorted({one.cold_ms for one in cold}):
        names = [one.alert for one in cold if one.cold_ms == until]
        yield f"Cold until {iso(until)}, with windows not yet full: {_listed(names)}"
    for one in replayed:
        if one.unstable:
            yield f"Unstable: {one.alert}: a rounding decides {_count(one.unstable, 'evaluation')}"


def _listed(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    more = len(distinct) - _LISTED_AT_MOST
    return ", ".join(distinct[:_LISTED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _pairs(found: Backtest) -> Iterator[str]:
    for left, right in found.together:
        yield f"{left} and {right} fire at the same times: one of them would do"


def _timeline(found: Backtest) -> Iterator[str]:
    shown_ones = [one.replayed for one in found.noise if one.fired or one.replayed.pending]
    if not shown_ones:
        return
    start, end = found.window.from_ms, found.window.to_ms + found.window.step_ms
    width = max(1, -(-(end - start) // _COLUMNS))
    yield f"Timeline, {format_duration(width // 1000 * 1000)} a column: # fires, - is pending"
    named = [(_name(one, found.replayed), one) for one in shown_ones[:_ALERTS_AT_MOST]]
    longest = max(len(name) for name, _ in named)
    if found.incidents:
        longest = max(longest, len("incidents"))
        spans = [Span(one.from_ms, one.to_ms) for one in found.incidents]
        yield f"{'incidents':<{longest}}  {_line(spans, (), start, width, '=')}"
    for name, one in named:
        yield f"{name:<{longest}}  {_line(one.firing, one.pending, start, width, '#')}"


def _line(
    spans: Sequence[Span], faint: Sequence[Span], start_ms: int, width_ms: int, mark: str
) -> str:
    cells = ["."] * _COLUMNS
    for each, sign in ((faint, "-"), (spans, mark)):
        for span in each:
            first = max(0, (span.start_ms - start_ms) // width_ms)
            last = min(_COLUMNS - 1, (span.end_ms - 1 - start_ms) // width_ms)
            for place in range(first, last + 1):
                cells[place] = sign
    return "".join(cells)


def _scores(scores: Scores) -> Iterator[str]:
    caught = sum(one.by is not None for one in scores.caught)
    right = sum(page.incident is not None for page in scores.pages)
    yield (
        f"{caught} of {_count(len(scores.caught), 'incident')} paged somebody"
        f" (recall {shown('recall', scores.recall)}); {right} of"
        f" {_count(len(scores.pages), 'page')} were about one"
        f" (precision {shown('precision', scores.precision)})"
    )
    rows = [_caught(one) for one in scores.caught]
    if rows:
        head = ("incident", "from", "first page by", "after", "reset", "budget burnt", "also")
        yield from table(head, rows)


def _caught(one: Caught) -> tuple[str, ...]:
    return (
        one.incident.name,
        str(iso(one.incident.from_ms)),
        one.by or "NOBODY WAS TOLD",
        "-" if one.detection_ms is None else format_duration(one.detection_ms),
        "-" if one.reset_ms is None else format_duration(one.reset_ms),
        "-" if one.burnt is None else f"{one.burnt:.1%}",
        ", ".join(one.also),
    )


def _sweep(points: Sequence[Point], scored: bool) -> Iterator[str]:
    most_pages = max(point.pages for point in points)
    most_delay = max(abs(point.delay_ms) for point in points)
    rows = [
        (
            "*" if point.on_frontier else "",
            point.setting,
            str(point.pages),
            _bar(point.pages, most_pages),
            format_duration(point.delay_ms),
            _bar(abs(point.delay_ms), most_delay),
            *((_duration(point.detection_ms), shown("recall", point.recall)) if scored else ()),
        )
        for point in points
    ]
    detection = ("detection", "recall") if scored else ()
    yield from table(("", "setting", "pages", "", "longest delay", "", *detection), rows)
    best = "* none of the others has both fewer pages and less delay"
    yield best if scored else f"{best}; without incidents nobody knows which of"
    yield from () if scored else ("  the pages that are gone were right",)


def _bar(value: float, most: float) -> str:
    """As long as its share of the most; what is above 0 is seen."""
    return "#" * -(-round(_BAR * value) // round(most)) if most else ""


def _duration(ms: float | None) -> str:
    return "-" if ms is None else format_duration(round(ms))


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        return
    differ = [one for one in changes if one.state != "same"]
    yield f"Against the old rules: {len(differ)} of {_count(len(changes), 'alert')} differ"
    for one in differ:
        yield (
            f"  {one.alert}: {one.state}, fired {len(one.before)}, now {len(one.after)}"
            f"{_starts('only before', one.only_before)}{_starts('only now', one.only_after)}"
        )


def _starts(what: str, spans: Sequence[Span]) -> str:
    if not spans:
        return ""
    return f"; {what}: {_listed([str(iso(span.start_ms)) for span in spans])}"


def _fidelity(found: Fidelity) -> Iterator[str]:
    if found.share is None:
        yield "Fidelity: neither the replay nor the recorded ALERTS fired"
        return
    agreed = "" if found.agreed is None else f", and agree on {found.agreed:.1%} of the time"
    yield (
        f"Fidelity: {found.share:.1%} of firings are alike in the replay and the recorded"
        f" ALERTS ({found.alike} of them){agreed}"
    )
    if not found.alike and not found.only_recorded:
        yield "  nothing of these alerts was recorded as firing: were they evaluated there at all?"
    for what, spans in (("recorded", found.only_recorded), ("replayed", found.only_replayed)):
        for name, span in spans[:_LISTED_AT_MOST]:
            yield f"  only {what}: {name} at {iso(span.start_ms)}"


def _missing(found: Backtest) -> Iterator[str]:
    for one in found.left_out:
        place = f"{one.rule.path}:{one.rule.line}: " if one.rule.line else ""
        yield f"Not evaluated: {place}{one.rule.name}: {one.why}"
    for replayed in found.replayed:
        if replayed.failed:
            count = _count(replayed.failed, "evaluation")
            yield f"Failed: {replayed.alert}: {count}: {replayed.why_failed}"
    for said in found.partial:
        yield f"Partial: {said}"
    yield from found.notes


def _promises(found: Backtest) -> Iterator[str]:
    for one in found.kept:
        value = shown(one.promise.measure, one.value)
        yield f"{'kept' if one.holds else 'BROKEN'}: {one.promise} (found {value})"
