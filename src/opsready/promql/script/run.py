"""Runs a script: every statement passes, fails, or is refused since it needs what is not done.

That a statement fails where it must is checked; in which words Prometheus says so, and what it
remarks beside a value (`warn`, `info`), is not.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from opsready.promql.arrays import STALE_VALUE, Grid
from opsready.promql.error import PromQLError, Refused
from opsready.promql.evaluate import Engine, Outcome
from opsready.promql.labels import Labels, changed, value_of, write_series
from opsready.promql.literals import format_number
from opsready.promql.nodes import METRIC_NAME
from opsready.promql.plan import Plan, plan
from opsready.promql.script.notation import SeriesLine, Value
from opsready.promql.script.statements import Clear, Eval, Load, ScriptError, read_script
from opsready.promql.semantics import DEFAULT, Semantics
from opsready.promql.series import Series, Store
from opsready.promql.signatures import ValueType

_CLOSE = 1e-6
"""How far a value may be off relatively: the tolerance of Prometheus's own runner."""
_SMALLEST_NORMAL = 2.0**-1022
_MINUTE_MS = 60_000


@dataclass(frozen=True)
class Noted:
    """A statement that did not pass, and why."""

    line: int
    statement: str
    why: str


@dataclass
class Report:
    """What came of a script."""

    passed: int = 0
    failed: list[Noted] = field(default_factory=list)
    refused: list[Noted] = field(default_factory=list)


Found = Mapping[Labels, Sequence[Value]]
"""What came of an expression: a value for each step, by labels."""


class _Mismatch(Exception):
    pass


def run_script(text: str, semantics: Semantics = DEFAULT) -> Report:
    """Runs every statement. Raises ScriptError for a text that is no script."""
    report, engine = Report(), Engine(Store())
    for statement in read_script(text):
        match statement:
            case Clear():
                engine = Engine(Store())
            case Load():
                _load(statement, engine.store)
            case Eval():
                _judge(statement, engine, semantics, report)
    return report


def _load(load: Load, store: Store) -> None:
    # A series that one load names twice has the values of its last line, as in Prometheus.
    lines = {line.labels: line for line in load.series}
    if load.with_histograms:
        for labels in list(lines):
            metric, is_bucket, rest = value_of(labels, METRIC_NAME).partition("_bucket")
            if is_bucket and not rest:
                native = changed(labels, [(METRIC_NAME, metric), ("le", "")])
                lines[native] = SeriesLine(native, ("histogram",))
    for line in lines.values():
        try:
            store.add(series_of(line, load.step_ms))
        except ValueError as fault:
            raise ScriptError(load.line, str(fault)) from None


def series_of(line: SeriesLine, step_ms: int) -> Series:
    """The series of a line, with a value each step from 0 on."""
    values = np.array([_sample(value) for value in line.values], dtype=np.float64)
    times = step_ms * np.arange(values.size, dtype=np.int64)
    gaps = [place for place, value in enumerate(line.values) if value in (None, "histogram")]
    if gaps:
        times, values = np.delete(times, gaps), np.delete(values, gaps)
    plain = Series.of(line.labels, times, values)
    return Series(plain.labels, plain.times, plain.values, line.holds_histograms)


def _sample(value: Value) -> float:
    if isinstance(value, float):
        return value
    return STALE_VALUE if value == "stale" else math.nan


def _judge(statement: Eval, engine: Engine, semantics: Semantics, report: Report) -> None:
    def note(why: str) -> Noted:
        return Noted(statement.line, statement.statement, why)

    try:
        if any(line.holds_histograms for line in statement.series):
            report.refused.append(note("its result holds native histograms, not evaluated here"))
            return
        _check(statement, engine, semantics)
        report.passed += 1
    except Refused as refusal:
        report.refused.append(note(refusal.message))
    except _Mismatch as mismatch:
        report.failed.append(note(str(mismatch)))


def _check(statement: Eval, engine: Engine, semantics: Semantics) -> None:
    try:
        made = plan(statement.expr, semantics)
        outcome = _outcome(statement, made, engine)
    except Refused:
        raise
    except PromQLError as error:
        if statement.fails:
            return
        raise _Mismatch(f"it fails: {error}") from None
    if statement.fails:
        raise _Mismatch("it must fail, and gives a result")
    _compare(statement, outcome)
    if statement.instant and not statement.ordered:
        _compare_in_a_range(statement, made, engine)


def _outcome(statement: Eval, made: Plan, engine: Engine) -> Outcome:
    if statement.instant:
        return engine.instant(made, statement.steps.start_ms)
    return engine.range(made, *statement.steps)


def _compare_in_a_range(statement: Eval, made: Plan, engine: Engine) -> None:
    """An instant gives the same as the middle of three steps, as Prometheus's runner asks."""
    if made.expr.type not in (ValueType.SCALAR, ValueType.VECTOR):
        return
    if any(isinstance(node.at, str) for node in made.timed):
        return
    at_ms = statement.steps.start_ms
    outcome = engine.evaluate(made, Grid(at_ms - _MINUTE_MS, _MINUTE_MS, 3))
    if outcome.failed[1]:
        raise _Mismatch("it fails as a step of a range")
    vector = outcome.vector
    found = {
        labels: [float(values[1])]
        for labels, values, present in zip(
            vector.labels, vector.values, vector.present, strict=True
        )
        if present[1]
    }
    try:
        _compare_series(statement, found, made.expr.type)
    except _Mismatch as mismatch:
        raise _Mismatch(f"as a step of a range: {mismatch}") from None


def _compare(statement: Eval, outcome: Outcome) -> None:
    if outcome.type is ValueType.STRING:
        if statement.string != outcome.text:
            raise _Mismatch(f"expected {statement.string!r}, got {outcome.text!r}")
        return
    if outcome.type is ValueType.MATRIX:
        _compare_samples(statement, outcome)
        return
    vector = outcome.vector
    found = {
        labels: [float(value) if there else None for value, there in zip(*row, strict=True)]
        for labels, *row in zip(vector.labels, vector.values, vector.present, strict=True)
    }
    _compare_series(statement, found, outcome.type)
    if statement.ordered:
        wanted = [line.labels for line in statement.series]
        if list(vector.labels) != wanted:
            order = ", ".join(map(write_series, vector.labels))
            raise _Mismatch(f"the order is {order}")


def _compare_samples(statement: Eval, outcome: Outcome) -> None:
    steps = statement.matrix
    if steps is None:
        raise _Mismatch("it gives a range vector, and another result is expected")
    times = range(steps.start_ms, steps.end_ms + 1, steps.step_ms)
    found: dict[Labels, list[Value]] = {}
    for series in outcome.matrix:
        samples = dict(zip(series.times.tolist(), series.values.tolist(), strict=True))
        found[series.labels] = [samples.pop(at, None) for at in times]
        if samples:
            raise _Mismatch(f"{write_series(series.labels)} has a sample at {min(samples)} ms")
    _compare_series(statement, found, ValueType.VECTOR)


def _compare_series(
    statement: Eval,
    found: Found,
    kind: ValueType,
) -> None:
    if statement.scalar is not None:
        if kind is not ValueType.SCALAR or not _close(statement.scalar, found[()][0]):
            raise _Mismatch(
                f"expected the scalar {format_number(statement.scalar)}, got {_text(found)}"
            )
        return
    missing = dict(found)
    for line in statement.series:
        if not any(value is not None for value in line.values):
            continue
        got = missing.pop(line.labels, None)
        if got is None:
            raise _Mismatch(f"{write_series(line.labels)} is missing; got {_text(found)}")
        wanted = list(line.values) + [None] * (len(got) - len(line.values))
        if len(wanted) > len(got) or not all(map(_close, wanted, got)):
            raise _Mismatch(
                f"{write_series(line.labels)}: expected {_values(wanted)}, got {_values(got)}"
            )
    if missing:
        raise _Mismatch(f"not expected: {_text(missing)}")


def _close(wanted: Value, got: Value) -> bool:
    if not isinstance(wanted, float) or not isinstance(got, float):
        return wanted is got
    if math.isnan(wanted) or math.isnan(got):
        return math.isnan(wanted) and math.isnan(got)
    if wanted == got:
        return True
    total, difference = abs(wanted) + abs(got), abs(wanted - got)
    if 0 in (wanted, got) or total < _SMALLEST_NORMAL:
        return difference < _CLOSE * _SMALLEST_NORMAL
    return difference / min(total, np.finfo(np.float64).max) < _CLOSE


def _text(found: Found) -> str:
    shown = (f"{write_series(labels)} {_values(values)}" for labels, values in found.items())
    return "; ".join(shown) or "nothing"


def _values(values: Sequence[Value]) -> str:
    return " ".join(_shown(values))


def _shown(values: Sequence[Value]) -> Iterator[str]:
    for value in values:
        yield "_" if value is None else format_number(value) if isinstance(value, float) else value
