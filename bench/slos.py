"""Many SLOs over 30 days at one minute: a history for each, its rules, its alerts.

Each SLO has four counters (two instances, good and bad), a burn rate of its errors for seven
windows, and two alerts over two pairs of windows each, as the SRE Workbook has them.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import yaml

from opsready.alerting.groups import AlertingRule, RecordingRule, RuleGroup
from opsready.alerting.many import Task, episodes_of
from opsready.backtest.history.read import read_history
from opsready.promql.arrays import Grid
from opsready.promql.labels import labels_of, write_series
from opsready.promql.plan import plan
from opsready.promql.semantics import SEMANTICS
from opsready.promql.series import Series, Store, Times

Loading = Callable[[Times], Store]
MINUTE = 60_000
DAYS = 30
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
BUDGET = 0.001
HISTORIES = 16
"""So many differ; making a thousand would take longer than to evaluate them."""


def rules(name: str) -> RuleGroup:
    """The seven ratios and two alerts of one SLO."""
    made: list[RecordingRule | AlertingRule] = [
        RecordingRule(
            f"slo:errors:ratio_rate{window}",
            f'sum(rate({name}_requests_total{{code="500"}}[{window}]))'
            f" / sum(rate({name}_requests_total[{window}]))",
            {"slo": name},
        )
        for window in WINDOWS
    ]
    for severity, pairs in (
        ("page", ((14.4, "5m", "1h"), (6, "30m", "6h"))),
        ("ticket", ((3, "2h", "1d"), (1, "6h", "3d"))),
    ):
        ways = [
            f'(slo:errors:ratio_rate{short}{{slo="{name}"}} > {factor * BUDGET:g} and'
            f' slo:errors:ratio_rate{long}{{slo="{name}"}} > {factor * BUDGET:g})'
            for factor, short, long in pairs
        ]
        labels = {"severity": severity, "slo": name}
        made.append(AlertingRule(f"Burn{severity.title()}", " or ".join(ways), labels=labels))
    return RuleGroup(name, tuple(made))


def history(rng: np.random.Generator, name: str, times: np.ndarray, shared: Times) -> Store:
    """Counters that rise each minute, restart now and then, and have a day of trouble."""
    series = []
    for instance in ("a", "b"):
        restarts = rng.random(times.size) < 1e-4
        traffic = rng.poisson(600, times.size).astype(float)
        share = np.full(times.size, 0.0003)
        start = int(rng.integers(0, times.size - 1000))
        share[start : start + int(rng.integers(10, 900))] = rng.choice([0.002, 0.02, 0.2])
        for code, counts in (("500", rng.binomial(600, share)), ("200", traffic)):
            total = np.cumsum(counts)
            before = np.maximum.accumulate(np.where(restarts, total, 0))
            labels = {"__name__": f"{name}_requests_total", "code": code, "instance": instance}
            series.append(Series.of(labels_of(labels), times, total - before))
    return Store(series, shared)


def write_tests(folder: Path) -> Path:
    """One SLO over 30 days as a file of rule tests, which promtool can run too."""
    group, store = rules("s0"), history(np.random.default_rng(3), "s0", _times(), Times())
    written = [
        {
            "alert" if isinstance(rule, AlertingRule) else "record": rule.name,
            "expr": rule.expr,
            "labels": dict(rule.labels),
        }
        for rule in group.rules
    ]
    series = [
        {"series": write_series(one.labels), "values": " ".join(f"{v:.0f}" for v in one.values)}
        for one in store
    ]
    last = f"{DAYS * 1440}m"
    names = ("BurnPage", "BurnTicket")
    asked = [{"eval_time": last, "alertname": name, "exp_alerts": []} for name in names]
    test = {"interval": "1m", "input_series": series, "alert_rule_test": asked}
    groups = {"groups": [{"name": "s0", "rules": written}]}
    folder.mkdir(parents=True)
    (folder / "rules.yml").write_text(yaml.safe_dump(groups))
    file = folder / "slo.test.yml"
    file.write_text(yaml.safe_dump({"rule_files": ["rules.yml"], "tests": [test]}, width=10**9))
    return file


def _times() -> np.ndarray:
    return MINUTE * np.arange(DAYS * 1440 + 1)


def _of_arrays(store: Store) -> Loading:
    def load(known: Times) -> Store:
        """Made anew, so that nothing is known of a series that an SLO before found out."""
        return Store((Series(one.labels, one.times, one.values) for one in store), known)

    return load


def _of_parquet(file: Path, store: Store) -> Loading:
    """Of a file in long form that is written here, a row group for each series."""
    import pyarrow as arrow  # an extra: what is of arrays needs none
    from pyarrow import parquet

    columns: dict[str, list[Any]] = {}
    for one in store:
        of_series = {"timestamp": one.times.astype("datetime64[ms]"), "value": one.values}
        labels = {name: np.full(one.times.size, value) for name, value in one.labels}
        for name, column in (of_series | labels).items():
            columns.setdefault(name, []).append(column)
    rows = next(iter(store)).times.size
    table = arrow.table({name: np.concatenate(parts) for name, parts in columns.items()})
    parquet.write_table(table, file, row_group_size=rows)
    return lambda known: Store(read_history([file]).store, known)


def _processor_seconds() -> float:
    of_children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + of_children.ru_utime + of_children.ru_stime


def _parse(group: RuleGroup) -> None:
    for rule in group.rules:
        plan(rule.expr)


def _parsed(tasks: list[Task], processes: int | None) -> tuple[float, float]:
    """Seconds of the clock and of processors that it takes to read all expressions, as many
    processes reading as evaluate later."""
    started, spent = time.perf_counter(), _processor_seconds()
    groups = [group for task in tasks for group in task.groups]
    if processes == 1:
        for group in groups:
            _parse(group)
    else:
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            pool.map(_parse, groups, chunksize=4)
    return time.perf_counter() - started, _processor_seconds() - spent


def _played(tasks: list[Task], processes: int | None) -> tuple[float, float, int]:
    """Seconds of the clock and of processors, and how many alerts fired."""
    started, spent = time.perf_counter(), _processor_seconds()
    found = list(episodes_of(tasks, processes=processes))
    fired = sum(e.firing_at_ms is not None for episodes in found for e in episodes)
    return time.perf_counter() - started, _processor_seconds() - spent, fired


def main() -> int:
    """Prints what it took as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slos", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=None)
    parser.add_argument("--semantics", default="3.0", choices=list(SEMANTICS))
    parser.add_argument("--parquet", action="store_true", help="each SLO loads a file of its own")
    options = parser.parse_args()
    begun, times, rng = time.perf_counter(), _times(), np.random.default_rng(1)
    grid, semantics = Grid(0, MINUTE, times.size), SEMANTICS[options.semantics]
    shown: dict[str, float] = {"slos": options.slos}
    with TemporaryDirectory() as folder:
        made: list[tuple[str, Loading]] = []
        for name in (f"s{n}" for n in range(HISTORIES)):
            store = history(rng, name, times, Times())
            file = Path(folder) / f"{name}.parquet"
            made.append((name, _of_parquet(file, store) if options.parquet else _of_arrays(store)))
        chosen = [made[n % HISTORIES] for n in range(options.slos)]
        tasks = [Task([rules(name)], load, grid, semantics) for name, load in chosen]
        shown["making_seconds"] = time.perf_counter() - begun
        loading = loading_spent = 0.0
        if options.parquet:
            bare = [replace(task, groups=()) for task in tasks]
            loading, loading_spent, _ = _played(bare, options.processes)
        parsing, parsing_spent = _parsed(tasks, options.processes)
        seconds, spent, shown["fired"] = _played(tasks, options.processes)
    shown["loading_seconds"], shown["parsing_seconds"] = loading, parsing
    shown["seconds"] = seconds - loading - parsing
    shown["processor_seconds"] = spent - loading_spent - parsing_spent
    of_children = resource.getrusage(resource.RUSAGE_CHILDREN)
    shown["peak_mb_of_a_process"] = round(of_children.ru_maxrss / 1024)
    print(json.dumps({name: round(value, 2) for name, value in shown.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
