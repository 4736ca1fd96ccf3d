"""A PromQL expression where it stands in a file, and what decides whether it gives a series."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

from opsready.promql import PromQLError, parse, print_expr
from opsready.promql.nodes import (
    COMPARISONS,
    Aggregation,
    Binary,
    Call,
    Expr,
    Number,
    Range,
    Selector,
    String,
    Unary,
    walk,
)
from opsready.promql.uses import SelectorUse, labels, selectors

# The longest alert met in public has nine alternatives; what is longer is judged by its first.
WAYS_AT_MOST = 64
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_ARITHMETIC = frozenset({"+", "-", "*", "/", "^", "%"})
# Aggregations that give a series exactly where their operand does.
_PASSING = frozenset({"sum", "min", "max", "avg", "group", "count", "topk", "bottomk"})
_TEMPLATED = re.compile(r"\{\{.*?\}\}|\$\{?\w+|\[\[\w+\]\]")


@dataclass(frozen=True)
class Condition:
    """A comparison with a number: `value op bound`, the value on the left.

    `factors` are those of a bound that is written as a product, as burn rates are: `14.4 * 0.001`.
    """

    value: Expr
    op: str
    bound: float
    factors: tuple[float, ...] = ()

    @property
    def is_product(self) -> bool:
        """Whether the bound is written as a product."""
        return bool(self.factors)


@dataclass(frozen=True)
class Expression:
    """`line` is where its text begins in the file at `path`."""

    text: str
    path: str
    line: int

    @cached_property
    def _parsed(self) -> Expr | PromQLError:
        try:
            return parse(self.text)
        except PromQLError as error:
            return error

    @property
    def root(self) -> Expr | None:
        """The parsed expression; None where it is not PromQL (then `fault` says why)."""
        return self._parsed if isinstance(self._parsed, Expr) else None

    @property
    def fault(self) -> PromQLError | None:
        """Why it does not parse."""
        return self._parsed if isinstance(self._parsed, PromQLError) else None

    @property
    def is_template(self) -> bool:
        """Whether a tool fills something in first: dashboard variables, Helm, Jinja."""
        return bool(_TEMPLATED.search(self.text))

    @cached_property
    def canonical(self) -> str:
        """The same for two expressions that mean the same."""
        return print_expr(self.root) if self.root else re.sub(r"\s+", " ", self.text).strip()

    @cached_property
    def selectors(self) -> tuple[SelectorUse, ...]:
        """Every selector with what encloses it."""
        return tuple(selectors(self.root)) if self.root else ()

    @property
    def metrics(self) -> frozenset[str]:
        """The metrics that it names; those chosen by a pattern are left out."""
        return frozenset(name for use in self.selectors for name in use.selector.metrics or ())

    @property
    def labels(self) -> frozenset[str]:
        """Every label that it names."""
        return frozenset(use.label for use in labels(self.root)) if self.root else frozenset()

    @cached_property
    def ways(self) -> tuple[tuple[Expr, ...], ...]:
        """The ways in which it can give a series: each a conjunction of parts without `and`,
        `or` and `unless` that must all give one."""
        return tuple(islice(_ways(self.root), WAYS_AT_MOST)) if self.root else ()

    @property
    def conditions(self) -> Iterator[Condition]:
        """The comparisons with a number that decide, of all ways."""
        seen: set[Expr] = set()
        for part in (part for way in self.ways for part in way):
            found = condition_of(part)
            if found is not None and part not in seen:
                seen.add(part)
                yield found


def condition_of(part: Expr) -> Condition | None:
    """The part as a comparison with a number, where it is one."""
    if not isinstance(part, Binary) or part.op not in COMPARISONS or part.returns_bool:
        return None
    for value, bound, op in (
        (part.left, part.right, part.op),
        (part.right, part.left, _MIRRORED.get(part.op, part.op)),
    ):
        number = constant(bound)
        if number is not None and constant(value) is None:
            return Condition(value, op, number, _factors(bound))
    return None


def _factors(bound: Expr) -> tuple[float, ...]:
    if not (isinstance(bound, Binary) and bound.op == "*"):
        return ()
    return tuple(value for side in bound.children if (value := constant(side)) is not None)


def constant(expr: Expr) -> float | None:
    """The value of an expression made of numbers alone."""
    match expr:
        case Number(value):
            return value
        case Unary(op, inner):
            value_inside = constant(inner)
            return value_inside if value_inside is None or op == "+" else -value_inside
        case Binary(op, left, right) if op in _ARITHMETIC:
            return _computed(op, constant(left), constant(right))
        case Call("vector", (inner,)):
            return constant(inner)
    return None


def _computed(op: str, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    try:
        return {
            "+": lambda: left + right,
            "-": lambda: left - right,
            "*": lambda: left * right,
            "/": lambda: left / right,
            "%": lambda: math.fmod(left, right),
            "^": lambda: float(left**right),
        }[op]()
    except (ZeroDivisionError, OverflowError, ValueError, TypeError):
        return None


def output_labels(expr: Expr) -> frozenset[str] | None:
    """The only labels that its series can have; None where any label may be among them."""
    match expr:
        case Number():
            return frozenset()
        case Aggregation(op=("topk" | "bottomk" | "limitk" | "limit_ratio"), expr=inner):
            return output_labels(inner)
        case Aggregation(labels=names, without=True, expr=inner):
            below = output_labels(inner)
            return None if below is None else below - set(names)
        case Aggregation(op=op, labels=names, parameter=parameter):
            written = getattr(parameter, "value", None) if op == "count_values" else None
            return frozenset(names) | ({written} if isinstance(written, str) else frozenset())
        case Call(function=("vector" | "scalar" | "time")):
            return frozenset()
        case Call(function=("absent" | "absent_over_time"), args=(inner,)):
            return _labels_of_absence(inner)
        case Call(function=("label_replace" | "label_join"), args=(inner, String(written), *_)):
            below = output_labels(inner)
            return None if below is None else below | {written}
        case Binary():
            return _labels_of_pair(expr)
    series = [c for c in expr.children if not isinstance(c, String) and constant(c) is None]
    below = output_labels(series[0]) if len(series) == 1 else None
    by_bucket = isinstance(expr, Call) and expr.function == "histogram_quantile"
    return below - {"le"} if below is not None and by_bucket else below


def _labels_of_absence(inner: Expr) -> frozenset[str]:
    """What is not there has the labels that were asked for by value."""
    selector = inner.selector if isinstance(inner, Range) else inner
    matchers = selector.matchers if isinstance(selector, Selector) else ()
    return frozenset(matcher.label for matcher in matchers if matcher.op == "=")


def _labels_of_pair(pair: Binary) -> frozenset[str] | None:
    left, right = output_labels(pair.left), output_labels(pair.right)
    if pair.op == "or":
        return None if left is None or right is None else left | right
    if pair.op in {"and", "unless"} or pair.matching is None:
        return left if constant(pair.left) is None else right
    matching = pair.matching
    if matching.cardinality == "one-to-many":
        return None if right is None else right | set(matching.include)
    if matching.cardinality == "many-to-one":
        return None if left is None else left | set(matching.include)
    if matching.on and pair.op not in COMPARISONS:
        return frozenset(matching.labels)
    return left


def _ways(expr: Expr) -> Iterator[tuple[Expr, ...]]:
    match expr:
        case Binary(op="or"):
            yield from _ways(expr.left)
            yield from _ways(expr.right)
        case Binary(op="and"):
            for left, right in product(
                islice(_ways(expr.left), WAYS_AT_MOST), islice(_ways(expr.right), WAYS_AT_MOST)
            ):
                yield left + right
        case Binary(op="unless"):
            yield from _ways(expr.left)
        case Aggregation(op=op, expr=inner) if op in _PASSING and _decides(inner):
            yield from _ways(inner)
        case Call(function=("label_replace" | "label_join"), args=(inner, *_)):
            yield from _ways(inner)
        case _:
            yield (expr,)


def _decides(expr: Expr) -> bool:
    return isinstance(expr, Binary) and expr.op in COMPARISONS | {"and", "or", "unless"}


def names_in(expr: Expr) -> frozenset[str]:
    """The functions and aggregations below and at a node."""
    return frozenset(
        node.function if isinstance(node, Call) else node.op
        for node in walk(expr)
        if isinstance(node, Call | Aggregation)
    )
