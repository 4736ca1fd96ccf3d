"""Rules as they are evaluated: in groups, one after the other. Needs no arrays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from opsready.promql import PromQLError, parse
from opsready.promql.nodes import METRIC_NAME, Expr, Selector, walk
from opsready.promql.semantics import ANY

ALERT_NAME = "alertname"
ALERTS, FOR_STATE = "ALERTS", "ALERTS_FOR_STATE"
"""The series that an alerting rule writes: what is active, and since when."""


class BadRule(ValueError):
    """A rule that no evaluation can use: which, and why."""

    def __init__(self, rule: "Rule", why: str) -> None:
        # Both as they came, so that another process can tell of it.
        super().__init__(rule, why)
        self.rule = rule
        self.why = why

    def __str__(self) -> str:
        place = f"{self.rule.path}:{self.rule.line}: " if self.rule.path else ""
        return f"{place}`{self.rule.name}`: {self.why}"


@dataclass(frozen=True)
class RecordingRule:
    """The expression under a new name. `path` and `line` are for messages alone."""

    name: str
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    line: int = 0

    @property
    def writes(self) -> Sequence[Mapping[str, str]]:
        """The labels that are known of what it writes, one mapping for each metric."""
        return ({**self.labels, METRIC_NAME: self.name},)


@dataclass(frozen=True)
class AlertingRule:
    """An alert for each series of the expression; labels and annotations are templates."""

    name: str
    expr: str
    for_ms: int = 0
    keep_firing_for_ms: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    line: int = 0

    @property
    def writes(self) -> Sequence[Mapping[str, str]]:
        """The labels that are known of what it writes, one mapping for each metric."""
        plain = {name: text for name, text in self.labels.items() if "{{" not in text}
        alert = {**plain, ALERT_NAME: self.name}
        return ({**alert, METRIC_NAME: ALERTS}, {**alert, METRIC_NAME: FOR_STATE})


Rule = RecordingRule | AlertingRule


@dataclass(frozen=True)
class RuleGroup:
    """Rules that are evaluated one after the other. `interval_ms` 0 is that of the server; `limit`
    0 is none; a `query_offset_ms` evaluates in the past, so that late samples are there."""

    name: str
    rules: tuple[Rule, ...]
    interval_ms: int = 0
    limit: int = 0
    query_offset_ms: int = 0
    path: str = ""


def expression_of(rule: Rule) -> Expr:
    """The parsed expression. Raises BadRule."""
    try:
        return _parsed(rule.expr)
    except PromQLError as error:
        raise BadRule(rule, f"its expression is no PromQL: {error}\n{error.caret()}") from None


@lru_cache(maxsize=8192)
def _parsed(text: str) -> Expr:
    """Asked for by all who follow what rules read, time and again."""
    return parse(text, ANY)


def selectors_of(expr: Expr) -> Iterator[Selector]:
    """All that an expression selects."""
    return (node for node in walk(expr) if isinstance(node, Selector))
