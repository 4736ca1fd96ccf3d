"""Which alert watches which objective."""

import pytest

from opsready.review.check import NotRun
from opsready.review.checks.slos.slo_without_burn_alert import find
from tests.build import make_case


def slo(name: str, metric: str = "") -> str:
    indicator = f"{{ratioMetric: {{total: {{metricSource: {{spec: {{query: '{metric}'}}}}}}}}}}"
    spec = f"indicator: {{spec: {indicator}}}, " if metric else ""
    return (
        f"apiVersion: openslo/v1\nkind: SLO\nmetadata: {{name: {name}}}\n"
        f"spec: {{{spec}timeWindow: [{{duration: 30d}}], objectives: [{{target: 0.99}}]}}\n---\n"
    )


def unwatched(slos: str, *alerts: str) -> list[str]:
    rules = "groups:\n- name: g\n  rules:\n" + "".join(f"  - {alert}\n" for alert in alerts)
    files = {"slo.yaml": slos} | ({"alerts.yml": rules} if alerts else {})
    return [finding.message.split("`")[1] for finding in find(make_case(files))]


BURN = "{{alert: {}, expr: 'orders:errors:ratio_rate1h > 14.4 * 0.01'}}"


def test_an_alert_watches_the_objective_whose_word_it_bears() -> None:
    both = slo("orders-availability") + slo("orders-latency")
    assert unwatched(both, BURN.format("OrdersAvailabilityBurn")) == ["orders-latency"]


def test_the_word_that_all_objectives_share_tells_nothing() -> None:
    both = slo("orders-availability") + slo("orders-latency")
    assert unwatched(both, BURN.format("OrdersBurn")) == ["orders-availability", "orders-latency"]


def test_an_alert_watches_the_objective_whose_metric_it_reads() -> None:
    rules = (
        "{record: 'x:ratio', expr: 'rate(seconds_bucket[1h])'}",
        "{alert: Burn, expr: 'x:ratio > 14.4 * 0.01'}",
    )
    assert unwatched(slo("fast", "seconds_bucket") + slo("up", "requests_total"), *rules) == ["up"]


def test_an_alert_that_is_no_burn_alert_watches_no_objective() -> None:
    alert = "{alert: OrdersAvailability, expr: 'up == 0'}"
    assert unwatched(slo("orders-availability"), alert) == ["orders-availability"]


def test_a_file_of_objectives_without_any_alert_is_unwatched() -> None:
    assert unwatched(slo("orders-availability")) == ["orders-availability"]


def test_objectives_in_prose_without_any_alert_are_not_judged() -> None:
    prose = {"docs/slo.md": "# SLOs\n\n- Availability: 99.9 % over 30 days\n"}
    with pytest.raises(NotRun, match="no alert rules"):
        list(find(make_case(prose)))
