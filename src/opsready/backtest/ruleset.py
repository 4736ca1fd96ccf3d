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

DEPTH_AT_MOST = 8


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

    def below(self, expr: Expr, depth: int = 0) -> Iterator[Expr]:
        """An expression, and those of all recorded metrics that it reads."""
        yield expr
        if depth < DEPTH_AT_MOST:
            for use in selectors(expr):
                for rule in self.meant(use.selector):
                    below = parsed(rule)
                    yield from () if below is None else self.below(below, depth + 1)

    def leaves_of(self, rule: Rule) -> tuple[Selector, ...]:
        """The selectors behind a rule of what no rule records."""
        expr = parsed(rule)
        return () if expr is None else tuple(dict.fromkeys(self.leaves(expr)))

    def reach_of(self, rule: Rule) -> int:
        """How far back a rule reads, recorded metrics followed, lookback aside."""
        expr = parsed(rule)
        return 0 if expr is None else self.reach_ms(expr)

    def leaves(self, expr: Expr, depth: int = 0) -> Iterator[Selector]:
        """The selectors of what no rule records."""
        for use in selectors(expr):
            rules = self.meant(use.selector) if depth < DEPTH_AT_MOST else ()
            if not rules:
                yield use.selector
            for rule in rules:
                below = parsed(rule)
                yield from () if below is None else self.leaves(below, depth + 1)

    def reach_ms(self, expr: Expr, depth: int = 0) -> int:
        """How far back its samples may lie, recorded metrics followed, lookback aside."""
        reach = 0
        for use in selectors(expr):
            rules = self.meant(use.selector) if depth < DEPTH_AT_MOST else ()
            known = (one for rule in rules if (one := parsed(rule)) is not None)
            below = (self.reach_ms(one, depth + 1) for one in known)
            reach = max(reach, use.reach_ms + max(below, default=0))
        return reach

    def windows_ms(self, expr: Expr, depth: int = 0) -> frozenset[int]:
        """The windows over which it reads, recorded metrics followed; 0 for an instant."""
        found: set[int] = set()
        for use in selectors(expr):
            rules = self.meant(use.selector) if depth < DEPTH_AT_MOST else ()
            own = use.reach_ms - use.selector.offset_ms
            known = (one for rule in rules if (one := parsed(rule)) is not None)
            below = [self.windows_ms(one, depth + 1) for one in known]
            found |= {own + window for windows in below for window in windows} or {own}
        return frozenset(found)

    def meant(self, selector: Selector) -> tuple[RecordingRule, ...]:
        """The recording rules that a selector may mean: their fixed labels do not rule it out."""
        named = (rule for name in selector.metrics or () for rule in self._recorded.get(name, []))
        return tuple(rule for rule in named if _may_match(selector, rule))

    def read_by(self, rule: Rule) -> tuple[RecordingRule, ...]:
        """The recording rules that a rule may read."""
        expr = parsed(rule)
        uses = () if expr is None else selectors(expr)
        return tuple(read for use in uses for read in self.meant(use.selector))

    def needed(self) -> tuple[RuleGroup, ...]:
        """The groups without the recording rules that no alert hangs on."""
        used: set[int] = set()
        waiting: list[Rule] = list(self.alerts)
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

    def metrics(self) -> frozenset[str] | None:
        """The names of all metrics that alerts hang on; None where they cannot be listed."""
        found: set[str] = set()
        for alert in self.alerts:
            for leaf in self.leaves_of(alert):
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
