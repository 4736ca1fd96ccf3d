"""The smallest nouns of a backtest; a test overrides by keyword what it is about."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from opsready.alerting.groups import AlertingRule, RuleGroup
from opsready.backtest.incidents import Incident
from opsready.backtest.replayed import Replayed
from opsready.documents.rule_groups import rule_groups
from opsready.documents.rules import RuleFile
from opsready.promql.labels import labels_of
from opsready.promql.script.notation import read_series
from opsready.promql.script.run import series_of
from opsready.promql.series import Store

MINUTE_MS = 60_000


def make_replayed(steps: str, **values: Any) -> Replayed:
    """An alert that is active at each `x`, one step a minute: several rows parted by `/`."""
    rows = steps.split("/")
    active = np.array([[step == "x" for step in row] for row in rows])
    name = values.pop("alert", "Slow")
    waits = values.pop("for_m", 0) * MINUTE_MS
    rule = AlertingRule(name, "x > 1", waits, values.pop("keep_m", 0) * MINUTE_MS)
    labels = [labels_of({"alertname": name, "row": str(row)}) for row in range(len(rows))]
    times = MINUTE_MS * np.arange(active.shape[1], dtype=np.int64)
    return Replayed(rule, tuple(labels), active, times, MINUTE_MS, **values)


def make_incident(from_m: int, to_m: int, *alerts: str, name: str = "outage") -> Incident:
    return Incident(name, from_m * MINUTE_MS, to_m * MINUTE_MS, alerts)


def make_store(*lines: str, step_s: int = 60) -> Store:
    """Series as promtool's tests write them, from time 0 on."""
    return Store(series_of(read_series(line), step_s * 1000) for line in lines)


def make_groups(text: str, path: str = "rules.yml") -> tuple[RuleGroup, ...]:
    """The groups of a rule file."""
    return rule_groups(RuleFile.parse(path, text))


def written(folder: Path, files: dict[str, str | Sequence[str]]) -> None:
    """Files of these names and texts; of several lines where they are listed."""
    for name, text in files.items():
        (folder / name).write_text(text if isinstance(text, str) else "\n".join([*text, ""]))


RULES = """\
groups:
- name: shop
  rules:
  - record: shop:errors:ratio
    expr: sum(rate(requests_total{code="500"}[2m])) / sum(rate(requests_total[2m]))
  - alert: ManyErrors
    expr: shop:errors:ratio > 0.1
    labels: {severity: page}
    annotations: {summary: "{{ $value | humanizePercentage }} of requests fail"}
  - alert: SomeErrors
    expr: shop:errors:ratio > 0.01
    for: 2m
    labels: {severity: ticket}
  - alert: Down
    expr: up == 0
    labels: {severity: page}
"""
BODY = RULES[RULES.index("  - record") :]
INCIDENTS = """\
slo:
  objective: 99
  window: 1h
  bad: sum(rate(requests_total{code="500"}[2m]))
  total: sum(rate(requests_total[2m]))
incidents:
- {name: database, from: 1970-01-01T00:10:00Z, to: 1970-01-01T00:14:00Z}
"""
# One request a second; a tenth and a bit fails in the minutes 10 to 13, and for one minute at 30.
BAD = {10: 12, 11: 12, 12: 12, 13: 12, 30: 20}


def history() -> list[str]:
    good = bad = 0
    lines = []
    for minute in range(41):
        at = f"{minute * 60}"
        lines += [
            f'requests_total{{code="200"}} {good} {at}',
            f'requests_total{{code="500"}} {bad} {at}',
        ]
        failing = BAD.get(minute, 0)
        good, bad = good + 60 - failing, bad + failing
    return lines
