"""When users suffered, as somebody wrote it down or as a query shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from opsready.backtest.spans import Span, joined, spans_of
from opsready.promql.arrays import Grid
from opsready.promql.vector import Vector

JOINED_WITHIN_MS = 5 * 60_000
"""Impact that is back so soon is the same incident: the usual lookback of a query."""


@dataclass(frozen=True)
class Incident:
    """`alerts` should have told of it: any that pages where none is named."""

    name: str
    from_ms: int
    to_ms: int
    alerts: tuple[str, ...] = ()
    path: str = ""
    line: int = 0


@dataclass(frozen=True)
class Budget:
    """What an SLO allows: `bad` and `total` are rates of events, as PromQL."""

    objective_percent: float
    window_ms: int
    bad: str
    total: str

    @property
    def ratio(self) -> float:
        """The share of events that may be bad."""
        return round(1 - self.objective_percent / 100, 12)


@dataclass(frozen=True)
class IncidentLog:
    """All incidents, and the budget that they burn, where one is named."""

    incidents: tuple[Incident, ...]
    budget: Budget | None = None


def incidents_of_impact(vector: Vector, grid: Grid) -> tuple[Incident, ...]:
    """An incident for each stretch in which a query gives something."""
    spans = joined(spans_of(vector.anywhere, grid.times, grid.step_ms), JOINED_WITHIN_MS)
    return tuple(_incident(number, span) for number, span in enumerate(spans, 1))


def _incident(number: int, span: Span) -> Incident:
    return Incident(f"impact {number}", span.start_ms, span.end_ms)


def within(incidents: Sequence[Incident], start_ms: int, end_ms: int) -> tuple[Incident, ...]:
    """Those of which some lies in a span of history, in order of time."""
    known = [one for one in incidents if one.from_ms < end_ms and start_ms < one.to_ms]
    return tuple(sorted(known, key=lambda one: (one.from_ms, one.to_ms, one.name)))
