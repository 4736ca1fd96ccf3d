"""A backtest against Debian's Prometheus: what its server answers, and what promtool says of every
minute of a day."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from opsready.backtest.backtest import backtest
from opsready.backtest.history.read import History, read_history
from opsready.backtest.past import Recorded
from opsready.backtest.replayed import Firing, Replayed
from opsready.backtest.replays import Window
from opsready.backtest.server.access import Access
from opsready.backtest.server.client import Client
from opsready.backtest.server.served import Served
from opsready.promql.semantics import SEMANTICS
from opsready.promql.series import Store
from tests.backtest.nouns import MINUTE_MS, make_groups
from tests.promql.histories import START_MS, history
from tests.promql.prometheus_server import TOOL, serving, version

KNOWN = "2.42"
pytestmark = [
    pytest.mark.skipif(version() != KNOWN, reason=f"needs prometheus and promtool {KNOWN}"),
    pytest.mark.xdist_group("prometheus"),
]

SERVER_RULES = """\
groups:
- name: api
  rules:
  - record: job:errors:rate5m
    expr: sum by (job) (rate(requests_total{code="500"}[5m]))
  - alert: Errors
    expr: job:errors:rate5m > 0.2
    for: 2m
    labels: {severity: page}
  - alert: Odd
    expr: odd > 30 unless load > 10
    keep_firing_for: 3m
    labels: {severity: ticket}
  - alert: Loaded
    expr: max_over_time(load[10m]) > 60 and on (job) job:errors:rate5m
    labels: {severity: page, place: "{{ $labels.job }}/{{ $labels.instance }}"}
"""


def test_a_real_server_gives_the_same_firings_as_its_samples(tmp_path: Path) -> None:
    series = history(7)
    start = -(-START_MS // MINUTE_MS) * MINUTE_MS
    window = Window(start + 30 * MINUTE_MS, start + 230 * MINUTE_MS)
    groups, semantics = make_groups(SERVER_RULES), SEMANTICS[KNOWN]
    here = backtest(groups, Recorded(History(Store(series)), semantics), window)
    with serving(series, tmp_path) as server, Client(Access(server.address)) as client:
        there = backtest(groups, Served(client, semantics), window)
    for mine, theirs in zip(here.replayed, there.replayed, strict=True):
        assert begun_after(mine, window.from_ms) == begun_after(theirs, window.from_ms)
        assert len(mine.firings) > 3
    assert there.is_whole


def begun_after(replayed: Replayed, from_ms: int) -> list[Firing]:
    """When those began that were there before is not known."""
    return [one for one in replayed.firings if one.pending_ms > from_ms]


DAY_RULES = """\
groups:
- name: recording
  rules:
  - record: job:bad:ratio5m
    expr: sum by (job) (rate(bad_total[5m])) / sum by (job) (rate(all_total[5m]))
  - record: job:bad:ratio1h
    expr: sum by (job) (rate(bad_total[1h])) / sum by (job) (rate(all_total[1h]))
- name: alerts
  rules:
  - alert: Burn
    expr: job:bad:ratio5m > 0.05 and job:bad:ratio1h > 0.05
  - alert: Slow
    expr: job:bad:ratio1h > 0.02
    for: 7m
    keep_firing_for: 4m
  - alert: Gone
    expr: absent(all_total{job="a"})
    for: 2m
"""
MINUTES = 1_440


def day(seed: int) -> dict[str, list[float | None]]:
    """Whole numbers, so that no order of adding matters; gaps, resets and ends. None: no sample,
    NaN: the mark of an ended series."""
    rng = np.random.default_rng(seed)
    made: dict[str, list[float | None]] = {}
    for job in "ab":
        total = rng.integers(32, 64, MINUTES).astype(float)
        bad = np.minimum(rng.integers(0, 3, MINUTES) * (rng.random(MINUTES) < 0.3), total)
        for _ in range(6):
            first = int(rng.integers(0, MINUTES))
            bad[first : first + int(rng.integers(3, 90))] = 8
        counts = [np.cumsum(total), np.cumsum(bad)]
        reset = int(rng.integers(300, 1200))
        gone = int(rng.integers(100, 1300))
        for name, values in zip(("all_total", "bad_total"), counts, strict=True):
            values[reset:] -= values[reset]
            row: list[float | None] = values.tolist()
            row[gone : gone + 25] = [float("nan"), *[None] * 24]
            made[f'{name}{{job="{job}"}}'] = row
    return made


def as_text(series: dict[str, list[float | None]]) -> str:
    return "".join(
        f"{name} {'NaN' if value != value else value} {minute * 60}\n"
        for name, values in series.items()
        for minute, value in enumerate(values)
        if value is not None
    )


def as_values(values: list[float | None]) -> str:
    return " ".join("_" if v is None else "stale" if v != v else f"{v:g}" for v in values)


def expectations(replayed: Replayed) -> Iterator[dict[str, object]]:
    """What fires at each minute, as promtool is asked for it."""
    shape = (len(replayed.labels), replayed.times.size)
    firing = replayed.runs().firing(shape)
    for minute in range(MINUTES):
        labels = [
            {name: value for name, value in replayed.labels[row] if name != "alertname"}
            for row in np.flatnonzero(firing[:, minute]).tolist()
        ]
        yield {
            "eval_time": f"{minute}m",
            "alertname": replayed.alert,
            "exp_alerts": [{"exp_labels": each} for each in labels],
        }


def test_promtool_agrees_about_every_minute_of_a_day(tmp_path: Path) -> None:
    assert TOOL is not None
    series = day(3)
    (tmp_path / "rules.yml").write_text(DAY_RULES)
    (tmp_path / "history").write_text(as_text(series))
    past = Recorded(read_history([tmp_path / "history"]), SEMANTICS[KNOWN])
    found = backtest(make_groups(DAY_RULES), past, Window(0, (MINUTES - 1) * MINUTE_MS))
    assert all(one.firing for one in found.replayed)
    tests = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "group_eval_order": ["recording", "alerts"],
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": name, "values": as_values(values)} for name, values in series.items()
                ],
                "alert_rule_test": [each for one in found.replayed for each in expectations(one)],
            }
        ],
    }
    (tmp_path / "test.yml").write_text(json.dumps(tests))
    said = subprocess.run(
        [TOOL, "test", "rules", "test.yml"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (said.returncode, said.stderr) == (0, ""), said.stdout[:2000] + said.stderr[:2000]
