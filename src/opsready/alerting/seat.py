"""A rule at its place among others, with the times at which it is evaluated."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from opsready.alerting.groups import BadRule, RecordingRule, Rule, RuleGroup
from opsready.promql import PromQLError, Refused
from opsready.promql.arrays import Grid
from opsready.promql.labels import Labels, changed
from opsready.promql.nodes import METRIC_NAME
from opsready.promql.plan import Plan, plan
from opsready.promql.semantics import Semantics
from opsready.promql.signatures import ValueType


@dataclass(frozen=True, eq=False)
class Seat:
    """`grid` is when the rule is evaluated; `reads_at` is what it then takes for now."""

    rule: Rule
    group: RuleGroup
    place: int
    plan: Plan
    grid: Grid

    @property
    def offset_ms(self) -> int:
        return self.group.query_offset_ms

    @cached_property
    def reads_at(self) -> Grid:
        if not self.offset_ms:
            return self.grid
        return Grid(self.grid.start_ms - self.offset_ms, self.grid.step_ms, self.grid.count)

    @cached_property
    def sees_the_future(self) -> bool:
        """Whether it asks for times that are not yet there, or that are the same at each step."""
        return any(node.at is not None or node.offset_ms < 0 for node in self.plan.timed)


def seats_of(
    groups: Sequence[RuleGroup], grid: Grid, semantics: Semantics, intervals: str
) -> list[Seat]:
    """Each rule in the order of evaluation. Raises BadRule."""
    seats: list[Seat] = []
    for group in groups:
        step = group.interval_ms if intervals == "own" and group.interval_ms else grid.step_ms
        own = grid  # the same one, so that what is known of its times is found
        if step != grid.step_ms:
            own = Grid(grid.start_ms, step, (grid.end_ms - grid.start_ms) // step + 1)
        for rule in group.rules:
            made = _plan(rule, semantics, grid.step_ms)
            seats.append(Seat(rule, group, len(seats), made, own))
    return seats


def _plan(rule: Rule, semantics: Semantics, interval_ms: int) -> Plan:
    try:
        made = plan(rule.expr, semantics, interval_ms=interval_ms)
    except Refused as error:
        raise BadRule(rule, f"its expression is not evaluated here: {error.message}") from None
    except PromQLError as error:
        raise BadRule(rule, f"its expression is no PromQL: {error}\n{error.caret()}") from None
    if made.expr.type not in (ValueType.VECTOR, ValueType.SCALAR):
        raise BadRule(rule, f"its expression gives {made.expr.type.phrase}, not a vector or scalar")
    return made


def recorded_labels(rule: RecordingRule, labels: Labels) -> Labels:
    """The labels of a recorded series; an empty one of the rule takes a label away."""
    return changed(labels, [(METRIC_NAME, rule.name), *rule.labels.items()])
