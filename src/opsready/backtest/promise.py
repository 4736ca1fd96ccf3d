"""What a backtest must show: `pages/week<=2,detection<=5m`."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from opsready.promql.literals import duration_ms, format_duration, format_number

_TERM = re.compile(r"\s*([a-z/]+)\s*(<=|>=|<|>|=)\s*([0-9.]+\s*[a-z%]*)\s*")
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
DURATIONS = frozenset({"detection", "reset"})
SHARES = frozenset({"precision", "recall", "budget", "fidelity"})
COUNTS = frozenset({"pages", "pages/week", "flaps", "missed", "duplicates"})
_MEASURES = ", ".join(sorted(DURATIONS | SHARES | COUNTS))


class BadPromise(ValueError):
    """A text that promises nothing; it says why."""


@dataclass(frozen=True)
class Promise:
    """One figure and its bound; durations in milliseconds, shares between 0 and 1."""

    measure: str
    op: str
    bound: float

    def __str__(self) -> str:
        return f"{self.measure}{self.op}{shown(self.measure, self.bound)}"

    def holds(self, value: float) -> bool:
        """Whether a figure keeps it."""
        return _OPERATORS[self.op](value, self.bound)


@dataclass(frozen=True)
class Kept:
    """A promise and the figure that was found; `value` is None where there is none."""

    promise: Promise
    value: float | None

    @property
    def holds(self) -> bool:
        """A figure that nobody has keeps no promise."""
        return self.value is not None and self.promise.holds(self.value)


def read_promises(text: str) -> tuple[Promise, ...]:
    """The terms of a text, parted by commas. Raises BadPromise."""
    return tuple(_promise(term) for term in text.split(","))


def _promise(term: str) -> Promise:
    found = _TERM.fullmatch(term)
    if found is None:
        raise BadPromise(
            f"`{term.strip()}` is no promise; write `pages/week<=2` or `detection<=5m`"
        )
    measure, op, bound = found.groups()
    if measure not in DURATIONS | SHARES | COUNTS:
        raise BadPromise(f"`{measure}` is not measured; there are: {_MEASURES}")
    try:
        return Promise(measure, op, _bound(measure, bound.strip()))
    except ValueError:
        raise BadPromise(f"`{bound}` is no bound of {measure}") from None


def _bound(measure: str, text: str) -> float:
    if measure in DURATIONS:
        return float(duration_ms(text))
    if measure in SHARES and text.endswith("%"):
        return float(text[:-1]) / 100
    return float(text)


def shown(measure: str, value: float | None) -> str:
    """A figure as it is written in a promise."""
    if value is None:
        return "none"
    if measure in DURATIONS:
        return format_duration(round(value))
    if measure in SHARES:
        return f"{value:.1%}"
    return format_number(round(value, 2))


def kept(promises: tuple[Promise, ...], figures: Mapping[str, float | None]) -> tuple[Kept, ...]:
    """Each promise with its figure."""
    return tuple(Kept(promise, figures.get(promise.measure)) for promise in promises)
