"""One SLO over 30 days: our evaluation, and the range queries of a Prometheus on loopback."""

import time
from collections.abc import Iterator, Sequence

import numpy as np
import psutil

from bench.figures import Demand, Figure, Line, faster, times_slower
from bench.ground import Ground
from bench.measure import NotMeasured, Timing, median
from opsready.promql.evaluate import Engine
from opsready.promql.labels import Labels
from opsready.promql.plan import plan
from opsready.promql.script.notation import read_series
from opsready.promql.script.run import series_of
from opsready.promql.semantics import SEMANTICS
from opsready.promql.series import Series, Store
from tests.alerting.burning import burn_rules, burn_tests
from tests.promql.prometheus_server import Server, serving, version

KNOWN = "2.42"
MINUTE_MS = 60_000
MOST_POINTS = 11_000
"""Of one series in one answer: a server refuses more."""
_OURS, _PEER = "Engine.range of two alerts", "query_range of two alerts"
_TIMES_FASTER = 10


def against_server(ground: Ground, days: int, runs: int) -> Figure:
    """The two alerts with their ratios written out, timed; these and the ratios, compared."""
    if version() != KNOWN:
        return _not_asked(f"what is known is prometheus {KNOWN}, here is {version() or 'none'}")
    series, end_ms = list(history(days)), days * 24 * 60 * MINUTE_MS
    ratios, alerts = expressions()
    with serving(series, ground.folder("prometheus")) as server:
        differences = points = 0
        for expr in (*ratios, *alerts):
            here, there = _ours(series, expr, end_ms), _theirs(server, expr, end_ms)
            points += len(there)
            differences += len(here.items() ^ there.items())
        took: list[Timing] = []
        peer: list[Timing] = []
        for _ in range(runs):
            took.append(_evaluated(series, alerts, end_ms))
            peer.append(_asked(server, alerts, end_ms))
    ours, theirs = median(took), median(peer)
    lines = (
        Line(_OURS, ours, f"{points:,} values, {differences} differ"),
        Line(_PEER, theirs, times_slower(ours, theirs)),
    )
    same = Demand("the same values", differences == 0)
    return Figure(lines, (faster(_TIMES_FASTER, ours, theirs), same))


def history(days: int) -> Iterator[Series]:
    """What the rule tests play, without the marks of staleness: a file of samples has none."""
    for line in burn_tests(days)["tests"][0]["input_series"]:
        written = series_of(read_series(f"{line['series']} {line['values']}"), MINUTE_MS)
        live = ~np.isnan(written.values)
        yield Series.of(written.labels, written.times[live], written.values[live])


def expressions() -> tuple[list[str], list[str]]:
    """Those of the recording rules, and those of the alerts with them written out."""
    (group,) = burn_rules()["groups"]
    recorded = {rule["record"]: rule["expr"] for rule in group["rules"] if "record" in rule}
    alerts = [rule["expr"] for rule in group["rules"] if "alert" in rule]
    for name, expr in recorded.items():
        alerts = [alert.replace(f"{name} ", f"({expr}) ") for alert in alerts]
    return list(recorded.values()), alerts


def chunks(end_ms: int) -> Iterator[tuple[int, int]]:
    """The minutes from 0 to the end, in stretches that one answer may have."""
    for start_ms in range(0, end_ms + 1, MOST_POINTS * MINUTE_MS):
        yield start_ms, min(start_ms + (MOST_POINTS - 1) * MINUTE_MS, end_ms)


Values = dict[tuple[Labels, int], str]
"""Written out, so that what is not a number equals itself."""


def _ours(series: Sequence[Series], expr: str, end_ms: int) -> Values:
    vector = Engine(Store(series)).range(_plan(expr), 0, end_ms, MINUTE_MS).vector
    return {
        (labels, int(step) * MINUTE_MS): repr(float(vector.values[row, step]))
        for row, labels in enumerate(vector.labels)
        for step in np.flatnonzero(vector.present[row])
    }


def _theirs(server: Server, expr: str, end_ms: int) -> Values:
    return {
        (labels, at): repr(value)
        for start_ms, last_ms in chunks(end_ms)
        for labels, row in server.range(expr, start_ms, last_ms, MINUTE_MS).items()
        for at, value in row.items()
    }


def _plan(expr: str):
    return plan(expr, SEMANTICS[KNOWN])


def _evaluated(series: Sequence[Series], alerts: Sequence[str], end_ms: int) -> Timing:
    """From an empty engine on; the samples are loaded."""
    store = Store(series)
    wall, cpu = time.perf_counter(), time.process_time()
    engine = Engine(store)
    for alert in alerts:
        engine.range(_plan(alert), 0, end_ms, MINUTE_MS)
    return Timing(time.perf_counter() - wall, time.process_time() - cpu)


def _asked(server: Server, alerts: Sequence[str], end_ms: int) -> Timing:
    """The server's own figure for the evaluation, and the processor time of its process, which
    has the writing of the answer too."""
    process = psutil.Process(server.pid)
    before = process.cpu_times()
    wall_s = sum(
        server.evaluation_s(alert, start_ms, last_ms, MINUTE_MS)
        for alert in alerts
        for start_ms, last_ms in chunks(end_ms)
    )
    after = process.cpu_times()
    return Timing(wall_s, after.user + after.system - before.user - before.system)


def _not_asked(why: str) -> Figure:
    none = NotMeasured(f"{why}; `make tools` installs it")
    demands = (faster(_TIMES_FASTER, none, none), Demand("the same values", None))
    return Figure((Line(_OURS, none), Line(_PEER, none)), demands)
