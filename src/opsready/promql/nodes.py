"""The nodes of an expression.

Parentheses are not nodes: the shape of the tree says the same, and the printer writes those that
are needed. Nodes are equal when they mean the same; where they stand in the text does not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from opsready.promql.regex import compile_regex
from opsready.promql.signatures import ValueType, signature_of

Span = tuple[int, int]
"""Start and end in the text, as character offsets; (0, 0) for a node that was not parsed."""

At = int | Literal["start", "end"] | None
"""The time of an `@` modifier in milliseconds since 1970, or the name of its function."""

METRIC_NAME = "__name__"
_REGEX_SIGNS = frozenset(".^$*+?{}[]()\\")
COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">="})
SET_OPERATORS = frozenset({"and", "or", "unless"})
PRECEDENCE = {
    "or": 1,
    **dict.fromkeys(("and", "unless"), 2),
    **dict.fromkeys(COMPARISONS, 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/", "%", "atan2"), 5),
    "^": 6,
}
"""Binary operators, the tightest highest. All lean left but ^; a sign binds like *."""


@dataclass(frozen=True)
class Expr:
    """A node, with its place in the text."""

    span: Span = field(default=(0, 0), compare=False, repr=False, kw_only=True)

    @property
    def type(self) -> ValueType:
        """What its evaluation gives."""
        raise NotImplementedError

    @property
    def children(self) -> tuple["Expr", ...]:
        return ()

    @cached_property
    def height(self) -> int:
        """How many nodes lie on the longest way down, this one included."""
        return 1 + max((child.height for child in self.children), default=0)


@dataclass(frozen=True, eq=False)
class Number(Expr):
    """A number; a duration that stands for one is its seconds."""

    value: float

    @property
    def type(self) -> ValueType:
        return ValueType.SCALAR

    def __eq__(self, other: object) -> bool:
        # By its writing: NaN is the same literal as NaN, and -0 is not 0.
        return isinstance(other, Number) and self._written == other._written

    def __hash__(self) -> int:
        return hash(self._written)

    @property
    def _written(self) -> str:
        return repr(float(self.value))


@dataclass(frozen=True)
class String(Expr):
    """A string, unescaped."""

    value: str

    @property
    def type(self) -> ValueType:
        return ValueType.STRING


@dataclass(frozen=True)
class Matcher:
    """What a selector asks of one label."""

    label: str
    op: Literal["=", "!=", "=~", "!~"]
    value: str
    span: Span = field(default=(0, 0), compare=False, repr=False, kw_only=True)

    def matches(self, value: str) -> bool:
        """Whether a label of this value passes, as in Prometheus 3; a missing label is ''."""
        if self.op in ("=", "!="):
            return (value == self.value) == (self.op == "=")
        found = compile_regex(self.value).fullmatch(value) is not None
        return found == (self.op == "=~")

    @property
    def admitted(self) -> tuple[str, ...] | None:
        """The only values that pass, where they can be listed: of `=`, and of `=~"a|b"`."""
        if self.op == "=":
            return (self.value,)
        if self.op == "=~" and not _REGEX_SIGNS & set(self.value):
            return tuple(self.value.split("|"))
        return None


@dataclass(frozen=True)
class Selector(Expr):
    """The series of a metric. `name` is None where only matchers choose the series.

    `{"x"}` and `{__name__="x"}` have the name x and no matcher for it.
    """

    name: str | None
    matchers: tuple[Matcher, ...] = ()
    offset_ms: int = 0
    at: At = None

    @property
    def type(self) -> ValueType:
        return ValueType.VECTOR

    @property
    def metrics(self) -> tuple[str, ...] | None:
        """The names of the metrics that it can select, or None where they cannot be listed."""
        if self.name is not None:
            return (self.name,)
        listed = (m.admitted for m in self.matchers if m.label == METRIC_NAME)
        return next((names for names in listed if names is not None), None)


@dataclass(frozen=True)
class Range(Expr):
    """A selector over a window of time: `x[5m]`. Offset and `@` are the selector's."""

    selector: Selector
    range_ms: int

    @property
    def type(self) -> ValueType:
        return ValueType.MATRIX

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.selector,)


@dataclass(frozen=True)
class Subquery(Expr):
    """An expression evaluated at each step of a window; `step_ms` None is the global interval."""

    expr: Expr
    range_ms: int
    step_ms: int | None = None
    offset_ms: int = 0
    at: At = None

    @property
    def type(self) -> ValueType:
        return ValueType.MATRIX

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.expr,)


@dataclass(frozen=True)
class Unary(Expr):
    """A sign. The parser folds the sign of a number into it."""

    op: Literal["+", "-"]
    expr: Expr

    @cached_property
    def type(self) -> ValueType:
        return self.expr.type

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.expr,)


@dataclass(frozen=True)
class Matching:
    """How the series of two vectors are paired.

    `on` pairs by `labels`, else they are ignored; `include` are copied from the "one" side.
    """

    on: bool = False
    labels: tuple[str, ...] = ()
    cardinality: Literal["one-to-one", "many-to-one", "one-to-many", "many-to-many"] = "one-to-one"
    include: tuple[str, ...] = ()


@dataclass(frozen=True)
class Binary(Expr):
    """Two operands; `matching` is None unless both are instant vectors.

    `returns_bool`: a comparison gives 0 or 1 instead of filtering.
    """

    op: str
    left: Expr
    right: Expr
    matching: Matching | None = None
    returns_bool: bool = False

    @cached_property
    def type(self) -> ValueType:
        sides = (self.left.type, self.right.type)
        return ValueType.SCALAR if sides == (ValueType.SCALAR,) * 2 else ValueType.VECTOR

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.left, self.right)


@dataclass(frozen=True)
class Call(Expr):
    """A function of `signatures.FUNCTIONS` with its arguments."""

    function: str
    args: tuple[Expr, ...] = ()

    @property
    def type(self) -> ValueType:
        return signature_of(self.function).returns

    @property
    def children(self) -> tuple[Expr, ...]:
        return self.args


@dataclass(frozen=True)
class Aggregation(Expr):
    """An aggregation by `labels`, or `without` them; `parameter` is the first of two arguments."""

    op: str
    expr: Expr
    parameter: Expr | None = None
    labels: tuple[str, ...] = ()
    without: bool = False

    @property
    def type(self) -> ValueType:
        return ValueType.VECTOR

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.expr,) if self.parameter is None else (self.parameter, self.expr)


def walk(expr: Expr) -> Iterator[Expr]:
    """`expr` and every node below it, each before its children, left to right."""
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))
