"""Objectives of OpenSLO, Sloth and Pyrra, read as one noun."""

import pytest

from opsready.documents.openslo import SloFile

OPENSLO = """\
apiVersion: openslo/v1
kind: SLI
metadata: {name: orders-ok}
spec:
  ratioMetric:
    bad: {metricSource: {type: Prometheus, spec: {query: 'rate(errors_total[5m])'}}}
    total: {metricSource: {type: Datadog, spec: {query: 'sum:requests'}}}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: orders}
spec:
  service: shop
  indicatorRef: orders-ok
  timeWindow: [{duration: 4w, isRolling: true}]
  budgetingMethod: Occurrences
  alertPolicies: [{alertPolicyRef: burn}]
  objectives:
    - targetPercent: 99.95
    - displayName: nothing said
"""
SLOTH = """\
version: prometheus/v1
service: shop
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(errors_total[{{.window}}]))
        total_query: sum(rate(requests_total[{{.window}}]))
    alerting: {name: ShopBurn, ticket_alert: {disable: true}}
  - name: silent
    objective: 99
    alerting: {page_alert: {disable: true}, ticket_alert: {disable: true}}
"""
PYRRA = """\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: shop-latency}
spec:
  target: "99"
  window: 2w
  indicator:
    latency:
      success: {metric: 'seconds_bucket{le="0.3"}'}
      total: {metric: seconds_count}
"""


def test_an_openslo_has_an_objective_for_each_target() -> None:
    first, second = SloFile.parse("slo.yaml", OPENSLO).slos
    assert (first.name, first.service, first.target_ratio, first.line) == (
        "orders",
        "shop",
        0.9995,
        19,
    )
    assert (first.window_s, first.budgeting, first.alerts) == (2_419_200, "Occurrences", True)
    assert (first.budget_ratio, second.budget_ratio) == (0.0005, None)


def test_an_indicator_that_stands_alone_is_kept_by_its_name() -> None:
    file = SloFile.parse("slo.yaml", OPENSLO)
    assert {slo.indicator for slo in file.slos} == {"orders-ok"}
    assert [query.text for query in file.indicators["orders-ok"]] == ["rate(errors_total[5m])"]


def test_sloth_makes_alerts_unless_both_are_switched_off() -> None:
    available, silent = SloFile.parse("slo.yaml", SLOTH).slos
    assert (available.target_ratio, available.alerts) == (0.999, True)
    assert [query.canonical for query in available.queries] == [
        "sum(rate(errors_total[5m]))",
        "sum(rate(requests_total[5m]))",
    ]
    assert (silent.alerts, silent.has_indicator) == (False, False)


def test_pyrra_names_metrics_instead_of_queries() -> None:
    [slo] = SloFile.parse("slo.yaml", PYRRA).slos
    assert (slo.name, slo.target_ratio, slo.window_s, slo.alerts) == (
        "shop-latency",
        0.99,
        1_209_600,
        True,
    )
    assert [sorted(query.metrics) for query in slo.queries] == [
        ["seconds_bucket"],
        ["seconds_count"],
    ]


@pytest.mark.parametrize(
    ("written", "ratio"),
    [("target: 0.99", 0.99), ("target: high", None), ("targetPercent: 100", 1.0), ("x: 1", None)],
)
def test_a_target_that_is_no_number_is_none(written: str, ratio: float | None) -> None:
    text = f"apiVersion: openslo/v1\nkind: SLO\nspec: {{objectives: [{{{written}}}]}}\n"
    [slo] = SloFile.parse("slo.yaml", text).slos
    assert slo.target_ratio == ratio
