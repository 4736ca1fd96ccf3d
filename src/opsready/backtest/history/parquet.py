"""Parquet in long form, batch by batch; read by pyarrow, which is an extra."""

from typing import Any

from opsready.backtest.history.gather import BadHistory, Gathering
from opsready.backtest.history.long_form import Layout, Table

_ROWS_AT_ONCE = 65_536


def read_parquet(gathering: Gathering) -> None:
    """Gathers every row. Raises BadHistory, also where pyarrow is not installed."""
    path = gathering.path
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ModuleNotFoundError:
        why = "Parquet is read by pyarrow: pip install 'opsready[parquet]'"
        raise BadHistory(path, 0, why) from None
    try:
        with parquet.ParquetFile(path) as file:
            _read(file, gathering)
    except (arrow.ArrowException, OSError) as error:
        raise BadHistory(path, 0, f"is no Parquet that can be read: {error}") from None


def _read(file: Any, gathering: Gathering) -> None:
    header = file.schema_arrow.names
    table = Table(Layout.of(header, gathering.path), gathering, len(header))
    row_number = 0
    for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            row_number += 1
            table.add(row, row_number)
