"""What is to be evaluated: an expression, held against what a version of Prometheus can do.

Needs no arrays: a plan is made, and refused, without NumPy.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from opsready.promql.error import Refused
from opsready.promql.nodes import (
    Call,
    Expr,
    Matcher,
    Number,
    Range,
    Selector,
    String,
    Subquery,
    walk,
)
from opsready.promql.parse import parse
from opsready.promql.semantics import DEFAULT, Semantics
from opsready.promql.uses import selectors

LOOKBACK_MS = 5 * 60_000
"""How old the last sample may be: Prometheus's default."""
INTERVAL_MS = 60_000
"""The step of a subquery that names none: Prometheus's default evaluation interval."""

_OF_THE_TIME = frozenset(
    {"days_in_month", "day_of_month", "day_of_week", "day_of_year", "hour", "minute", "month"}
    | {"year", "predict_linear", "time", "timestamp"}
)
_NEED_HISTOGRAMS = frozenset(
    {"histogram_avg", "histogram_count", "histogram_stddev", "histogram_stdvar", "histogram_sum"}
)


class Shared(NamedTuple):
    """A function of a range, and how many ask for what it gives, itself among them."""

    call: Call
    uses: int


@dataclass(frozen=True)
class Plan:
    """An expression with its text, to be evaluated as one version does."""

    text: str
    expr: Expr
    semantics: Semantics = DEFAULT
    lookback_ms: int = LOOKBACK_MS
    interval_ms: int = INTERVAL_MS

    @cached_property
    def reach_ms(self) -> int:
        """How far before the first step samples may count; what `@` fixes aside."""
        return max((use.reach_ms for use in selectors(self.expr)), default=0) + self.lookback_ms

    @cached_property
    def nodes(self) -> tuple[Expr, ...]:
        """All of them, as `walk` gives them."""
        return tuple(walk(self.expr))

    @cached_property
    def timed(self) -> tuple[Selector | Subquery, ...]:
        """Those that may have a time of their own, by `@` or by an offset."""
        return tuple(node for node in self.nodes if isinstance(node, Selector | Subquery))

    @cached_property
    def fixes_times(self) -> bool:
        """Whether a part of it has its time by `@`, and may so be the same at every step."""
        return any(node.at is not None for node in self.timed)

    @cached_property
    def shared(self) -> Mapping[int, Shared]:
        """For functions of a range, by their ids, that which asks the same of all their series and
        others: errors are among all requests, so what is found of these has theirs among it."""
        alike: dict[object, list[tuple[Call, frozenset[Matcher]]]] = {}
        for node in self.nodes:
            match node:
                case Call(function, (Range(Selector() as selector, range_ms),)):
                    of_series = selector.name, selector.offset_ms, selector.at
                    found = alike.setdefault((function, range_ms, of_series), [])
                    found.append((node, frozenset(selector.matchers)))
        widest = {
            id(call): min((one for one in found if one[1] <= asked), key=lambda one: len(one[1]))[0]
            for found in alike.values()
            for call, asked in found
        }
        uses = Counter(map(id, widest.values()))
        return {
            asked: Shared(call, uses[id(call)])
            for asked, call in widest.items()
            if uses[id(call)] > 1
        }

    def refusal(self, message: str, node: Expr) -> Refused:
        return Refused(message, self.text, *node.span)


def plan(
    text: str,
    semantics: Semantics = DEFAULT,
    *,
    lookback_ms: int = LOOKBACK_MS,
    interval_ms: int = INTERVAL_MS,
) -> Plan:
    """The plan of an expression. Raises PromQLError, or Refused for what is not evaluated here."""
    expr = parse(text, semantics)
    made = Plan(text, expr, semantics, lookback_ms, interval_ms)
    for node in made.nodes:
        if isinstance(node, Call) and _needs_histograms(node.function, semantics):
            message = f"{node.function}() works on native histograms, which are not evaluated here"
            raise made.refusal(message, node)
    return made


def _needs_histograms(function: str, semantics: Semantics) -> bool:
    if function == "histogram_fraction":
        return not semantics.fractions_of_buckets
    return function in _NEED_HISTOGRAMS


def is_fixed(expr: Expr) -> bool:
    """Whether the value is the same at every step: all that it selects has its time by `@`."""
    match expr:
        case Number() | String():
            return True
        case Selector():
            return expr.at is not None
        case Range():
            return expr.selector.at is not None
        case Subquery():
            return expr.at is not None
        case Call() if expr.function in _OF_THE_TIME:
            return False
    return all(is_fixed(child) for child in expr.children)
