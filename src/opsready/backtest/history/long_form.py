"""Tables in long form: one sample a row, its labels in columns of their own, or in one.

The same columns are read from CSV and from Parquet.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from opsready.backtest.history.gather import BadHistory, Column, Gathering
from opsready.promql.labels import Labels, labels_of
from opsready.promql.nodes import METRIC_NAME
from opsready.promql.script.notation import read_labels

_TIMES = ("timestamp", "time", "ts", "timestamp_ms", "datetime", "date")
_VALUES = ("value", "val", "v")
_NAMES = ("__name__", "metric", "metric_name", "name")
_SERIES = ("series", "labels")


@dataclass(frozen=True)
class Layout:
    """Which column holds what, by place. `series` is a column that holds `up{job="a"}`."""

    time: int
    value: int
    name: int | None
    series: int | None
    labels: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, header: Sequence[str], path: str) -> "Layout":
        """Raises BadHistory for a table without times, values or metrics."""
        known = [column.strip().strip("\ufeff").lower() for column in header]

        def place(names: Sequence[str]) -> int | None:
            return next((known.index(name) for name in names if name in known), None)

        time, value, name, series = map(place, (_TIMES, _VALUES, _NAMES, _SERIES))
        if time is None or value is None or (name is None and series is None):
            why = (
                "a table in long form has the columns `metric` (or `series`), `timestamp` and"
                f" `value`, and one a label; this has: {', '.join(header)[:200]}"
            )
            raise BadHistory(path, 1, why)
        taken = {time, value, name, series}
        labels = [(i, label.strip()) for i, label in enumerate(header) if i not in taken]
        return cls(time, value, name, series, tuple(labels))

    def labels_of(self, row: Sequence[Any]) -> Labels:
        """Raises ValueError for a series that is none."""
        pairs = {label: _text(row[i]) for i, label in self.labels}
        if self.series is not None:
            pairs |= dict(read_labels(_text(row[self.series])))
        if self.name is not None:
            pairs[METRIC_NAME] = _text(row[self.name])
        return labels_of(pairs)

    def key_of(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """What tells the series of a row from others."""
        return tuple(cell for i, cell in enumerate(row) if i not in (self.time, self.value))


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def read_csv(lines: Iterable[str], gathering: Gathering) -> None:
    """Gathers every row. Raises BadHistory."""
    path = gathering.path
    rows = csv.reader(lines, strict=True)
    try:
        header = next(rows, None)
        if header is None:
            raise BadHistory(path, 0, "is empty")
        table = Table(Layout.of(header, path), gathering, len(header))
        for row in rows:
            if row:
                table.add(row, rows.line_num)
    except csv.Error as error:
        raise BadHistory(path, rows.line_num, f"is no CSV: {error}") from None
    except UnicodeDecodeError as error:
        raise BadHistory(path, rows.line_num + 1, f"is not UTF-8: {error.reason}") from None


class Table:
    """Rows as they come, put to their series."""

    def __init__(self, layout: Layout, gathering: Gathering, width: int) -> None:
        self._layout = layout
        self._gathering = gathering
        self._width = width
        self._known: dict[tuple[Any, ...], Column | None] = {}

    def add(self, row: Sequence[Any], line: int) -> None:
        """Raises BadHistory."""
        path, layout = self._gathering.path, self._layout
        if len(row) != self._width:
            why = f"has {len(row)} columns, and the header {self._width}"
            raise BadHistory(path, line, why)
        key = layout.key_of(row)
        try:
            if key not in self._known:
                self._known[key] = self._gathering.column(layout.labels_of(row))
            column = self._known[key]
            if column is None:
                return
            at, value = seconds_or_ms(row[layout.time]), float(row[layout.value])
        except (TypeError, ValueError) as fault:
            raise BadHistory(path, line, f"is no sample: {fault}") from None
        self._gathering.add(column, at, value, line)


def seconds_or_ms(cell: Any) -> float:
    """A time as it is written: a number, or a date. Raises ValueError."""
    if isinstance(cell, datetime):
        return (cell if cell.tzinfo else cell.replace(tzinfo=UTC)).timestamp()
    try:
        return float(cell)
    except ValueError:
        moment = datetime.fromisoformat(str(cell).strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
