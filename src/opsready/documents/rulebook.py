"""All rules of a tree as one: a recorded metric leads to the expression that gives it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Self

from opsready.documents.document import Document
from opsready.documents.expression import Expression, condition_of, output_labels
from opsready.documents.rules import Alert, Recording, RuleFile
from opsready.documents.value_range import COUNT, SHARE, ValueRange, value_range
from opsready.promql.nodes import Expr, Matcher, Selector
from opsready.promql.uses import SelectorUse, selectors

DEPTH_AT_MOST = 8
# The name itself, and external labels: a server adds them when it sends or is federated.
_ADDED_LATER = frozenset(
    {"__name__", "job", "instance", "cluster", "namespace", "env", "environment", "region"}
    | {"zone", "prometheus", "replica", "tenant", "stage", "datacenter", "dc"}
)
_BURN = re.compile(r"burn|budget", re.IGNORECASE)


@dataclass(frozen=True)
class RuleBook:
    """Every alert and every recording, in the order of path and line."""

    PART: ClassVar[type[Document]] = RuleFile

    files: tuple[RuleFile, ...]

    @classmethod
    def assemble(cls, parts: Iterable[RuleFile]) -> Self:
        """The book of these files."""
        return cls(tuple(parts))

    @cached_property
    def alerts(self) -> tuple[Alert, ...]:
        """Every alerting rule."""
        return tuple(alert for file in self.files for alert in file.alerts)

    @cached_property
    def recordings(self) -> tuple[Recording, ...]:
        """Every recording rule."""
        return tuple(recording for file in self.files for recording in file.recordings)

    @cached_property
    def _recorded(self) -> dict[str, tuple[Expr, ...]]:
        found: dict[str, tuple[Expr, ...]] = {}
        for recording in self.recordings:
            if recording.expression.root is not None:
                name = recording.name
                found[name] = (*found.get(name, ()), recording.expression.root)
        return found

    @cached_property
    def recorded_names(self) -> frozenset[str]:
        """The metrics that recording rules give."""
        return frozenset(recording.name for recording in self.recordings)

    def expressions(self) -> Iterable[Expression]:
        """The expression of every rule."""
        for file in self.files:
            yield from (recording.expression for recording in file.recordings)
            yield from (alert.expression for alert in file.alerts)

    def named_expressions(self) -> Iterator[tuple[str, Expression]]:
        """Name and expression of every rule."""
        for file in self.files:
            yield from ((rule.name, rule.expression) for rule in file.recordings)
            yield from ((rule.name, rule.expression) for rule in file.alerts)

    def resolve(self, name: str) -> tuple[Expr, ...]:
        """The expressions that give a recorded metric; none for any other."""
        return self._recorded.get(name, ())

    def may_give(self, selector: Selector) -> bool:
        """Whether some rule may record a series that the selector picks, told by the labels that
        rules add and by those that their expressions can have."""
        recorded = [r for r in self.recordings if r.name == selector.name]
        return any(all(_may_pass(m, r) for m in selector.matchers) for r in recorded)

    def value_range(self, expr: Expr) -> ValueRange:
        """The values that an expression can take, recorded metrics followed."""
        return value_range(expr, self.resolve)

    def windows_s(self, expr: Expr) -> frozenset[float]:
        """How far back its selectors look, in seconds, recorded metrics followed; 0 for what is
        read at an instant."""
        return frozenset(window for use in selectors(expr) for window in self._windows_of(use))

    def _windows_of(self, use: SelectorUse, depth: int = 0) -> set[float]:
        own = (use.reach_ms - use.selector.offset_ms) / 1000
        recorded = self.resolve(use.selector.name or "") if depth < DEPTH_AT_MOST else ()
        below = [self._windows_of(inner, depth + 1) for e in recorded for inner in selectors(e)]
        return {own + window for windows in below for window in windows} or {own}

    def source_metrics(self, expr: Expr, depth: int = 0) -> frozenset[str]:
        """The metrics behind an expression, recorded ones followed to what they are made of."""
        found: set[str] = set()
        for name in (name for use in selectors(expr) for name in use.selector.metrics or ()):
            recorded = self.resolve(name) if depth < DEPTH_AT_MOST else ()
            below = [self.source_metrics(inner, depth + 1) for inner in recorded]
            found |= frozenset().union(*below) if below else {name}
        return frozenset(found)

    def is_burn_alert(self, alert: Alert) -> bool:
        """Whether it is about how fast an error budget is spent: named so, or a share compared
        over two windows at once, or with a burn factor times a budget."""
        if _BURN.search(alert.name) or any(_BURN.search(m) for m in alert.expression.metrics):
            return True
        for way in alert.expression.ways:
            shares = [
                condition
                for part in way
                if (condition := condition_of(part))
                and self.value_range(condition.value) in (SHARE, COUNT)
            ]
            windows = {window for c in shares for window in self.windows_s(c.value)} - {0}
            if any(c.is_product for c in shares) or (len(shares) > 1 and len(windows) > 1):
                return True
        return False

    def is_windowed(self, expr: Expr) -> bool:
        """Whether all that it reads is read over a window. A recorded metric whose rule lies
        elsewhere counts as such: nothing can be said against it."""
        uses = list(selectors(expr))
        return bool(uses) and all(self._reads_a_window(use) for use in uses)

    def is_of_a_moment(self, expr: Expr) -> bool:
        """Whether it reads something, and nothing of it over a window."""
        uses = list(selectors(expr))
        return bool(uses) and not any(self._reads_a_window(use) for use in uses)

    def _reads_a_window(self, use: SelectorUse) -> bool:
        elsewhere = self._is_recorded_elsewhere(use.selector.name or "")
        return elsewhere or min(self._windows_of(use)) > 0

    def _is_recorded_elsewhere(self, name: str) -> bool:
        return ":" in name and name not in self._recorded


def _may_pass(matcher: Matcher, recording: Recording) -> bool:
    """A label that neither the rule nor its expression gives is empty."""
    if matcher.label in recording.labels:
        return matcher.matches(recording.labels[matcher.label])
    if matcher.label in _ADDED_LATER:
        return True
    root = recording.expression.root
    possible = output_labels(root) if root is not None else None
    return possible is None or matcher.label in possible or matcher.matches("")
