"""The history of one SLO over 30 days, read from each format that a backtest takes."""

import csv
import importlib.util
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from bench.figures import Figure, Line
from bench.ground import Ground
from bench.measure import NotMeasured, Timing, median
from bench.ranges import history
from opsready.backtest.history.read import read_history
from opsready.promql.labels import write_series
from opsready.promql.series import Series
from tests.promql.prometheus_server import openmetrics

_HEADER = ("series", "timestamp", "value")
_NO_PARQUET = "pyarrow is not installed: pip install 'opsready[parquet]'"


def loaded(ground: Ground, days: int, runs: int) -> Figure:
    """Reading alone, in a process that has started."""
    series = list(history(days))
    samples = sum(one.times.size for one in series)
    folder = ground.folder("histories")
    lines = []
    for name, write in _FORMATS.items():
        file = folder / name
        if name.endswith(".parquet") and importlib.util.find_spec("pyarrow") is None:
            took: Timing | NotMeasured = NotMeasured(_NO_PARQUET)
        else:
            write(file, series)
            took = median([_read(file, samples) for _ in range(runs)])
        lines.append(Line(f"read_history of {name}", took, f"{samples:,} samples"))
    return Figure(tuple(lines))


def _read(file: Path, samples: int) -> Timing:
    wall, cpu = time.perf_counter(), time.process_time()
    found = read_history([file])
    took = Timing(time.perf_counter() - wall, time.process_time() - cpu)
    if found.samples != samples:
        raise ValueError(f"{file.name}: {found.samples} samples were read, {samples} written")
    return took


def _rows(series: Sequence[Series]) -> Iterator[tuple[str, float, float]]:
    for one in series:
        name = write_series(one.labels)
        for at, value in zip(one.times.tolist(), one.values.tolist(), strict=True):
            yield name, at / 1000, value


def _write_text(file: Path, series: Sequence[Series]) -> None:
    file.write_text(openmetrics(series))


def _write_csv(file: Path, series: Sequence[Series]) -> None:
    with file.open("w", newline="") as rows:
        csv.writer(rows).writerows([_HEADER, *_rows(series)])


def _write_parquet(file: Path, series: Sequence[Series]) -> None:
    import pyarrow
    from pyarrow import parquet

    columns = zip(*_rows(series), strict=True)
    parquet.write_table(pyarrow.table(dict(zip(_HEADER, columns, strict=True))), file)


_FORMATS: Mapping[str, Callable[[Path, Sequence[Series]], None]] = {
    "history.om": _write_text,
    "history.csv": _write_csv,
    "history.parquet": _write_parquet,
}
