"""What Python expressions are worth, as far as the code alone says: constants and texts."""

import ast
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from opsready.documents.python_environment import environment_read
from opsready.documents.python_names import STEPS_AT_MOST, Meaning, PythonNames
from opsready.documents.python_scope import Call, Scope

# Stands in a text for a piece that only a run would tell.
GAP = "…"
# A text or a list longer than this is data, not a name, a path or a list of buckets.
LENGTH_AT_MOST = 5_000

_STRING_METHODS = {"strip", "lstrip", "rstrip", "lower", "upper", "removeprefix", "removesuffix"}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}


class Text(NamedTuple):
    """A text, with `GAP` for each piece that is not known.

    `sure` is false where it is a default that settings or the environment may replace.
    """

    text: str = GAP
    sure: bool = True

    @property
    def whole(self) -> bool:
        """Whether every piece is known."""
        return GAP not in self.text

    def __add__(self, other: object) -> "Text":
        """The two texts as one, as sure as the less sure."""
        if not isinstance(other, Text):
            return NotImplemented
        joined = (self.text + other.text).replace(GAP + GAP, GAP)
        return Text(joined, self.sure and other.sure)


@dataclass(frozen=True, eq=False)
class PythonValues:
    """Evaluates expressions of one tree without running any."""

    names: PythonNames

    def text(self, expr: ast.expr | None, scope: Scope, steps: int = 0) -> Text:
        """The text of an expression, with gaps."""
        if expr is None or steps > STEPS_AT_MOST:
            return Text()
        match expr:
            case ast.Constant(value=str() | int() | float() as value):
                return Text(str(value)[:LENGTH_AT_MOST])
            case ast.JoinedStr(values=values):
                return self._joined(values, scope, steps + 1)
            case ast.FormattedValue(value=value, format_spec=None):
                return self.text(value, scope, steps + 1)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return self.text(left, scope, steps + 1) + self.text(right, scope, steps + 1)
            case ast.Call():
                return self._called(expr, scope, steps + 1)
            case ast.BoolOp(op=ast.Or(), values=values):
                return self.text(values[-1], scope, steps + 1)._replace(sure=False)
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self._named(expr, scope, steps + 1)
        return Text()

    def _joined(self, values: list[ast.expr], scope: Scope, steps: int) -> Text:
        whole = Text("")
        for value in values:
            whole += self.text(value, scope, steps)
        return whole

    def _called(self, call: ast.Call, scope: Scope, steps: int) -> Text:
        read = environment_read(self.names, Call(call, scope))
        if read is not None:
            return self.text(read.default, scope, steps)._replace(sure=False)
        function = call.func
        if isinstance(function, ast.Name) and function.id == "str" and len(call.args) == 1:
            return self.text(call.args[0], scope, steps)
        if isinstance(function, ast.Attribute) and function.attr in _STRING_METHODS:
            held = self.text(function.value, scope, steps)
            given = [self.constant(argument, scope, steps) for argument in call.args]
            if held.whole and all(isinstance(argument, str) for argument in given):
                return Text(getattr(held.text, function.attr)(*given[:1]), held.sure)
            return Text()
        return self._named(call, scope, steps)

    def _named(self, expr: ast.expr, scope: Scope, steps: int) -> Text:
        if isinstance(expr, ast.Attribute) and expr.attr == "value":
            member = self.names.resolve(expr.value, scope)  # a member of an enumeration
            if isinstance(member.value, ast.Constant) and member.scope is not None:
                return self._meant(member, expr, steps)
        return self._meant(self.names.resolve(expr, scope), expr, steps)

    def _meant(self, meaning: Meaning, expr: ast.expr, steps: int) -> Text:
        if meaning.value is None or meaning.scope is None or meaning.value is expr:
            return Text()
        told = self.text(meaning.value, meaning.scope, steps)
        return told._replace(sure=told.sure and meaning.sure)

    def constant(self, expr: ast.expr | None, scope: Scope, steps: int = 0) -> Any:
        """A string, a number, a truth value, or a tuple or dict of such; None where any part of
        it is unknown. Lists and sets come as tuples."""
        if expr is None or steps > STEPS_AT_MOST:
            return None
        match expr:
            case ast.Constant(value=value):
                return value
            case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
                return self._sequence(elts, scope, steps + 1)
            case ast.Dict():
                return self._mapping(expr, scope, steps + 1)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                number = self.constant(operand, scope, steps + 1)
                return -number if isinstance(number, int | float) else None
            case ast.BinOp():
                return self._arithmetic(expr, scope, steps + 1)
            case ast.Call():
                return self._converted(expr, scope, steps + 1)
        return self._constant_named(expr, scope, steps + 1)

    def _sequence(self, elements: list[ast.expr], scope: Scope, steps: int) -> Any:
        values: list[Any] = []
        for element in elements[:LENGTH_AT_MOST]:
            is_spread = isinstance(element, ast.Starred)
            value = self.constant(element.value if is_spread else element, scope, steps)  # type: ignore[attr-defined]
            if value is None:
                return None
            values.extend(value if is_spread and isinstance(value, tuple) else [value])
        return tuple(values)

    def _mapping(self, expr: ast.Dict, scope: Scope, steps: int) -> Any:
        found: dict[Any, Any] = {}
        for key, value in zip(expr.keys, expr.values, strict=True):
            name = self.constant(key, scope, steps)
            if not isinstance(name, str | int):
                return None
            found[name] = self.constant(value, scope, steps)
        return found

    def _arithmetic(self, expr: ast.BinOp, scope: Scope, steps: int) -> Any:
        left = self.constant(expr.left, scope, steps)
        right = self.constant(expr.right, scope, steps)
        calculate = _ARITHMETIC.get(type(expr.op))
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        sequences = isinstance(left, str | tuple) and type(left) is type(right)
        if calculate is None or not (numbers or (sequences and isinstance(expr.op, ast.Add))):
            return None
        try:
            return calculate(left, right)
        except ArithmeticError:
            return None

    def _converted(self, call: ast.Call, scope: Scope, steps: int) -> Any:
        """`float("inf")`, `tuple([…])`, `str(x)`; a default of the environment is no constant."""
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in {"tuple", "list", "set", "frozenset"} and len(call.args) == 1:
            inside = self.constant(call.args[0], scope, steps)
            return inside if isinstance(inside, tuple) else None
        if name == "float" and len(call.args) == 1:
            inside = self.constant(call.args[0], scope, steps)
            return math.inf if inside in {"inf", "+Inf", "Inf", "+inf"} else None
        return self._constant_named(call, scope, steps)

    def _constant_named(self, expr: ast.expr, scope: Scope, steps: int) -> Any:
        meaning = self.names.resolve(expr, scope)
        if meaning.dotted in {"math.inf", "prometheus_client.utils.INF"}:
            return math.inf
        known = meaning.value is not None and meaning.value is not expr and meaning.sure
        if known and meaning.scope is not None:
            return self.constant(meaning.value, meaning.scope, steps)
        text = self.text(expr, scope, steps)
        return text.text if text.whole and text.sure else None
