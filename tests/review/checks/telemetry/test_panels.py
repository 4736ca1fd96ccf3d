"""What panels ask is held against code and rules as what rules ask is."""

import json

import pytest

from opsready.review.catalog import CHECKS
from tests.build import make_case

APP = """\
from prometheus_client import Counter, Histogram

ORDERS = Counter("orders_total", "Orders.", ["outcome"])
TIMES = Histogram("orders_seconds", "Times.", ["outcome"], buckets=(0.1, 0.3))
"""
RULES = """\
groups:
  - name: orders
    rules:
      - record: slo:errors:ratio_rate5m
        labels: {slo: availability}
        expr: >-
          sum(rate(orders_total{outcome="failed"}[5m])) / sum(rate(orders_total[5m]))
"""


def panel(query: str, **field: object) -> str:
    shown = {
        "type": "timeseries",
        "title": "Orders",
        "fieldConfig": {"defaults": field},
        "targets": [{"expr": query}],
    }
    return json.dumps({"title": "Orders", "schemaVersion": 39, "panels": [shown]})


def found(query: str, **field: object) -> list[str]:
    files = {"app.py": APP, "rules.yml": RULES, "grafana/orders.json": panel(query, **field)}
    case = make_case(files)
    asked = {
        *("metric-not-emitted", "label-not-emitted", "bucket-not-emitted"),
        *("recorded-metric-missing", "recorded-series-missing", "panel-threshold-in-percent"),
    }
    return [check.id for check in CHECKS if check.id in asked and list(check.find(case))]


def limit(value: float) -> dict[str, object]:
    steps = [{"color": "green", "value": None}, {"color": "red", "value": value}]
    return {"mode": "absolute", "steps": steps}


@pytest.mark.parametrize(
    ("query", "checks"),
    [
        ("sum(rate(orders_totl[5m]))", ["metric-not-emitted"]),
        ('sum(rate(orders_total{result="failed"}[5m]))', ["label-not-emitted"]),
        ('sum(rate(orders_seconds_bucket{le="0.25"}[5m]))', ["bucket-not-emitted"]),
        ("slo:errors:ratio_rat5m", ["metric-not-emitted", "recorded-metric-missing"]),
        ('slo:errors:ratio_rate5m{slo="availabilty"}', ["recorded-series-missing"]),
        ('slo:errors:ratio_rate5m{slo="availability"}', []),
        ('sum(rate(orders_total{outcome="$outcome"}[$__rate_interval]))', []),
    ],
)
def test_what_a_panel_asks_for_in_vain_is_found(query: str, checks: list[str]) -> None:
    assert found(query) == checks


@pytest.mark.parametrize(
    ("field", "is_found"),
    [
        ({"thresholds": limit(1)}, False),
        ({"thresholds": limit(5)}, True),
        ({"thresholds": limit(0.05)}, False),
        ({"thresholds": {**limit(5), "mode": "percentage"}}, False),
        ({"thresholds": limit(80)}, False),  # what Grafana fills in
        ({"thresholds": limit(5), "color": {"mode": "palette-classic"}}, False),
        ({"thresholds": limit(5), "custom": {"thresholdsStyle": {"mode": "off"}}}, False),
        ({"thresholds": limit(5), "custom": {"thresholdsStyle": {"mode": "line"}}}, True),
    ],
)
def test_a_threshold_in_per_cent_on_a_share_is_found(
    field: dict[str, object], is_found: bool
) -> None:
    query = 'slo:errors:ratio_rate5m{slo="availability"}'
    shown = found(query, unit="percentunit", **field)
    assert shown == (["panel-threshold-in-percent"] if is_found else [])


def test_a_threshold_on_a_rate_may_be_any_number() -> None:
    assert found("sum(rate(orders_total[5m]))", thresholds=limit(5)) == []
