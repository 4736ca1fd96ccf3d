"""What an expression uses: which series over which windows, and which labels for what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from opsready.promql.nodes import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Range,
    Selector,
    Span,
    String,
    Subquery,
    walk,
)


@dataclass(frozen=True)
class SelectorUse:
    """A selector with the nodes that enclose it, the outermost first."""

    selector: Selector
    enclosing: tuple[Expr, ...]

    @property
    def window_ms(self) -> int | None:
        """The range of the selector itself, or None for an instant one."""
        innermost = self.enclosing[-1] if self.enclosing else None
        return innermost.range_ms if isinstance(innermost, Range) else None

    @property
    def reach_ms(self) -> int:
        """How far before the evaluation the samples may lie, lookback aside.

        Counts ranges, subqueries and offsets; not `@`, which moves the whole to a fixed time.
        """
        reach = self.selector.offset_ms
        for node in self.enclosing:
            if isinstance(node, Range):
                reach += node.range_ms
            elif isinstance(node, Subquery):
                reach += node.range_ms + node.offset_ms
        return reach

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions and aggregations that the values go through, the innermost first."""
        return tuple(
            node.function if isinstance(node, Call) else node.op
            for node in reversed(self.enclosing)
            if isinstance(node, Call | Aggregation)
        )


def selectors(expr: Expr) -> Iterator[SelectorUse]:
    """Each selector of `expr`, left to right."""
    waiting: list[tuple[Expr, tuple[Expr, ...]]] = [(expr, ())]
    while waiting:
        node, enclosing = waiting.pop()
        if isinstance(node, Selector):
            yield SelectorUse(node, enclosing)
        below = (*enclosing, node)
        waiting.extend((child, below) for child in reversed(node.children))


LabelRole = Literal["match", "by", "without", "on", "ignoring", "include", "read", "write"]
"""`include` is a label of group_left or group_right; `read` and `write` are the arguments of
label_replace, label_join and count_values that name a label."""


@dataclass(frozen=True)
class LabelUse:
    """A label, what it is used for, and the node or matcher that does so."""

    label: str
    role: LabelRole
    span: Span


def labels(expr: Expr) -> Iterator[LabelUse]:
    """Each use of a label in `expr`, in the order of `walk`."""
    for node in walk(expr):
        if isinstance(node, Selector):
            for matcher in node.matchers:
                yield LabelUse(matcher.label, "match", matcher.span)
        elif isinstance(node, Binary):
            yield from _of_matching(node)
        elif isinstance(node, Aggregation):
            for label in node.labels:
                yield LabelUse(label, "without" if node.without else "by", node.span)
            if node.op == "count_values":
                yield from _named("write", node.parameter)
        elif isinstance(node, Call):
            yield from _of_call(node)


def _of_matching(node: Binary) -> Iterator[LabelUse]:
    matching = node.matching
    if matching is None:
        return
    for label in matching.labels:
        yield LabelUse(label, "on" if matching.on else "ignoring", node.span)
    for label in matching.include:
        yield LabelUse(label, "include", node.span)


def _of_call(node: Call) -> Iterator[LabelUse]:
    if node.function == "label_replace":
        yield from _named("write", node.args[1])
        yield from _named("read", node.args[3])
    elif node.function == "label_join":
        yield from _named("write", node.args[1])
        for source in node.args[3:]:
            yield from _named("read", source)


def _named(role: LabelRole, node: Expr | None) -> Iterator[LabelUse]:
    if isinstance(node, String):
        yield LabelUse(node.value, role, node.span)
