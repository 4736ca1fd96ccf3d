"""Reads recorded samples: names the format of each file, and makes one store of all."""

import gzip
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from opsready.backtest.history.gather import (
    BadHistory,
    Gathering,
    Wanted,
    lone_nans_as_marks,
    too_many,
)
from opsready.backtest.history.long_form import read_csv
from opsready.backtest.history.parquet import read_parquet
from opsready.backtest.history.query_range import BYTES_AT_MOST, read_answer
from opsready.backtest.history.text import read_text
from opsready.backtest.pace import Pace, Tell, opened, silent
from opsready.promql.series import Store

_HEAD = 4096  # bytes that tell the format
_JSON = re.compile(rb"\[|\{\s*(\"(?:[^\"\\]|\\.)*\"\s*:|\})")


@dataclass(frozen=True, eq=False)
class History:
    """What was recorded. `notes` say what the reader supposed, `partial` why it is not whole."""

    store: Store
    notes: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()

    @property
    def samples(self) -> int:
        """How many there are."""
        return sum(one.times.size for one in self.store)

    @property
    def start_ms(self) -> int:
        """The first time of all. Raises ValueError where there is no sample."""
        return min(int(one.times[0]) for one in self.store)

    @property
    def end_ms(self) -> int:
        """The last time of all. Raises ValueError where there is no sample."""
        return max(int(one.times[-1]) for one in self.store)


class Reading:
    """One store, filled file by file."""

    def __init__(self, wanted: Wanted, tell: Tell = silent) -> None:
        self._wanted = wanted
        self._pace = Pace(tell)
        self._store = Store()
        self._kept = 0
        self._notes: list[str] = []
        self._partial: list[str] = []
        self._skipped: set[str] = set()
        self._seen_outside = False

    def add(self, path: Path) -> None:
        """The samples of one file. Raises BadHistory."""
        try:
            self._gather(path)
        except OSError as error:
            why = f"cannot be read: {error.strerror or error}"
            raise BadHistory(str(path), 0, why) from None
        except EOFError:
            raise BadHistory(str(path), 0, "is cut: its compressed part has no end") from None

    def add_text(self, path: str, text: str) -> None:
        """The samples of a text that was read already. Raises BadHistory."""
        self._gather_text(
            Path(path), io.BufferedReader(cast(io.RawIOBase, io.BytesIO(text.encode())))
        )

    def history(self, paths: Sequence[Path]) -> History:
        """What came of all files. Raises BadHistory where that is nothing."""
        if not len(self._store):
            raise BadHistory(", ".join(map(str, paths)), 0, self._why_nothing())
        return History(self._store, tuple(self._notes), tuple(self._partial))

    def _why_nothing(self) -> str:
        names, seen = sorted(self._wanted.names or ()), sorted(self._skipped)
        if self._seen_outside:
            return "has no sample in the span that is asked for"
        if not names and self._wanted.names is not None:
            return "cannot be used: the rules read no metric"
        if seen:
            return (
                f"has no sample of what the rules read: {_listed(names)}; it has: {_listed(seen)}"
            )
        return "has no sample"

    def _gather(self, path: Path) -> None:
        with opened(path, self._pace) as raw:
            if raw.read(4) == b"PAR1":
                gathering = Gathering(str(path), self._wanted)
                read_parquet(gathering)
                self._take(gathering, marks_lost=False)
                return
            raw.seek(0)
            if raw.peek(2)[:2] != b"\x1f\x8b":
                self._gather_text(path, raw)
                return
            with gzip.open(raw) as unpacked:
                self._gather_text(path, io.BufferedReader(cast(io.RawIOBase, unpacked), 1 << 20))

    def _gather_text(self, path: Path, file: io.BufferedReader) -> None:
        head = file.peek(_HEAD)[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
        name = path.name.removesuffix(".gz")
        if not head:
            raise BadHistory(str(path), 0, "is empty")
        if _JSON.match(head):
            gathering = Gathering(str(path), self._wanted)
            content = file.read(BYTES_AT_MOST + 1)
            if len(content) > BYTES_AT_MOST:
                most = BYTES_AT_MOST / 1e9
                why = (
                    f"JSON of more than {most:.0f} GB is not read whole; export OpenMetrics, CSV"
                    " or Parquet, which are streamed"
                )
                raise BadHistory(str(path), 0, why)
            self._partial += [f"{path}: {said}" for said in read_answer(content, gathering)]
            self._take(gathering, marks_lost=False)
        elif name.endswith(".csv") or _is_header(head):
            gathering = Gathering(str(path), self._wanted)
            with io.TextIOWrapper(file, "utf-8-sig", newline="") as lines:
                read_csv(lines, gathering)
            self._take(gathering, marks_lost=False)
        else:
            self._gather_lines(path, file, is_dump=head.startswith(b"{"))

    def _gather_lines(self, path: Path, file: BinaryIO, *, is_dump: bool) -> None:
        gathering = Gathering(str(path), self._wanted, "ms" if is_dump else None)
        if not read_text(file, gathering):
            self._partial.append(f"{path}: the last line has no end; the file may be cut")
        self._take(gathering, marks_lost=True)

    def _take(self, gathering: Gathering, *, marks_lost: bool) -> None:
        marks = 0
        self._kept += gathering.kept
        if self._kept > self._wanted.samples_at_most:
            raise BadHistory(gathering.path, 0, too_many(self._wanted.samples_at_most))
        for one in gathering.series():
            series, found = lone_nans_as_marks(one) if marks_lost else (one, 0)
            marks += found
            try:
                self._store.add(series)
            except ValueError as fault:
                why = f"{fault}; of several files each must begin where the one before ends"
                raise BadHistory(gathering.path, 0, why) from None
        self._skipped |= gathering.skipped
        self._seen_outside |= bool(gathering.columns) and not gathering.kept
        if marks:
            self._notes.append(
                f"{gathering.path}: {marks:,} NaN that stand alone are taken for the marks of"
                " ended series, which text cannot tell apart"
            )


def read_history(
    paths: Sequence[Path], wanted: Wanted | None = None, tell: Tell = silent
) -> History:
    """All files as one history; `tell` is told now and then how far that is. Raises BadHistory."""
    reading = Reading(wanted or Wanted(), tell)
    for path in paths:
        reading.add(path)
    return reading.history(paths)


def _is_header(head: bytes) -> bool:
    first = head.partition(b"\n")[0].lower()
    return b"," in first and b"value" in first and b"{" not in first


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return shown + (f" and {len(names) - 5} more" if len(names) > 5 else "")
