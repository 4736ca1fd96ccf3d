"""Rules by name, so that a recorded metric leads to the expression behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsready.alerting.groups import (
    AlertingRule,
    BadRule,
    RecordingRule,
    Rule,
    RuleGroup,
    expression_of,
)
from opsready.promql.nodes import Expr, Selector
from opsready.promql.uses import selectors

Path = tuple[RecordingRule, ...]
"""The recording rules that led to an expression: one that reads itself is followed once."""


class RuleSet:
    """All rules of some groups. Of an expression that is no PromQL nothing is known."""

    def __init__(self, groups: Sequence[RuleGroup]) -> None:
        self.groups = tuple(groups)
        rules = [rule for group in groups for rule in group.rules]
        self.alerts = tuple(rule for rule in rules if isinstance(rule, AlertingRule))
        self._recorded: dict[str, list[RecordingRule]] = {}
        for rule in rules:
            if isinstance(rule, RecordingRule):
                self._recorded.setdefault(rule.name, []).append(rule)

    def below(self, expr: Expr, path: Path = ()) -> Iterator[Expr]:
        """An expression, and those of all recorded metrics that it reads."""
        yield expr
        for use in selectors(expr):
            for rule, below in self._followed(use.selector, path):
                yield from self.below(below, (*path, rule))

    def leaves_of(self, rule: Rule) -> tuple[Selector, ...]:
        """The selectors behind a rule of what no rule records."""
        expr = parsed(rule)
        return () if expr is None else tuple(dict.fromkeys(self.leaves(expr)))

    def reach_of(self, rule: Rule) -> int:
        """How far back a rule reads, recorded metrics followed, lookback aside."""
        expr = parsed(rule)
        return 0 if expr is None else self.reach_ms(expr)

    def leaves(self, expr: Expr, path: Path = ()) -> Iterator[Selector]:
        """The selectors of what no rule records."""
        for use in selectors(expr):
            if not self.meant(use.selector):
                yield use.selector
            for rule, below in self._followed(use.selector, path):
                yield from self.leaves(below, (*path, rule))

    def reach_ms(self, expr: Expr, path: Path = ()) -> int:
        """How far back its samples may lie, recorded metrics followed, lookback aside."""
        reach = 0
        for use in selectors(expr):
            followed = self._followed(use.selector, path)
            below = (self.reach_ms(one, (*path, rule)) for rule, one in followed)
            reach = max(reach, use.reach_ms + max(below, default=0))
        return reach

    def windows_ms(self, expr: Expr, path: Path = ()) -> frozenset[int]:
        """The windows over which it reads, recorded metrics followed; 0 for an instant."""
        found: set[int] = set()
        for use in selectors(expr):
            own = use.reach_ms - use.selector.offset_ms
            followed = self._followed(use.selector, path)
            below = [self.windows_ms(one, (*path, rule)) for rule, one in followed]
            found |= {own + window for windows in below for window in windows} or {own}
        return frozenset(found)

    def _followed(self, selector: Selector, path: Path) -> Iterator[tuple[RecordingRule, Expr]]:
        """The recording rules that a selector may mean, with their expressions; those that led
        here are a circle, and left out."""
        for rule in self.meant(selector):
            expr = parsed(rule)
            if expr is not None and not any(rule is one for one in path):
                yield rule, expr

    def meant(self, selector: Selector) -> tuple[RecordingRule, ...]:
        """The recording rules that a selector may mean: their fixed labels do not rule it out."""
        named = (rule for name in selector.metrics or () for rule in self._recorded.get(name, []))
        return tuple(rule for rule in named if _may_match(selector, rule))

    def read_by(self, rule: Rule) -> tuple[RecordingRule, ...]:
        """The recording rules that a rule may read."""
        expr = parsed(rule)
        uses = () if expr is None else selectors(expr)
        return tuple(read for use in uses for read in self.meant(use.selector))

    def needed(self, beside: Sequence[str] = ()) -> tuple[RuleGroup, ...]:
        """The groups without the recording rules that no alert hangs on, and no expression that is
        asked for beside them."""
        used: set[int] = set()
        asked = [AlertingRule("", expr) for expr in beside]
        waiting: list[Rule] = [*self.alerts, *(rule for one in asked for rule in self.read_by(one))]
        while waiting:
            rule = waiting.pop()
            if id(rule) not in used:
                used.add(id(rule))
                waiting += self.read_by(rule)
        kept = (
            replace(group, rules=tuple(rule for rule in group.rules if id(rule) in used))
            for group in self.groups
        )
        return tuple(group for group in kept if group.rules)

    def metrics(self, beside: Sequence[str] = ()) -> frozenset[str] | None:
        """The names of all metrics that alerts and the expressions beside them hang on; None where
        they cannot be listed."""
        found: set[str] = set()
        for asking in (*self.alerts, *(AlertingRule("", expr) for expr in beside)):
            for leaf in self.leaves_of(asking):
                if leaf.metrics is None:
                    return None
                found |= set(leaf.metrics)
        return frozenset(found)


def parsed(rule: Rule) -> Expr | None:
    """The expression of a rule; None where it is no PromQL that we know."""
    try:
        return expression_of(rule)
    except BadRule:
        return None


def _may_match(selector: Selector, rule: RecordingRule) -> bool:
    return all(
        matcher.label not in rule.labels or matcher.matches(rule.labels[matcher.label])
        for matcher in selector.matchers
    )
