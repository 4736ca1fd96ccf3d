"""Parquet in long form, row group by row group; read by pyarrow, which is an extra.

Columns become arrays, and no row becomes an object: rows are put to their series by numbers that
stand for their labels.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

from opsready.backtest.history import long_form
from opsready.backtest.history.gather import BadHistory, Gathering
from opsready.backtest.history.gather import Column as Samples
from opsready.backtest.history.long_form import Layout
from opsready.promql.arrays import Floats, Ints

_ROWS_AT_ONCE = 1 << 20
"""As many as a row group has that pyarrow writes; less than 100 MB with a few labels."""
_SORTED_IN_ONE_PASS = 1 << 16  # NumPy sorts numbers of 16 bits by their digits
_COUNTED = 1 << 22  # so many kinds are counted in an array; more are sorted
_PER_SECOND = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}


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
        schema = parquet.read_schema(path)
        texts = [field.name for field in schema if field.type in (arrow.string(), arrow.binary())]
        with parquet.ParquetFile(path, read_dictionary=texts) as file:
            table = _Table(Layout.of(schema.names, path), gathering, arrow)
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, use_threads=False):
                if batch.num_rows:
                    table.add(batch.columns)
    except (arrow.ArrowException, OSError) as error:
        raise BadHistory(path, 0, f"is no Parquet that can be read: {error}") from None


class _Table:
    """Columns as they come, put to their series. `arrow` is the module."""

    def __init__(self, layout: Layout, gathering: Gathering, arrow: Any) -> None:
        self._layout = layout
        self._gathering = gathering
        self._arrow = arrow
        self._known: dict[tuple[Any, ...], Samples | None] = {}
        self._rows = 0

    def add(self, columns: Sequence[Any]) -> None:
        """Raises BadHistory."""
        at = self._numbers(columns[self._layout.time], long_form.seconds_or_ms)
        values = self._numbers(columns[self._layout.value], float)
        for samples, rows in self._by_series(columns):
            lines = rows + (self._rows + 1)
            self._gathering.extend(samples, at[rows], values[rows], lines)
        self._rows += at.size

    def _numbers(self, column: Any, read: Callable[[Any], float]) -> Floats:
        """A column as floats, dates as seconds; text is read cell by cell."""
        arrow, kind = self._arrow, column.type
        if column.null_count:
            row = int(np.flatnonzero(column.is_null())[0])
            self._refuse(row, "a time or a value is missing")
        if arrow.types.is_date(kind):
            column = column.cast(arrow.timestamp("ms"))
        if arrow.types.is_timestamp(column.type):
            counted = column.cast(arrow.int64()).to_numpy(zero_copy_only=False)
            return np.asarray(counted / _PER_SECOND[column.type.unit])
        if arrow.types.is_integer(kind) or arrow.types.is_floating(kind):
            return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
        found = np.empty(len(column))
        for row, cell in enumerate(column.to_pylist()):
            try:
                found[row] = read(cell)
            except (TypeError, ValueError) as fault:
                self._refuse(row, str(fault))
        return found

    def _by_series(self, columns: Sequence[Any]) -> Iterator[tuple[Samples, Ints]]:
        """Each series that is wanted, with its rows in their order."""
        codes, cells = self._coded(columns)
        found: dict[int, tuple[int, Samples]] = {}
        number_of = np.zeros(len(cells), dtype=np.int64)
        for code, row in enumerate(cells):
            samples = self._samples(row, codes, code)
            if samples is not None:  # cells that differ may mean the same labels
                number_of[code], _ = found.setdefault(id(samples), (len(found) + 1, samples))
        numbers = number_of[codes]
        narrow = np.uint16 if len(found) < _SORTED_IN_ONE_PASS else np.int64
        order = np.argsort(numbers.astype(narrow), kind="stable")
        ends = np.cumsum(np.bincount(numbers, minlength=len(found) + 1)).tolist()
        for number, samples in found.values():
            yield samples, order[ends[number - 1] : ends[number]]

    def _samples(self, row: tuple[Any, ...], codes: Ints, code: int) -> Samples | None:
        if row not in self._known:
            try:
                labels = self._layout.labels_of(row)
            except ValueError as fault:
                self._refuse(int(np.argmax(codes == code)), str(fault))
            self._known[row] = self._gathering.column(labels)
        return self._known[row]

    def _coded(self, columns: Sequence[Any]) -> tuple[Ints, list[tuple[Any, ...]]]:
        """A number for each row, the same where all labels are; and a row of cells for each
        number, those of time and value left empty."""
        codes = np.zeros(len(columns[0]), dtype=np.int64)
        cells: list[tuple[Any, ...]] = [()]
        for place, column in enumerate(columns):
            numbers, texts = self._encoded(column, place)
            if len(texts) == 1:
                cells = [(*row, texts[0]) for row in cells]
                continue
            seen, codes = _renumbered(codes * len(texts) + numbers, len(cells) * len(texts))
            pairs = (divmod(code, len(texts)) for code in seen.tolist())
            cells = [(*cells[row], texts[text]) for row, text in pairs]
        return codes, cells

    def _encoded(self, column: Any, place: int) -> tuple[Ints, list[Any]]:
        """The cells of a column by number."""
        if place in (self._layout.time, self._layout.value):
            return np.zeros(0, dtype=np.int64), [None]
        if not self._arrow.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        numbers, texts = column.indices, column.dictionary.to_pylist()
        if numbers.null_count:
            numbers, texts = numbers.fill_null(len(texts)), [*texts, None]
        return numbers.to_numpy(zero_copy_only=False).astype(np.int64), texts

    def _refuse(self, row: int, why: str) -> NoReturn:
        line = self._rows + row + 1
        raise BadHistory(self._gathering.path, line, f"is no sample: {why}")


def _renumbered(codes: Ints, count: int) -> tuple[Ints, Ints]:
    """The numbers below `count` that occur, and of each its place among them."""
    if count > _COUNTED:
        seen, places = np.unique(codes, return_inverse=True)
        return seen, places
    seen = np.flatnonzero(np.bincount(codes, minlength=count))
    place_of = np.zeros(count, dtype=np.int64)
    place_of[seen] = np.arange(seen.size)
    return seen, place_of[codes]
