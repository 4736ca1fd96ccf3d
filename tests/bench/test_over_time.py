"""What the rows of rules over time compare and judge."""

import re

import pytest

from bench.figures import Demand
from bench.growth import AXES, BASE, LARGEST, SIZES, Cost, Costs, Size, panels, table, worst
from bench.measure import NotMeasured
from bench.minutes import differing
from bench.over_time import flat, peak_mb
from bench.picture import picture
from bench.ranges import MINUTE_MS, chunks, expressions
from opsready.promql import parse
from tests.alerting.answers import Answers


def costs(ns: float = 100, ns_with_gaps: float = 300) -> dict[Size, tuple[Cost, Cost]]:
    """Every size at the same cost for each series and step."""
    return {
        size: (
            Cost(size, 2.0, size.cells * ns / 1e9, 64),
            Cost(size, 6.0, size.cells * ns_with_gaps / 1e9, 128),
        )
        for size in SIZES
    }


def with_gaps(found: Costs, size: Size, ns: float) -> Costs:
    together, _ = found[size]
    return {**found, size: (together, Cost(size, 9.0, size.cells * ns / 1e9, 256))}


@pytest.mark.parametrize(
    ("found", "times"),
    [
        (costs(), 1.0),
        (with_gaps(costs(), LARGEST, 750), 2.5),
        (with_gaps(costs(), AXES["window"][-1], 600), 2.0),
        (with_gaps(costs(), AXES["series"][0], 9_000), 1.0),  # below the base start-up counts
    ],
)
def test_growth_is_judged_above_the_base_for_each_series_and_step(
    found: Costs, times: float
) -> None:
    assert worst(found) == pytest.approx(times)


def test_every_size_stands_once_in_the_table() -> None:
    rows = list(table(costs()))[6:]
    assert len(rows) == len(SIZES)
    assert rows[2] == "| 100 | 7 | 1h | 2.000 | 100 | 64 | 6.000 | 300 | 128 |"
    assert rows[-1] == "| 1,000 | 30 | 1h | 2.000 | 100 | 64 | 6.000 | 300 | 128 |"
    assert BASE.cells == 100 * (7 * 1440 + 1)


def test_the_picture_has_two_curves_for_each_axis_and_nothing_from_elsewhere() -> None:
    drawn = picture(panels(costs()))
    assert len(re.findall("<polyline ", drawn)) == 2 * len(AXES)
    assert re.findall("https?://[^\"']+", drawn) == ["http://www.w3.org/2000/svg"]
    assert re.findall(r'text-anchor="end">([^<]+)<', drawn) == [
        "0.001 s",
        "0.01 s",
        "0.1 s",
        "1 s",
        "10 s",
    ]


@pytest.mark.parametrize(
    ("few", "many", "is_met"), [(200, 200, True), (200, 220, True), (200, 221, False)]
)
def test_memory_is_flat_within_a_tenth(few: float, many: float, is_met: bool) -> None:
    assert flat(few, many) == Demand("no more memory for 1,000 than for 100", is_met)
    assert flat(None, many).is_met is None


def test_the_peak_is_of_the_runs_that_worked() -> None:
    runs = [{"peak_mb_of_a_process": 90}, NotMeasured("exit 1"), {"peak_mb_of_a_process": 120}]
    assert peak_mb(runs) == 120
    assert peak_mb(runs[1:2]) is None


def test_each_answer_that_differs_is_named_with_both() -> None:
    ours = Answers(False, {("A", "1m"): "[one]", ("A", "2m"): "[two]"}, {("x", "0s"): "1"})
    theirs = Answers(False, {("A", "1m"): "[one]", ("A", "3m"): "[two]"}, {("x", "0s"): "2"})
    assert list(differing(ours, ours)) == []
    assert list(differing(ours, theirs)) == [
        "`A` at 2m: [two], promtool: None",
        "`A` at 3m: None, promtool: [two]",
        "`x` at 0s: 1, promtool: 2",
    ]
    assert next(differing(ours, Answers(True, {}, {}))) == "passed: False, promtool: True"


def test_the_stretches_cover_every_minute_once() -> None:
    minutes = [
        [start // MINUTE_MS, end // MINUTE_MS] for start, end in chunks(30 * 1440 * MINUTE_MS)
    ]
    assert minutes == [[0, 10_999], [11_000, 21_999], [22_000, 32_999], [33_000, 43_200]]


def test_alerts_are_asked_with_their_ratios_written_out() -> None:
    ratios, alerts = expressions()
    assert (len(ratios), len(alerts)) == (7, 2)
    for expr in (*ratios, *alerts):
        assert "slo:" not in expr
        parse(expr)
