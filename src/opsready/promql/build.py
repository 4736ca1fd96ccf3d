"""Makes nodes of parts, and refuses parts that do not fit together: the types of PromQL."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from opsready.promql import literals
from opsready.promql.error import PromQLError, Refused, shown
from opsready.promql.lex import DURATION, NUMBER, Token
from opsready.promql.nodes import (
    COMPARISONS,
    METRIC_NAME,
    SET_OPERATORS,
    Aggregation,
    At,
    Binary,
    Call,
    Expr,
    Matcher,
    Matching,
    Number,
    Range,
    Selector,
    Span,
    Subquery,
    Unary,
)
from opsready.promql.regex import UntranslatedRegexError, check_regex
from opsready.promql.semantics import DEFAULT, Semantics
from opsready.promql.signatures import (
    AGGREGATIONS,
    FUNCTIONS,
    REFUSED_CALLS,
    REMOVED,
    Signature,
    ValueType,
    signature_of,
)

MAX_HEIGHT = 250
"""How many nodes may lie below each other, as in a chain of `or`: what reads a tree recurses,
and Python stops at 1000."""

_SCALAR, _VECTOR = ValueType.SCALAR, ValueType.VECTOR
_LATEST_SECONDS = 2**63
_Made = TypeVar("_Made", bound=Expr)
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Builder:
    """Builds the nodes of one text; every method raises PromQLError at the part at fault."""

    text: str
    semantics: Semantics = DEFAULT

    def fault(self, message: str, span: Span) -> PromQLError:
        return PromQLError(message, self.text, *span)

    def refusal(self, message: str, span: Span) -> Refused:
        return Refused(message, self.text, *span)

    def read(self, reading: Callable[[str], _Value], token: Token) -> _Value:
        """The value of a token, by one of the readings of `literals`."""
        try:
            return reading(token.text)
        except ValueError as fault:
            raise self.fault(str(fault), (token.start, token.end)) from None

    def number(self, token: Token) -> Number:
        """The value of a number, or of a duration in its place."""
        self._expect_kind(token, NUMBER)
        if token.kind == DURATION:
            value = self.read(literals.duration_ms, token) / 1000
        else:
            value = self.read(literals.number_value, token)
        return Number(value, span=(token.start, token.end))

    def milliseconds(self, token: Token) -> int:
        """A duration, or a number of seconds in its place, as a time span."""
        self._expect_kind(token, DURATION)
        if token.kind == DURATION:
            return self.read(literals.duration_ms, token)
        return self.read(lambda text: literals.seconds_to_ms(literals.number_value(text)), token)

    def _expect_kind(self, token: Token, kind: str) -> None:
        """Numbers and durations, one for the other, and digits with _ between, are new in 2.54."""
        if self.semantics.numbers_are_durations or (token.kind == kind and "_" not in token.text):
            return
        message = f"Prometheus before 2.54 does not read {shown(token.text)} as a {kind}"
        raise self.fault(message, (token.start, token.end))

    def quoted_name(self, token: Token) -> str:
        """A name of a metric or a label in quotes, which 3.0 reads."""
        if not self.semantics.names_are_utf8:
            message = "Prometheus before 3.0 reads no name in quotes"
            raise self.fault(message, (token.start, token.end))
        return self.read(literals.unquote, token)

    def window(self, token: Token) -> int:
        window_ms = self.milliseconds(token)
        if window_ms == 0:
            raise self.fault(
                "a window must be at least one millisecond long", (token.start, token.end)
            )
        return window_ms

    def matcher(self, label: str, op: str, value: str, span: Span) -> Matcher:
        match op:
            case "=" | "!=":
                return Matcher(label, op, value, span=span)
            case "=~" | "!~":
                try:
                    check_regex(value)
                except UntranslatedRegexError as fault:
                    raise self.refusal(str(fault), span) from None
                except ValueError as fault:
                    raise self.fault(str(fault), span) from None
                return Matcher(label, op, value, span=span)
        raise AssertionError(op)

    def selector(self, name: str | None, matchers: Sequence[Matcher], span: Span) -> Selector:
        if name is not None:
            for matcher in matchers:
                if matcher.label == METRIC_NAME:
                    message = (
                        f"the metric already has the name {shown(name)}; it cannot have a second"
                    )
                    raise self.fault(message, matcher.span)
            return Selector(name, tuple(matchers), span=span)
        if all(matcher.matches("") for matcher in matchers):
            raise self.fault(
                "a selector needs a metric name, or a matcher that an empty label does not pass",
                span,
            )
        for index, matcher in enumerate(matchers):
            if matcher.label == METRIC_NAME and matcher.op == "=" and matcher.value:
                others = (*matchers[:index], *matchers[index + 1 :])
                return Selector(matcher.value, others, span=span)
        return Selector(None, tuple(matchers), span=span)

    def range(self, selector: Expr, range_ms: int, bracket: Span, end: int) -> Range:
        if not isinstance(selector, Selector):
            message = "a range like [5m] follows a metric; of an expression take a subquery, [5m:]"
            raise self.fault(message, bracket)
        # Prometheus lets `@ start()` and `@ end()` stand before a range, though not `@ 1`.
        if selector.offset_ms or isinstance(selector.at, int):
            raise self.fault("the range comes before offset and @: x[5m] offset 1h", bracket)
        return Range(selector, range_ms, span=(selector.span[0], end))

    def subquery(self, expr: Expr, range_ms: int, step_ms: int | None, span: Span) -> Subquery:
        self._expect(expr, _VECTOR, "a subquery")
        return self._within_reach(Subquery(expr, range_ms, step_ms, span=span))

    def offset(self, expr: Expr, offset_ms: int, keyword: Span, end: int) -> Expr:
        timed = self._timed(expr, keyword)
        if timed.offset_ms:
            raise self.fault("the offset is already given", keyword)
        return self._retimed(expr, end, offset_ms=offset_ms, at=timed.at)

    def at(self, expr: Expr, at: At, keyword: Span, end: int) -> Expr:
        timed = self._timed(expr, keyword)
        if timed.at is not None:
            raise self.fault("the time of @ is already given", keyword)
        return self._retimed(expr, end, offset_ms=timed.offset_ms, at=at)

    def at_ms(self, token: Token, *, negative: bool) -> int:
        seconds = self.number(token).value
        if not abs(seconds) < _LATEST_SECONDS:
            raise self.fault("@ needs a time in seconds since 1970", (token.start, token.end))
        ms = math.floor(seconds * 1000 + 0.5)
        return -ms if negative else ms

    def _timed(self, expr: Expr, keyword: Span) -> Selector | Subquery:
        if isinstance(expr, Range):
            return expr.selector
        if isinstance(expr, Selector | Subquery):
            return expr
        word = self.text[slice(*keyword)]
        raise self.fault(
            f"{word} follows a metric, a range or a subquery, not another expression", keyword
        )

    def _retimed(self, expr: Expr, end: int, *, offset_ms: int, at: At) -> Expr:
        span = (expr.span[0], end)
        if isinstance(expr, Range):
            selector = replace(expr.selector, offset_ms=offset_ms, at=at)
            return replace(expr, selector=selector, span=span)
        if isinstance(expr, Selector | Subquery):
            return replace(expr, offset_ms=offset_ms, at=at, span=span)
        raise AssertionError(expr)

    def unary(self, sign: Token, operand: Expr, end: int) -> Expr:
        span = (sign.start, end)
        if isinstance(operand, Number):
            return Number(-operand.value if sign.kind == "-" else operand.value, span=span)
        if operand.type not in (_SCALAR, _VECTOR):
            raise self.fault(f"a sign cannot stand before {operand.type.phrase}", span)
        return self._within_reach(Unary("-" if sign.kind == "-" else "+", operand, span=span))

    def binary(
        self,
        op: Token,
        sides: tuple[Expr, Expr],
        matching: Matching,
        span: Span,
        *,
        returns_bool: bool,
    ) -> Binary:
        left, right = sides
        place = (op.start, op.end)
        for side in sides:
            if side.type not in (_SCALAR, _VECTOR):
                message = (
                    f"{op.kind} takes scalars and instant vectors, and this is {side.type.phrase}"
                )
                raise self.fault(message, side.span)
        scalars = left.type is right.type is _SCALAR
        if returns_bool and op.kind not in COMPARISONS:
            raise self.fault(f"bool belongs to a comparison, and {op.kind} is none", place)
        if op.kind in COMPARISONS and scalars and not returns_bool:
            raise self.fault(f"between two scalars a comparison needs bool: {op.kind} bool", place)
        paired = self._matching(op, matching, vectors=left.type is right.type is _VECTOR)
        return self._within_reach(Binary(op.kind, left, right, paired, returns_bool, span=span))

    def _matching(self, op: Token, matching: Matching, *, vectors: bool) -> Matching | None:
        place = (op.start, op.end)
        if matching.on and (both := set(matching.labels) & set(matching.include)):
            message = (
                f"the label {shown(min(both))} cannot stand both in on and in group_left or _right"
            )
            raise self.fault(message, place)
        if not vectors:
            if op.kind in SET_OPERATORS:
                raise self.fault(f"{op.kind} needs an instant vector on both sides", place)
            if matching.labels:
                raise self.fault("on and ignoring need an instant vector on both sides", place)
            return None
        if op.kind not in SET_OPERATORS:
            return matching
        if matching.cardinality != "one-to-one":
            raise self.fault(f"{op.kind} does not take group_left or group_right", place)
        return replace(matching, cardinality="many-to-many")

    def signature(self, name: Token) -> Signature:
        signature = FUNCTIONS.get(name.text)
        if signature is None and self.semantics.has_holt_winters:
            signature = REMOVED.get(name.text)
        if signature is not None:
            return signature
        self.refuse_experimental(name)
        hint = ""
        if name.text.lower() in FUNCTIONS:
            hint = f"; functions are in lower case: {name.text.lower()}"
        raise self.fault(f"there is no function {shown(name.text)}{hint}", (name.start, name.end))

    def refuse_experimental(self, name: Token) -> None:
        """Raises Refused if the function or aggregation is one that is not evaluated here."""
        if reason := REFUSED_CALLS.get(name.text.lower()):
            raise self.refusal(reason, (name.start, name.end))

    def call(self, name: Token, args: Sequence[Expr], end: int) -> Call:
        span = (name.start, end)
        signature = signature_of(name.text)
        if not signature.accepts_count(len(args)):
            message = f"{name.text}() takes {signature.expected_count()}, and {len(args)} are given"
            raise self.fault(message, span)
        for index, arg in enumerate(args):
            self._expect(arg, signature.parameter(index), f"{name.text}()")
        return self._within_reach(Call(name.text, tuple(args), span=span))

    def aggregation(
        self, op: Token, args: Sequence[Expr], labels: Sequence[str], *, without: bool, end: int
    ) -> Aggregation:
        span = (op.start, end)
        parameter_type = AGGREGATIONS[op.kind]
        expected = 1 if parameter_type is None else 2
        if len(args) != expected:
            counted = "one argument" if expected == 1 else "two arguments"
            raise self.fault(f"{op.kind} takes {counted}, and {len(args)} are given", span)
        self._expect(args[-1], _VECTOR, op.kind)
        parameter = None
        if parameter_type is not None:
            parameter = args[0]
            self._expect(parameter, parameter_type, f"the parameter of {op.kind}")
        node = Aggregation(op.kind, args[-1], parameter, tuple(labels), without, span=span)
        return self._within_reach(node)

    def _expect(self, expr: Expr, wanted: ValueType, taker: str) -> None:
        if expr.type is wanted:
            return
        message = f"{taker} takes {wanted.phrase}, and this is {expr.type.phrase}"
        if wanted is ValueType.MATRIX and isinstance(expr, Selector):
            message += "; give it a window: x[5m]"
        raise self.fault(message, expr.span)

    def _within_reach(self, node: _Made) -> _Made:
        if node.height > MAX_HEIGHT:
            message = f"more than {MAX_HEIGHT} operators and calls lie within each other: split it"
            raise self.fault(message, node.span)
        return node
