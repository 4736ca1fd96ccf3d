"""When a metric may be called missing, and when nobody can know."""

import pytest

from opsready.facts.fact import Claim, Confidence, Fact, Facts
from opsready.hats.pack import Pack
from opsready.review.check import Case, NotRun
from opsready.review.checks.telemetry.metric_not_emitted import find
from tests.build import make_bundle, make_fact, make_spec


def metric(name: str, type: str = "counter", sure: Confidence = Confidence.STATED) -> Fact:
    return make_fact(Claim.METRIC, {"name": name, "type": type}, "metrics.py", confidence=sure)


def missing(expr: str, facts: list[Fact], code: str = "") -> list[str]:
    rules = f"groups:\n- name: g\n  rules:\n  - {{alert: A, expr: '{expr}'}}\n"
    bundle = make_bundle({"alerts.yml": rules, "app.py": code})
    case = Case(Facts(tuple(facts)), make_spec(), Pack(bundle))
    return [finding.message.split("`")[3] for finding in find(case)]


@pytest.mark.parametrize(
    ("expr", "names"),
    [
        ("rate(orders_placed_total[5m]) > 1", []),
        ("rate(orders_seconds_bucket[5m]) > 1", []),
        ("rate(orders_seconds_count[5m]) > 1", []),
        ("rate(orders_lost_total[5m]) > 1", ["orders_lost_total"]),
        ("orders_seconds_bucket / orders_gone_count > 1", ["orders_gone_count"]),
        ("node_load1 > 1", []),
        ("pg_up == 0", []),
    ],
)
def test_only_names_of_the_services_own_kind_are_judged(expr: str, names: list[str]) -> None:
    known = [metric("orders_placed_total"), metric("orders_seconds", "histogram")]
    assert missing(expr, known) == names


@pytest.mark.parametrize("expr", ["http_requests_total > 1", "payments_total > 1"])
def test_a_metric_of_neither_the_service_nor_a_known_exporter_is_not_judged(expr: str) -> None:
    with pytest.raises(NotRun, match="neither the service nor an exporter"):
        missing(expr, [metric("orders_placed_total")])


def test_a_recorded_metric_is_emitted_by_its_rule() -> None:
    rules = (
        "groups:\n- name: g\n  rules:\n"
        "  - {record: 'orders:rate5m', expr: 'rate(orders_placed_total[5m])'}\n"
        "  - {alert: A, expr: 'orders:rate5m > 1'}\n"
    )
    facts = Facts((metric("orders_placed_total"),))
    case = Case(facts, make_spec(), Pack(make_bundle({"alerts.yml": rules})))
    assert list(find(case)) == []


@pytest.mark.parametrize(
    "code",
    [
        "LOST = make_metric('orders_lost', kind=counter)",
        "prometheus = Namespace('orders'); prometheus.count(\"lost\")",
    ],
)
def test_a_name_that_code_spells_out_is_not_called_missing(code: str) -> None:
    with pytest.raises(NotRun, match="`orders_lost`"):
        missing("rate(orders_lost_total[5m]) > 1", [metric("orders_placed_total")], code)


def test_nothing_is_judged_where_metrics_are_made_at_run_time() -> None:
    made = make_fact(Claim.AT_RUN_TIME, {"claim": "metric", "known": ""}, "metrics.py", 7)
    with pytest.raises(NotRun, match=r"at run time \(metrics.py:7\)"):
        missing("orders_lost_total > 1", [metric("orders_placed_total"), made])


def test_what_was_observed_is_the_whole_list() -> None:
    made = make_fact(Claim.AT_RUN_TIME, {"claim": "metric", "known": ""}, "metrics.py", 7)
    seen = metric("orders_placed_total", sure=Confidence.OBSERVED)
    assert missing("orders_lost_total > 1", [seen, made]) == ["orders_lost_total"]


def test_a_service_without_known_metrics_is_not_judged() -> None:
    with pytest.raises(NotRun, match="no metric of the service is known"):
        missing("orders_lost_total > 1", [])
