"""One expression over a long span as range queries, and what they cost; known before anything is
asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from opsready.promql.arrays import Grid

STEPS_AT_ONCE = 10_000
"""Prometheus refuses a range query of more than 11,000 steps."""


@dataclass(frozen=True)
class Query:
    """An expression over a grid, and the rule that needs it."""

    expr: str
    grid: Grid
    rule: str
    reach_ms: int = 0

    def chunks(self, steps: int = STEPS_AT_ONCE) -> Iterator[Grid]:
        """The grid in parts that a server answers at once."""
        for first in range(0, self.grid.count, steps):
            yield self.grid.part(first, steps)


@dataclass(frozen=True)
class Cost:
    """What a rule costs the server: how many queries, evaluations, and samples that it reads for
    each series, at one sample in 15 s."""

    rule: str
    expr: str
    queries: int
    evaluations: int
    samples_a_series: int


_SCRAPE_MS = 15_000  # as most scrape


def cost_of(query: Query, steps: int = STEPS_AT_ONCE) -> Cost:
    """Known before anything is asked."""
    window = max(1, query.reach_ms // _SCRAPE_MS)
    count = query.grid.count
    return Cost(query.rule, query.expr, len(list(query.chunks(steps))), count, count * window)
