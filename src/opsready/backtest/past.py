"""What was: recorded samples here, or a server that holds them. Both answer the same questions."""

from collections.abc import Sequence
from typing import Protocol

from opsready.alerting.groups import AlertingRule, BadRule, RuleGroup
from opsready.alerting.templates import TemplateError
from opsready.backtest.history.read import History
from opsready.backtest.replayed import Replayed
from opsready.backtest.replays import (
    Judged,
    Window,
    failed_recordings,
    judged,
    replayed_over,
    without_refused,
)
from opsready.promql.arrays import Grid
from opsready.promql.evaluate import Engine
from opsready.promql.plan import plan
from opsready.promql.semantics import DEFAULT, Semantics
from opsready.promql.signatures import ValueType
from opsready.promql.vector import Vector


class Past(Protocol):
    """Rules and expressions over what was."""

    @property
    def partial(self) -> tuple[str, ...]:
        """Why what it answers is not whole, so far."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was supposed of it."""

    def judged(self, groups: Sequence[RuleGroup], beside: Sequence[str] = ()) -> Judged:
        """Which of the rules can be evaluated over it; what they record for the expressions
        `beside` them too."""

    def replayed(self, rules: Judged, window: Window) -> tuple[Replayed, ...]:
        """What would have come of the alerts. What the first of all rules record can be asked for
        afterwards."""

    def vector(self, expr: str, grid: Grid) -> Vector:
        """The value of an expression at each step."""


class Recorded:
    """Samples that were read from files."""

    def __init__(self, history: History, semantics: Semantics = DEFAULT) -> None:
        self.history = history
        self._semantics = semantics
        self._engine: Engine | None = None
        self._failed: dict[str, None] = {}

    @property
    def partial(self) -> tuple[str, ...]:
        """What the files are missing, and what could not be recorded."""
        return (*self.history.partial, *self._failed)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader supposed, such as which NaN are marks."""
        return self.history.notes

    def judged(self, groups: Sequence[RuleGroup], beside: Sequence[str] = ()) -> Judged:
        """Those that our evaluator knows."""
        return judged(groups, self._semantics, beside=beside)

    def replayed(self, rules: Judged, window: Window) -> tuple[Replayed, ...]:
        """Evaluates the rules here; one whose labels come to what is not supported is told as
        partial. Raises BadSpan and BadRule."""
        store, semantics = self.history.store, self._semantics
        try:
            done, found = replayed_over(rules, store, window, semantics)
        except TemplateError:
            rules, refused = without_refused(rules, store, window, semantics)
            self._failed |= dict.fromkeys(refused)
            done, found = replayed_over(rules, store, window, semantics)
        self._engine = self._engine or Engine(done.store)
        self._failed |= dict.fromkeys(failed_recordings(done))
        return found

    def vector(self, expr: str, grid: Grid) -> Vector:
        """Evaluates an expression here. Raises PromQLError, and BadRule for one that no rule could
        have."""
        engine = self._engine or Engine(self.history.store)
        made = plan(expr, self._semantics)
        if made.expr.type not in (ValueType.VECTOR, ValueType.SCALAR):
            why = f"gives {made.expr.type.phrase}, not a vector or scalar"
            raise BadRule(AlertingRule(expr, expr), why)
        return engine.evaluate(made, grid).raised().vector
