"""Measures what DESIGN §9 promises, beside what others take for the same: `make bench`.

Prints a table, row by row, and writes nothing; --write refreshes the tables of docs/benchmarks.md.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from bench.figures import HEAD, Demand, Figure, Line, below, rows
from bench.ground import ROOT, Ground
from bench.measure import NotMeasured
from bench.over_time import OVER_TIME
from bench.reading import READING
from bench.row import Row

PAGE = ROOT / "docs" / "benchmarks.md"
START, END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"
ROWS: tuple[Row, ...] = (*READING, *OVER_TIME)
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0, or 1 where a measured figure misses what is asked of it."""
    parser = argparse.ArgumentParser("bench", description=__doc__)
    parser.add_argument("--only", metavar="ROW", nargs="+", choices=[row.id for row in ROWS])
    parser.add_argument("--list", action="store_true", help="name the rows, and measure nothing")
    parser.add_argument("--runs", type=int, default=3, help="counted rounds (default: 3)")
    parser.add_argument("--write", action="store_true", help=f"refresh {PAGE.relative_to(ROOT)}")
    options = parser.parse_args(arguments)
    if options.write and options.only:
        parser.error("--write refreshes the whole page, so it measures every row: leave out --only")
    chosen = [row for row in ROWS if not options.only or row.id in options.only]
    if options.list:
        print("\n".join(listed(chosen)))
        return 0
    try:
        return _measure(chosen, options.runs, write=options.write)
    except KeyboardInterrupt:
        _say("\nstopped; nothing is written")
        return INTERRUPTED


def listed(chosen: Sequence[Row]) -> Iterator[str]:
    """The rows with how long each takes."""
    wide = max(len(row.id) for row in chosen)
    for row in chosen:
        yield f"{row.id:{wide}}  {about(row.about_s):>6}  {row.what}"


def about(seconds: float) -> str:
    """A duration in words, roughly."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _measure(chosen: Sequence[Row], runs: int, *, write: bool) -> int:
    total = about(sum(row.about_s for row in chosen))
    _say(f"{len(chosen)} rows, about {total} on two quiet cores; --list names them, --only chooses")
    table = [_where(runs), "", *HEAD]
    print("\n".join(table), flush=True)
    figures: dict[str, Figure] = {}
    with tempfile.TemporaryDirectory() as work:
        ground = Ground(Path(work))
        for number, row in enumerate(chosen, 1):
            _say(f"[{number}/{len(chosen)}] {row.id}: {row.what}, about {about(row.about_s)} …")
            start = time.monotonic()
            figure = figures[row.what] = _measured(row, ground, runs)
            _say(f"[{number}/{len(chosen)}] {row.id}: took {about(time.monotonic() - start)}")
            table += rows(row.what, figure)
            print("\n".join(rows(row.what, figure)), flush=True)
    ending = list(below(figures))
    print("\n".join(ending))
    if write:
        _refresh("\n".join([*table, *ending]))
        _draw(figures.values())
    return _verdict(figures)


def _measured(row: Row, ground: Ground, runs: int) -> Figure:
    """A row that breaks is a failure, and costs no other row its figures."""
    try:
        return row.measure(ground, runs)
    except Exception as error:
        traceback.print_exc()
        why = " ".join(f"{type(error).__name__}: {error}".split())
        return Figure((Line(row.id, NotMeasured(why)),), (Demand("a figure", False),))


def _verdict(figures: Mapping[str, Figure]) -> int:
    missed = [what for what, figure in figures.items() if figure.is_missed]
    for what in missed:
        _say(f"missed: {what}")
    return 1 if missed else 0


def _where(runs: int) -> str:
    """The machine, in general terms, and how busy others keep it."""
    counted = f"medians of {runs} runs" if runs > 1 else "one run each"
    return (
        f"Measured {date.today()} on {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, with a load of {os.getloadavg()[0]:.1f} before; "
        f"{counted}, side by side."
    )


def _refresh(table: str) -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    _, marker, after = rest.partition(END)
    if not marker:
        raise SystemExit(f"{PAGE.relative_to(ROOT)} has lost its markers {START} … {END}")
    PAGE.write_text(f"{before}{START}\n\n{table}\n\n{END}{after}", encoding="utf-8")
    _say(f"wrote {PAGE.relative_to(ROOT)}")


def _draw(figures: Iterable[Figure]) -> None:
    for figure in figures:
        for name, text in figure.pictures.items():
            (PAGE.parent / name).write_text(text, encoding="utf-8")
            _say(f"wrote {(PAGE.parent / name).relative_to(ROOT)}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
