"""The text of a script to its statements: load, clear, eval."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from opsready.promql import literals
from opsready.promql.script.notation import SeriesLine, read_series

_LOAD = re.compile(r"load(?P<nhcb>_with_nhcb)?\s+(?P<step>\S+)")
_INSTANT = re.compile(
    r"eval(?:_(?P<kind>fail|warn|info|ordered))?\s+instant\s+(?:at\s+(?P<at>\S+)\s+)?(?!at\s)(?P<expr>.+)"
)
_RANGE = re.compile(
    r"eval(?:_(?P<kind>fail|warn|info))?\s+range\s+from\s+(?P<start>\S+)\s+to\s+(?P<end>\S+)"
    r"\s+step\s+(?P<step>\S+)\s+(?P<expr>.+)"
)
_SCALAR = re.compile(r"[+-]?(?:inf|nan|[0-9.][0-9.eE+-]*|0x[0-9a-f]+)", re.IGNORECASE)
_EXPECT = re.compile(
    r"expect\s+(?P<what>fail|warn|info|no_warn|no_info|ordered|string|range\s+vector)\b\s*(?P<rest>.*)"
)
_RANGE_VECTOR = re.compile(r"from\s+(?P<start>\S+)\s+to\s+(?P<end>\S+)\s+step\s+(?P<step>\S+)")


class ScriptError(ValueError):
    """A line of a script that cannot be read."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line
        self.why = why


class Steps(NamedTuple):
    """Start, end and step in milliseconds."""

    start_ms: int
    end_ms: int
    step_ms: int


@dataclass(frozen=True)
class Clear:
    """Forgets all series."""

    line: int


@dataclass(frozen=True)
class Load:
    """Adds series, a value each step from 0 on."""

    line: int
    step_ms: int
    series: tuple[SeriesLine, ...]
    with_histograms: bool = False
    """`load_with_nhcb`: classic buckets are there as a native histogram of their metric too."""


@dataclass
class Eval:
    """An expression with what must come of it."""

    line: int
    statement: str
    expr: str
    steps: Steps
    instant: bool
    fails: bool = False
    ordered: bool = False
    string: str | None = None
    scalar: float | None = None
    matrix: Steps | None = None
    """Set where a range vector is expected: its samples lie at these steps."""
    series: list[SeriesLine] = field(default_factory=list)


Statement = Clear | Load | Eval


def read_script(text: str) -> list[Statement]:
    """The statements of a script. Raises ScriptError at a line that is none."""
    return list(_Reader(text).statements())


class _Reader:
    def __init__(self, text: str) -> None:
        stripped = (line.strip() for line in text.splitlines())
        self._lines = ["" if line.startswith("#") else line for line in stripped]
        self._at = 0

    def statements(self) -> Iterator[Statement]:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            if line:
                try:
                    yield self._statement(line)
                except ValueError as fault:
                    if isinstance(fault, ScriptError):
                        raise
                    raise ScriptError(self._at, str(fault)) from None

    def _statement(self, line: str) -> Statement:
        number = self._at
        if line == "clear":
            return Clear(number)
        if load := _LOAD.fullmatch(line):
            step_ms = milliseconds(load["step"])
            series = tuple(self._series(text) for text in self._body())
            return Load(number, step_ms, series, with_histograms=load["nhcb"] is not None)
        if instant := _INSTANT.fullmatch(line):
            at_ms = milliseconds(instant["at"] or "0")
            made = Eval(number, line, instant["expr"], Steps(at_ms, at_ms, 1), instant=True)
            return self._expected(made, instant["kind"])
        if spread := _RANGE.fullmatch(line):
            made = Eval(number, line, spread["expr"], _steps(spread), instant=False)
            return self._expected(made, spread["kind"])
        raise ScriptError(number, _no_statement(line.split()[0]))

    def _body(self) -> Iterator[str]:
        """The lines up to an empty one."""
        while self._at < len(self._lines) and self._lines[self._at]:
            self._at += 1
            yield self._lines[self._at - 1]

    def _series(self, text: str) -> SeriesLine:
        if text.startswith("@"):
            raise ValueError("start timestamps are experimental, and not read here")
        return read_series(text)

    def _expected(self, made: Eval, kind: str | None) -> Eval:
        made.fails, made.ordered = kind == "fail", kind == "ordered"
        for line in self._body():
            if expect := _EXPECT.fullmatch(line):
                _note(made, " ".join(expect["what"].split()), expect["rest"])
            elif line.startswith(("expected_fail_message", "expected_fail_regexp")):
                continue
            elif _SCALAR.fullmatch(line):
                made.scalar = literal(line)
            else:
                made.series.append(read_series(line))
        return made


def _no_statement(word: str) -> str:
    """What is wrong with a line that begins so."""
    if word == "load":
        return "load needs the time of a step: load 5m"
    if word.startswith("eval"):
        return (
            f"{word} needs a time and an expression: eval instant at 5m EXPR,"
            " or eval range from 0 to 5m step 1m EXPR"
        )
    return f"{word!r} is no statement: load, clear or eval"


def _note(made: Eval, what: str, rest: str) -> None:
    if what == "fail":
        made.fails = True
    elif what == "ordered":
        made.ordered = True
    elif what == "string":
        made.string = literals.unquote(rest)
    elif what == "range vector":
        steps = _RANGE_VECTOR.fullmatch(rest)
        if steps is None:
            raise ValueError("expect range vector needs `from … to … step …`")
        made.matrix = _steps(steps)


def _steps(match: re.Match[str]) -> Steps:
    return Steps(*(milliseconds(match[name]) for name in ("start", "end", "step")))


def milliseconds(text: str) -> int:
    """A time as a duration or a number of seconds, with a sign or without."""
    sign = -1 if text.startswith("-") else 1
    bare = text.lstrip("+-")
    if _SCALAR.fullmatch(bare):
        return sign * literals.seconds_to_ms(literals.number_value(bare))
    return sign * literals.duration_ms(bare)


def literal(text: str) -> float:
    """A number with its sign."""
    value = literals.number_value(text.lstrip("+-"))
    return -value if text.startswith("-") and not math.isnan(value) else value
