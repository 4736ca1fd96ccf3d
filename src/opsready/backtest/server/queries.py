"""The answers to the range queries of one expression, as one vector."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from opsready.backtest.server.access import AskedTooMuch
from opsready.backtest.server.client import Answer, Client
from opsready.backtest.server.query import STEPS_AT_ONCE, Query
from opsready.promql.arrays import Grid
from opsready.promql.labels import Labels, labels_of
from opsready.promql.vector import Vector

_STEPS_AT_LEAST = 100
"""A server to which fewer are too much does not answer this query at all."""


@dataclass(frozen=True, eq=False)
class Answered:
    """The values of a query at each step of its grid, and what the server warned of."""

    vector: Vector
    warnings: tuple[str, ...]


def ask(client: Client, query: Query, steps: int = STEPS_AT_ONCE) -> Answered:
    """All chunks side by side, as many at once as the client allows. Raises ServerFailed."""
    chunks = list(query.chunks(steps))

    def one(grid: Grid) -> list[Answer]:
        return list(_asked(client, query.expr, grid))

    with ThreadPoolExecutor(max_workers=client.access.at_once) as pool:
        answers = [answer for chunk in pool.map(one, chunks) for answer in chunk]
    warnings = tuple(dict.fromkeys(said for answer in answers for said in answer.warnings))
    return Answered(vector_of(answers, query.grid), warnings)


def _asked(client: Client, expr: str, grid: Grid) -> Iterator[Answer]:
    """One span; in halves where that is too much at once."""
    try:
        yield client.range(expr, grid.start_ms, grid.end_ms, grid.step_ms)
    except AskedTooMuch:
        if grid.count < _STEPS_AT_LEAST:
            raise
        half = grid.count // 2
        for part in (grid.part(0, half), grid.part(half, grid.count - half)):
            yield from _asked(client, expr, part)


def vector_of(answers: Sequence[Answer], grid: Grid) -> Vector:
    """Rows by labels; a sample belongs to the step at its time."""
    rows: dict[Labels, int] = {}
    for answer in answers:
        for metric, _ in answer.rows:
            rows.setdefault(labels_of(metric), len(rows))
    shape = (len(rows), grid.count)
    values, present = np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    for answer in answers:
        for metric, samples in answer.rows:
            row = rows[labels_of(metric)]
            pairs = np.array(samples, dtype=np.float64).reshape(-1, 2)
            steps = np.rint((pairs[:, 0] * 1000 - grid.start_ms) / grid.step_ms).astype(np.int64)
            inside = (steps >= 0) & (steps < grid.count)
            values[row, steps[inside]] = pairs[inside, 1]
            present[row, steps[inside]] = True
    return Vector(tuple(rows), values, present)
