"""Recorded samples in every format; and what is said of files that are none."""

import gzip
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as arrow
import pytest
from pyarrow import parquet

from opsready.backtest.history.gather import BadHistory, Wanted
from opsready.backtest.history.read import History, read_history
from opsready.promql.labels import write_series

OPENMETRICS = """\
# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{code="200",path="/a b"} 10 1700000000.000
http_requests_total{code="200",path="/a b"} 12.5 1700000015.250 # {trace_id="a"} 1 1700000015
http_requests_total{code="200",path="/a b"} 13 1700000030
up 1 1700000000
# EOF
"""
PROMETHEUS = """\
http_requests_total{code="200",path="/a b"} 10 1700000000000
http_requests_total{code="200",path="/a b",} 12.5 1700000015250
http_requests_total{path="/a b",code="200"} 13 1700000030000
up 1 1700000000000
"""
DUMP = """\
{__name__="http_requests_total", code="200", path="/a b"} 10 1700000000000
{__name__="http_requests_total", code="200", path="/a b"} 12.5 1700000015250
{__name__="http_requests_total", code="200", path="/a b"} 13 1700000030000
{__name__="up"} 1 1700000000000
"""
JSON = """\
{"status": "success", "data": {"resultType": "matrix", "result": [
  {"metric": {"__name__": "http_requests_total", "code": "200", "path": "/a b"},
   "values": [[1700000000, "10"], [1700000015.25, "12.5"], [1700000030, "13"]]},
  {"metric": {"__name__": "up"}, "values": [[1700000000, "1"]]}]}}
"""
CSV = """\
metric,timestamp,value,code,path
http_requests_total,1700000000,10,200,/a b
http_requests_total,1700000015.25,12.5,200,/a b
up,2023-11-14T22:13:20Z,1,,
http_requests_total,2023-11-14T22:13:50Z,13,200,/a b
"""
CSV_OF_SERIES = """\
series,ts,value
"http_requests_total{code=""200"",path=""/a b""}",1700000000000,10
"http_requests_total{code=""200"",path=""/a b""}",1700000015250,12.5
up,1700000000000,1
"http_requests_total{code=""200"",path=""/a b""}",1700000030000,13
"""


def shown(history: History) -> dict[str, list[tuple[int, float]]]:
    return {
        write_series(one.labels): list(zip(one.times.tolist(), one.values.tolist(), strict=True))
        for one in history.store
    }


def read(folder: Path, name: str, text: str | bytes, wanted: Wanted | None = None) -> History:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_history([path], wanted)


SAME = {
    'http_requests_total{code="200", path="/a b"}': [
        (1700000000000, 10.0),
        (1700000015250, 12.5),
        (1700000030000, 13.0),
    ],
    "up": [(1700000000000, 1.0)],
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("samples.om", OPENMETRICS),
        ("samples.prom", PROMETHEUS),
        ("dump.txt", DUMP),
        ("answer.json", JSON),
        ("samples.csv", CSV),
        ("table", CSV_OF_SERIES),
        ("samples.om.gz", gzip.compress(OPENMETRICS.encode(), mtime=0)),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value else "text",
)
def test_every_format_gives_the_same_series(tmp_path: Path, name: str, text: str | bytes) -> None:
    assert shown(read(tmp_path, name, text)) == SAME


def test_only_what_the_rules_read_is_kept_and_only_of_the_span(tmp_path: Path) -> None:
    wanted = Wanted(frozenset({"http_requests_total"}), 1700000010000, 1700000020000)
    history = read(tmp_path, "samples.om", OPENMETRICS, wanted)
    assert shown(history) == {
        'http_requests_total{code="200", path="/a b"}': [(1700000015250, 12.5)]
    }


def test_files_follow_one_another(tmp_path: Path) -> None:
    (tmp_path / "1").write_text("up 1 1700000000\n")
    (tmp_path / "2").write_text("up 0 1700000060\n")
    history = read_history([tmp_path / "1", tmp_path / "2"])
    assert shown(history) == {"up": [(1700000000000, 1.0), (1700000060000, 0.0)]}
    with pytest.raises(BadHistory, match=r"/1: up has a sample out of order .* must begin where"):
        read_history([tmp_path / "2", tmp_path / "1"])


def test_a_nan_that_stands_alone_is_the_mark_of_an_ended_series(tmp_path: Path) -> None:
    history = read(tmp_path, "s", "up 1 100\nup NaN 160\nup 1 400\nx NaN 100\nx NaN 160\n")
    up, x = history.store
    assert up.stale is not None and up.stale.tolist() == [False, True, False]
    assert x.stale is None and np.isnan(x.values).all()
    assert history.notes == (
        f"{tmp_path / 's'}: 1 NaN that stand alone are taken for the marks of ended series,"
        " which text cannot tell apart",
    )


def test_infinities_and_signs_are_values(tmp_path: Path) -> None:
    history = read(tmp_path, "s", "x +Inf 1\nx -Inf 2\nx -0.5e3 3\n")
    assert [v for _, v in shown(history)["x"]] == [np.inf, -np.inf, -500.0]


def test_an_answers_warnings_make_it_partial(tmp_path: Path) -> None:
    text = JSON.replace('"success",', '"success", "warnings": ["a store is away"],')
    assert read(tmp_path, "a.json", text).partial == (f"{tmp_path / 'a.json'}: a store is away",)


def test_a_line_without_its_end_makes_it_partial(tmp_path: Path) -> None:
    assert read(tmp_path, "s", "up 1 100\nup 1 160").partial == (
        f"{tmp_path / 's'}: the last line has no end; the file may be cut",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ": is empty"),
        ("\n\n", ": is empty"),
        ("# EOF\n", ": has no sample"),
        ("up 1\n", ":1: has no time; a page as it is scraped shows one moment, a history has many"),
        ("up 1 100\nup one 160\n", ":2: one is no value"),
        ("up 1 100\nup 1 later\n", ":2: later is no time"),
        ("up 1 100\nup 1 100\n", ":2: up has two samples at 100"),
        ("up 1 100\nup 1 40\n", ":2: up is out of order: 40 comes after 100; sort by time"),
        ("up 1 100\nup 1 1e300\n", ": up has a sample at no time: 1e+300"),
        ("up 1 NaN\n", ":1: up has a sample at no time"),
        ('up{a="b} 1 100\n', ':1: is no sample: up{a="b} 1 100'),
        ("up{a=b} 1 100\n", ":1: {a=b} are no labels"),
        ("up 1 100\n\xff 1 100\n", ":2: is not UTF-8: byte 0 is 0xff"),
        ('{__name__="h"} {count:1, sum:2} 100\n', ":1: is a native histogram, which is not"),
        ("up 1 1700000000000\nup 1 1700000060\n", ":2: up has times in milliseconds, and here"),
        ("a,b,value\n", ":1: a table in long form has the columns `metric` (or `series`), "),
        ("metric,time,value\nup,100\n", ":2: has 2 columns, and the header 3"),
        ("metric,time,value\nup,soon,1\n", ":2: is no sample: Invalid isoformat string: 'soon'"),
        ("metric,time,value\nup,100,1\nup,40,1\n", ":3: up is out of order: 40 comes after 100"),
        ('{"status": "success", "da', ":1: is no whole JSON: Unterminated string"),
        ('{"status": "error", "error": "timed out"}', ": is no answer of a query: timed out"),
        ('{"status": "success", "data": {"resultType": "scalar"}}', ": holds a scalar; a history"),
        ('{"data": {"resultType": "matrix", "result": {}}}', ": is no answer of a query: its `"),
    ],
)
def test_what_is_no_history_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadHistory) as caught:
        read(tmp_path, "h", text.encode("latin-1"))
    assert str(caught.value).startswith(f"{tmp_path / 'h'}{said}")


def test_parquet_needs_an_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(BadHistory, match=r"Parquet is read by pyarrow: pip install 'opsready\[par"):
        read(tmp_path, "h", b"PAR1")


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadHistory, match="is cut: its compressed part has no end"):
        read(tmp_path, "h.gz", gzip.compress(OPENMETRICS.encode() * 99, mtime=0)[:-20])


def test_samples_of_other_metrics_are_no_history(tmp_path: Path) -> None:
    with pytest.raises(BadHistory, match="what the rules read: requests; it has: up"):
        read(tmp_path, "h", "up 1 100\n", Wanted(frozenset({"requests"})))


def test_more_than_fits_is_refused_with_the_figure(tmp_path: Path) -> None:
    text = "".join(f"up 1 {at}\n" for at in range(0, 600, 60))
    with pytest.raises(BadHistory, match=r"h:6: the rules read more than 5 samples, 0\.0 GB"):
        read(tmp_path, "h", text, Wanted(samples_at_most=5))


def write_parquet(path: Path, /, **columns: Any) -> None:
    parquet.write_table(arrow.table(columns), path, row_group_size=3)


def test_parquet_gives_the_same_series(tmp_path: Path) -> None:
    rows = [line.split(",") for line in CSV.splitlines()[1:]]
    write_parquet(
        tmp_path / "samples.parquet",
        metric=[row[0] for row in rows],
        timestamp=[1700000000.0, 1700000015.25, 1700000000.0, 1700000030.0],
        value=[float(row[2]) for row in rows],
        code=[row[3] or None for row in rows],
        path=[row[4] or None for row in rows],
    )
    assert shown(read_history([tmp_path / "samples.parquet"])) == SAME
    (tmp_path / "cut.parquet").write_bytes((tmp_path / "samples.parquet").read_bytes()[:-9])
    with pytest.raises(BadHistory, match=r"cut\.parquet: is no Parquet that can be read: "):
        read_history([tmp_path / "cut.parquet"])


def test_parquet_may_have_its_rows_and_columns_in_any_order_and_of_any_type(tmp_path: Path) -> None:
    file = tmp_path / "h"
    write_parquet(
        file,
        value=arrow.array([1, 5, 2, 6, 3, 7], arrow.int32()),
        series=["up{a='1',b='2'}", "down", "up{b='2',a='1'}", "down", "up{a='1',b='2'}", "down"],
        date=arrow.array([60, 60, 120, 120, 180, 180], arrow.timestamp("s", "UTC")),
        zone=arrow.array(["", None, "", "", None, ""]).dictionary_encode(),
        shard=[7, None, 7, None, 7, None],
    )
    assert shown(read_history([file])) == {
        'up{a="1", b="2", shard="7"}': [(60_000, 1.0), (120_000, 2.0), (180_000, 3.0)],
        "down": [(60_000, 5.0), (120_000, 6.0), (180_000, 7.0)],
    }
    found = read_history([file], Wanted(frozenset({"up"}), from_ms=100_000))
    assert shown(found) == {'up{a="1", b="2", shard="7"}': [(120_000, 2.0), (180_000, 3.0)]}
    with pytest.raises(BadHistory, match="h:5: the rules read more than 2 samples"):
        read_history([file], Wanted(frozenset({"up"}), samples_at_most=2))


UP = ["up"] * 5


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"metric": UP, "ts": [1, 2, 3, 5, 4], "value": [1.0] * 5}, ":5: up is out of order: 4"),
        ({"metric": UP, "ts": [1, 2, 3, 3, 4], "value": [1.0] * 5}, ":4: up has two samples at 3"),
        ({"metric": UP, "ts": [1, 2, 3, None, 4], "value": [1.0] * 5}, ":4: is no sample: a time"),
        ({"metric": UP, "ts": [1, 2, 3, 4, 5], "value": ["1", "2", "", "1", "1"]},
         ":3: is no sample: could not convert string to float: ''"),
        ({"series": [*UP[:4], "up{"], "ts": [1, 2, 3, 4, 5], "value": [1.0] * 5},
         ":5: is no sample: "),
        ({"metric": UP, "when": [1, 2, 3, 4, 5], "value": [1.0] * 5}, ":1: a table in long form "),
    ],
)  # fmt: skip
def test_a_row_of_parquet_that_is_no_sample_is_named(
    tmp_path: Path, columns: dict[str, Any], said: str
) -> None:
    write_parquet(tmp_path / "h", **columns)
    with pytest.raises(BadHistory) as caught:
        read_history([tmp_path / "h"])
    assert str(caught.value).startswith(f"{tmp_path / 'h'}{said}")
