"""Runs unit tests of rules as promtool does: the same verdict, and more words about it."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from opsready.alerting.cases import AlertCase, ExprCase, InputSeries, Seen, UnitTest, UnitTestFile
from opsready.alerting.groups import BadRule, RuleGroup
from opsready.alerting.history import AlertHistory, Episode
from opsready.alerting.reads import in_reading_order
from opsready.alerting.replay import Replay, Unstable, replay
from opsready.alerting.templates import TemplateError
from opsready.promql import PromQLError, Refused
from opsready.promql.arrays import Grid
from opsready.promql.evaluate import Engine
from opsready.promql.labels import labels_of
from opsready.promql.literals import format_duration
from opsready.promql.plan import plan
from opsready.promql.script.notation import read_labels, read_series
from opsready.promql.script.run import series_of
from opsready.promql.semantics import DEFAULT, Semantics
from opsready.promql.series import Series, Store
from opsready.promql.signatures import ValueType

_SHOWN = 3
About = Literal["alert", "expr", "rule", "test"]


@dataclass(frozen=True)
class Mismatch:
    """Why a test fails: what is asked about, when, and what was found instead."""

    about: About
    name: str
    line: int
    at_ms: int | None = None
    why: str = ""
    expected: tuple[Seen, ...] = ()
    got: tuple[Seen, ...] = ()
    refused: bool = False
    """Nothing is wrong, but it asks for what is not evaluated here."""


@dataclass(frozen=True)
class Remark:
    """What does not fail a test, and may mislead whoever reads it: '' is the path of the test."""

    line: int
    why: str
    path: str = ""


@dataclass(frozen=True)
class UnitTestResult:
    """What came of one test, with the episodes of the alerts while it ran."""

    test: UnitTest
    mismatches: tuple[Mismatch, ...]
    episodes: tuple[Episode, ...] = ()
    grid: Grid | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.mismatches


def in_test_order(file: UnitTestFile, groups: Sequence[RuleGroup]) -> tuple[RuleGroup, ...]:
    """The groups as the file orders them. Where it does not, promtool's order is by chance; here
    a group comes after those that it reads."""
    places = {name: place for place, name in enumerate(file.group_order)}
    # A group that the file does not name has the place of the first: so it is in promtool.
    return tuple(sorted(in_reading_order(groups), key=lambda group: places.get(group.name, 0)))


def run_test(
    test: UnitTest,
    file: UnitTestFile,
    groups: Sequence[RuleGroup],
    semantics: Semantics = DEFAULT,
) -> UnitTestResult:
    """Evaluates the groups, in their order, over the series of a test, and asks its questions."""
    interval = file.interval_ms
    grid = Grid(test.start_ms, interval, test.last_ms // interval + 1)
    try:
        found = replay(
            groups,
            _history(test, file, grid, semantics),
            grid,
            semantics,
            external_labels=test.external_labels,
            external_url=test.external_url,
            intervals="grid",
            alert_series=True,
        )
        asking = _Asking(test, file, found, semantics)
        mismatches = tuple(asking.mismatches())
        remarks = (*_left_out(test), *map(_unstable, found.unstable), *asking.remarks)
        return UnitTestResult(test, mismatches, tuple(found.episodes), grid, remarks)
    except _Unreadable as error:
        return UnitTestResult(test, (Mismatch("test", test.name, error.line, why=str(error)),))
    except BadRule as error:
        return UnitTestResult(test, (Mismatch("rule", error.rule.name, test.line, why=str(error)),))
    except TemplateError as error:
        why = f"a template is not evaluated here: {error}"
        mismatch = Mismatch("test", test.name, test.line, why=why, refused=True)
        return UnitTestResult(test, (mismatch,))


class _Unreadable(Exception):
    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


def _history(test: UnitTest, file: UnitTestFile, grid: Grid, semantics: Semantics) -> Store:
    """The input series up to the last evaluation: later samples are never there."""
    step_ms = test.interval_ms
    if not step_ms and semantics.defaults_interval:
        step_ms = file.interval_ms
    found: dict[object, Series] = {}
    for line, text in _lines(test):
        try:
            written = read_series(text)
        except ValueError as error:
            raise _Unreadable(line, f"an input series: {error}") from None
        if not written.labels and any(value is not None for value in written.values):
            raise _Unreadable(line, "an input series has no labels, and no name")
        if not step_ms:
            written = replace(written, values=written.values[:1])
        series = series_of(written, step_ms or 1)
        times = series.times + grid.start_ms
        end = int(np.searchsorted(times, grid.end_ms, side="right"))
        found[series.labels] = Series(
            series.labels, times[:end], series.values[:end], series.holds_histograms
        )
    return Store(one for one in found.values() if one.times.size or one.holds_histograms)


def _lines(test: UnitTest) -> Iterator[tuple[int, str]]:
    """promtool makes a script of the series, a line each, which an empty line or a comment ends."""
    for one in test.series:
        for text in _texts(one):
            if _ends_input(text):
                return
            yield one.line, text


def _texts(one: InputSeries) -> list[str]:
    return [text.strip() for text in f"{one.series} {one.values}".split("\n")]


def _ends_input(text: str) -> bool:
    return not text or text.startswith("#")


def _left_out(test: UnitTest) -> Iterator[Remark]:
    """A block of text ends in an empty line, and so does what is read."""
    for place, one in enumerate(test.series[:-1]):
        if any(map(_ends_input, _texts(one))):
            count = len(test.series) - place - 1
            why = f"an empty line or a comment ends the input: {count} series after it are left out"
            yield Remark(one.line, f"{why}, as in promtool (write `values: >-`)")
            return


def _unstable(found: Unstable) -> Remark:
    times = found.times_ms.tolist()
    more = f" and {len(times) - _SHOWN} more" if len(times) > _SHOWN else ""
    at = ", ".join(map(format_duration, times[:_SHOWN])) + more
    why = f"unstable: only a rounding decides `{found.rule.name}` at {at}"
    return Remark(found.rule.line, why, found.rule.path)


class _Asking:
    def __init__(
        self, test: UnitTest, file: UnitTestFile, found: Replay, semantics: Semantics
    ) -> None:
        self._test = test
        self._file = file
        self._found = found
        self._semantics = semantics
        self._engine = Engine(found.store)
        self.remarks: list[Remark] = []

    def mismatches(self) -> Iterator[Mismatch]:
        first = self._first_failure()
        by_name: dict[str, list[AlertHistory]] = {}
        for history in self._found.alerts:
            by_name.setdefault(history.rule.name, []).append(history)
        for case in sorted(self._test.alerts, key=lambda case: case.at_ms):
            if first is None or self._at(case) < first:
                yield from self._alert(case, by_name.get(case.alert, ()))
        if first is not None:
            yield from self._failures(first)
            return
        for asked in self._test.exprs:
            yield from self._expr(asked)

    def _at(self, case: AlertCase) -> int:
        """The evaluation that answers for the time of a case."""
        step = self._found.grid.step_ms
        return self._test.start_ms + case.at_ms // step * step

    def _first_failure(self) -> int | None:
        """When a rule first failed: promtool ends the test there."""
        return min((int(f.times_ms[0]) for f in self._found.failures), default=None)

    def _failures(self, at_ms: int) -> Iterator[Mismatch]:
        for failure in self._found.failures:
            if at_ms in failure.times_ms:
                since = at_ms - self._test.start_ms
                yield Mismatch("rule", failure.rule.name, self._test.line, since, failure.why)

    def _alert(self, case: AlertCase, histories: Sequence[AlertHistory]) -> Iterator[Mismatch]:
        at_ms = self._test.start_ms + case.at_ms
        fires = [found for history in histories for found in history.firing_at(at_ms)]
        got = [Seen(dict(labels), annotations) for labels, annotations in fires]
        if Counter(map(_key, got)) != Counter(map(_key, case.expected)):
            shown = tuple(sorted(got, key=_key))
            yield Mismatch(
                "alert", case.alert, case.line, case.at_ms, expected=case.expected, got=shown
            )

    def _expr(self, case: ExprCase) -> Iterator[Mismatch]:
        try:
            got = self._samples(case)
            expected = sorted(_expected(case), key=_key_of_sample)
        except (PromQLError, ValueError) as error:
            refused = isinstance(error, Refused)
            yield Mismatch("expr", case.expr, case.line, case.at_ms, str(error), refused=refused)
            return
        same = len(expected) == len(got) and all(
            want.labels == found.labels and self._equal(want.value, found.value)
            for want, found in zip(expected, got, strict=True)
        )
        if not same:
            yield Mismatch(
                "expr",
                case.expr,
                case.line,
                case.at_ms,
                expected=tuple(expected),
                got=tuple(got),
                why=_of_not_a_number(expected),
            )

    def _samples(self, case: ExprCase) -> list[Seen]:
        made = plan(case.expr, self._semantics, interval_ms=self._found.grid.step_ms)
        if made.expr.type not in (ValueType.VECTOR, ValueType.SCALAR):
            raise ValueError(f"it gives {made.expr.type.phrase}, not a vector or scalar")
        outcome = self._engine.instant(made, self._test.start_ms + case.at_ms)
        vector = outcome.vector
        if outcome.unstable.any():
            why = f"unstable: only a rounding decides `{case.expr}`"
            self.remarks.append(Remark(case.line, why))
        rows = zip(vector.labels, vector.values[:, 0].tolist(), vector.present[:, 0], strict=True)
        found = [Seen(dict(labels), value=value) for labels, value, there in rows if there]
        return sorted(found, key=_key_of_sample)

    def _equal(self, wanted: float | None, found: float | None) -> bool:
        assert wanted is not None and found is not None
        if wanted == found:
            return True
        near = (math.nextafter(wanted, -math.inf), math.nextafter(wanted, math.inf))
        return self._file.fuzzy and found in near


def _expected(case: ExprCase) -> list[Seen]:
    return [Seen(dict(read_labels(text)), value=value) for text, value in case.expected]


def _of_not_a_number(expected: Sequence[Seen]) -> str:
    if any(one.value is not None and math.isnan(one.value) for one in expected):
        return "NaN is expected, and equals nothing, itself included: ask for `expr != expr`"
    return ""


def _key(seen: Seen) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    return tuple(sorted(seen.labels.items())), tuple(sorted((seen.annotations or {}).items()))


def _key_of_sample(seen: Seen) -> tuple[tuple[str, str], ...]:
    return labels_of(seen.labels)


def labels_shown(labels: Mapping[str, str]) -> str:
    """Labels as alerts are written, the name of the alert left out."""
    pairs = (f'{name}="{value}"' for name, value in sorted(labels.items()) if name != "alertname")
    return "{" + ", ".join(pairs) + "}"
