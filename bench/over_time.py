"""Rows of rules over time: many SLOs, rule tests, every minute, range queries, growth."""

import sys
from collections.abc import Mapping, Sequence

from bench.figures import Demand, Figure, Line, faster, times_slower, within
from bench.ground import ROOT, Ground, installed, opsready
from bench.growth import grown
from bench.loading import loaded
from bench.measure import Command, NotMeasured, Timing, median, side_by_side, told
from bench.minutes import random_sets, same_minutes, slo
from bench.ranges import against_server
from bench.row import Row
from bench.slos import DAYS, write_tests

_SLOS, _FEW = 1_000, 100
_MOST_S = 10
_MOST_GROWN = 1.1
"""Memory that is flat may still differ so much between two runs."""
_FASTER_THAN_PROMTOOL = 300
_PROMTOOL = "promtool test rules FILE"
_PROMTOOL_REMEDY = "`make tools` installs it"


def _slos(_: Ground, runs: int) -> Figure:
    """In turn, with a last run that loads each SLO from a file of its own."""
    many, few = [], []
    for _number in range(runs):
        many.append(_evaluated(_SLOS))
        few.append(_evaluated(_FEW))
    from_files = [_evaluated(_SLOS, "--parquet")]
    lines = (
        _line(f"{_SLOS}", many),
        _line(f"{_FEW}", few),
        _line(f"{_SLOS} --parquet", from_files),
    )
    demands = (within(_MOST_S, lines[0].timing), flat(peak_mb(few), peak_mb(many)))
    return Figure(lines, demands)


def flat(few_mb: float | None, many_mb: float | None) -> Demand:
    """Memory does not grow with the number."""
    words = f"no more memory for {_SLOS:,} than for {_FEW}"
    known = few_mb is not None and many_mb is not None
    return Demand(words, many_mb <= _MOST_GROWN * few_mb if known else None)


Told = Mapping[str, float] | NotMeasured


def peak_mb(found: Sequence[Told]) -> float | None:
    """The most that a process had in any run."""
    peaks = [one["peak_mb_of_a_process"] for one in found if not isinstance(one, NotMeasured)]
    return max(peaks, default=None)


def _evaluated(count: int, *options: str) -> Told:
    arguments = (str(ROOT / "bench" / "slos.py"), "--slos", str(count), *options)
    return told(Command("bench/slos.py", (sys.executable, *arguments)))


def _line(options: str, found: Sequence[Told]) -> Line:
    shown = f"bench/slos.py --slos {options}"
    missing = [one for one in found if isinstance(one, NotMeasured)]
    if missing:
        return Line(shown, missing[0])
    worked = [one for one in found if not isinstance(one, NotMeasured)]
    took = median([Timing(one["seconds"], one["processor_seconds"]) for one in worked])
    parsing_s = max(one["parsing_seconds"] for one in worked)
    remarks = [f"{peak_mb(found):.0f} MB a process", f"after {parsing_s:.1f} s of parsing rules"]
    loading_s = max(one["loading_seconds"] for one in worked)
    if loading_s:
        remarks.append(f"and {loading_s:.1f} s of loading")
    return Line(shown, took, ", ".join(remarks))


def _rule_tests(ground: Ground, _: int) -> Figure:
    """Once and without a warming round, since promtool takes minutes."""
    tests = str(write_tests(ground.work / "slo"))
    ours = opsready("opsready test-rules FILE", "test-rules", tests)
    arguments = (installed("promtool"), "test", "rules", tests)
    peer = Command(_PROMTOOL, arguments, remedy=_PROMTOOL_REMEDY)
    took, peer_took = side_by_side([ours, peer], 1, warm=False)
    by = "processor seconds"
    remark = times_slower(took, peer_took, by)
    lines = (Line(ours.shown, took), Line(peer.shown, peer_took, remark))
    return Figure(lines, (within(1.0, took), faster(_FASTER_THAN_PROMTOOL, took, peer_took, by)))


def _range_queries(ground: Ground, runs: int) -> Figure:
    return against_server(ground, DAYS, runs)


def _week(ground: Ground, _: int) -> Figure:
    return same_minutes(ground, "week", slo(7))


def _month(ground: Ground, _: int) -> Figure:
    return same_minutes(ground, "month", slo(30))


def _random_sets(ground: Ground, _: int) -> Figure:
    return same_minutes(ground, "random", random_sets())


def _loading(ground: Ground, runs: int) -> Figure:
    return loaded(ground, DAYS, runs)


def _growth(_: Ground, __: int) -> Figure:
    return grown()


OVER_TIME = (
    Row("slos", f"{_SLOS:,} SLOs × {DAYS} days × 1 m, evaluated", 75, _slos),
    Row("loading", f"history of one SLO, {DAYS} days at 1 m, read", 6, _loading),
    Row("growth", "one alert of 1,000 series, 30 days at 1 m", 60, _growth),
    Row("range-queries", f"range queries of one SLO, {DAYS} days at 1 m", 60, _range_queries),
    Row("minutes-random", "every minute of ten random rule sets, half a day", 70, _random_sets),
    Row("minutes-7", "every minute of one SLO, 7 days", 40, _week),
    Row("minutes-30", "every minute of one SLO, 30 days", 190, _month),
    Row("rule-tests", f"rule tests of one SLO, {DAYS} days at 1 m", 180, _rule_tests),
)
