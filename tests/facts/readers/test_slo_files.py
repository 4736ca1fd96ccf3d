"""Objectives that files for Sloth, Pyrra and OpenSLO promise."""

from typing import Any

import pytest

from opsready.facts.readers.slo_files import read
from tests.build import make_bundle

SLOTH = """\
version: prometheus/v1
service: shop
slos:
  - name: requests
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total[{{.window}}]))
"""
PYRRA = """\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: speed}
spec:
  target: "95"
  window: 1h
  indicator:
    latency:
      success: {metric: 'http_request_duration_seconds_bucket{le="0.5"}'}
      total: {metric: http_request_duration_seconds_count}
"""
ALL = SLOTH.replace("99.9", "100")
KEYS = ("name", "kind", "percent", "threshold_s", "window", "window_days")


@pytest.mark.parametrize(
    ("text", "told", "line"),
    [
        (SLOTH, ("requests", "availability", 99.9, None, "30d", 30), 5),
        (PYRRA, ("speed", "latency", 95.0, 0.5, "1h", None), 5),
        (ALL, ("requests", "availability", 100.0, None, "30d", 30), 5),
    ],
)
def test_an_objective_is_read_with_its_window(text: str, told: tuple[Any, ...], line: int) -> None:
    [fact] = read(make_bundle({"monitoring/slo.yaml": text}))
    assert tuple(fact[key] for key in KEYS) == told
    assert fact.line == line


def test_a_file_of_one_environment_promises_users_nothing() -> None:
    assert list(read(make_bundle({"overlays/staging/slo.yaml": SLOTH}))) == []
