"""Series and evaluations in a line, for tests of the evaluator."""

from opsready.promql.evaluate import Engine
from opsready.promql.labels import write_series
from opsready.promql.plan import plan
from opsready.promql.script.notation import read_series
from opsready.promql.script.run import series_of
from opsready.promql.semantics import SEMANTICS
from opsready.promql.series import Store

MINUTE_MS = 60_000


def engine(*lines: str, step_ms: int = MINUTE_MS) -> Engine:
    """Series in the notation of Prometheus's tests, a value each minute from 0 on."""
    return Engine(Store(series_of(read_series(line), step_ms) for line in lines))


def at(engine: Engine, expr: str, at_ms: int, version: str = "3.0") -> dict[str, float]:
    """The instant vector at one time, by the writing of its labels."""
    vector = engine.instant(plan(expr, SEMANTICS[version]), at_ms).vector
    return dict(zip(map(write_series, vector.labels), vector.values[:, 0].tolist(), strict=True))


def over(
    engine: Engine, expr: str, minutes: int, version: str = "3.0"
) -> dict[str, list[float | None]]:
    """The value at every minute from 0 on; None where there is none."""
    vector = engine.range(plan(expr, SEMANTICS[version]), 0, minutes * MINUTE_MS, MINUTE_MS).vector
    return {
        write_series(labels): [value if there else None for value, there in zip(*row, strict=True)]
        for labels, *row in zip(
            vector.labels, vector.values.tolist(), vector.present.tolist(), strict=True
        )
    }
