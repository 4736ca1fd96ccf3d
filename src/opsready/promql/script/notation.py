"""Series as Prometheus's tests write them: `up{job="api"} 1 _ 3+2x5 stale`."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Literal

from opsready.promql.error import PromQLError
from opsready.promql.labels import Labels, labels_of
from opsready.promql.literals import number_value
from opsready.promql.nodes import METRIC_NAME, Selector
from opsready.promql.parse import parse

Value = float | Literal["stale", "histogram"] | None
"""A sample; the mark that the series has ended; a native histogram; or None, no sample."""

_MOST_VALUES = 10_000_000
"""`1x99999999999` is a slip, and would fill the memory."""
_METRIC = re.compile(
    r"""[^\s{"']*(?:\{(?:[^"'`}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)*\})?"""
)
# An x may follow digits at once; after a word it would be a letter of it.
_DIGITS = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_UNSIGNED = rf"(?:[iI][nN][fF](?!x)|[nN][aA][nN](?!x)|{_DIGITS})"
_ITEM = re.compile(
    rf"(?P<histogram>\{{\{{.*?\}}\}}(?:[+-]\{{\{{.*?\}}\}})?)(?:x(?P<histograms>[0-9]+))?"
    rf"|(?P<gap>_)(?:x(?P<gaps>[0-9]+))?"
    rf"|(?P<first>stale(?!x)|[+-]?{_UNSIGNED})(?P<step>[+-]{_UNSIGNED})?(?:x(?P<times>[0-9]+))?"
)
_SPACES = re.compile(r"[ \t\r\n]+")
_HISTOGRAM_OR_WORD = re.compile(r"(?:\{\{.*?\}\}|\S)+")


@dataclass(frozen=True)
class SeriesLine:
    """A series with its values, one a step."""

    labels: Labels
    values: tuple[Value, ...]

    @property
    def holds_histograms(self) -> bool:
        return "histogram" in self.values


def read_series(line: str) -> SeriesLine:
    """The series that a line writes. Raises ValueError with what is wrong."""
    metric, rest = split_metric(line)
    return SeriesLine(read_labels(metric), tuple(read_values(rest)))


def split_metric(line: str) -> tuple[str, str]:
    """The metric with its labels, and the values after it."""
    match = _METRIC.match(line)
    metric = match[0] if match else ""
    rest = line[len(metric) :]
    if not metric or (rest and not rest[0].isspace()):
        raise ValueError(f"{line!r} does not start with a metric and a space")
    return metric, rest.strip()


def read_labels(metric: str) -> Labels:
    """The labels of a metric as it is written: `up{job="api"}`; nothing at all is no labels."""
    if re.fullmatch(r"\s*|\{\s*\}", metric):
        return ()
    try:
        selector = parse(metric)
    except PromQLError as fault:
        raise ValueError(f"{metric!r} is no metric: {fault.message}") from None
    if not isinstance(selector, Selector) or any(m.op != "=" for m in selector.matchers):
        raise ValueError(f"{metric!r} is no metric: its labels need values by =")
    pairs = {matcher.label: matcher.value for matcher in selector.matchers}
    if len(pairs) < len(selector.matchers):
        raise ValueError(f"{metric!r} is no metric: one of its labels stands there twice")
    if selector.name is not None:
        pairs[METRIC_NAME] = selector.name
    return labels_of(pairs)


def read_values(text: str) -> Iterator[Value]:
    """The values of a sequence such as `1 2 _ 3+1x4 stale`."""
    total = 0
    for word in _words(text):
        if word.isdecimal() and word.isascii() and (word[0] != "0" or len(word) == 1):
            total += 1
            yield float(word)
            continue
        match = _ITEM.fullmatch(word)
        if match is None:
            raise ValueError(f"{word!r} is no value: 1, 1x3, 1+2x3, _, _x3 or stale")
        count = next((int(match[name]) for name in _COUNTS if match[name]), 0)
        total += count + 1
        if total > _MOST_VALUES:
            raise ValueError(f"more than {_MOST_VALUES} values in one series")
        yield from _expanded(match, count)


def _words(text: str) -> list[str]:
    """The parts between blanks; those of a histogram are no ends of it."""
    if "{{" in text:
        return _HISTOGRAM_OR_WORD.findall(text)
    return [word for word in _SPACES.split(text) if word]


_COUNTS = ("histograms", "gaps", "times")


def _expanded(match: re.Match[str], count: int) -> Iterator[Value]:
    if match["gap"]:
        yield from [None] * (count if match["gaps"] else 1)
    elif match["histogram"]:
        yield from repeat("histogram", count + 1)
    elif match["step"] and not match["times"]:
        raise ValueError(f"{match[0]!r} needs to say how often: {match[0]}x5")
    elif match["first"] == "stale":
        # What is added to the mark is NaN, and no mark any more.
        yield "stale"
        yield from repeat(math.nan if match["step"] else "stale", count)
    else:
        value, step = _number(match["first"]), _number(match["step"] or "0")
        for _ in range(count + 1):
            yield value
            # Added up again and again, with the rounding that this brings: so does Prometheus.
            value = value + step if match["step"] else value


def _number(text: str) -> float:
    sign, digits = (-1, text[1:]) if text[0] == "-" else (1, text.removeprefix("+"))
    return sign * (math.nan if digits.lower() == "nan" else number_value(digits))
