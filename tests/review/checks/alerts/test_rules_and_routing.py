"""The cases in which a check of rules or of routing could be wrong."""

import pytest

from opsready.review.catalog import CHECKS
from tests.build import make_case

BY_ID = {check.id: check for check in CHECKS}


def found(check: str, expr: str, name: str = "OrdersFail", **files: str) -> list[str]:
    """What a check says of one alert with this expression."""
    rules = (
        "groups:\n- name: g\n  rules:\n  - record: 'job:orders:rate5m'\n"
        "    expr: sum by (job) (rate(orders_total[5m]))\n"
        f"  - alert: {name}\n    expr: |\n      {expr}\n    labels: {{severity: page}}\n"
    )
    return [f.message for f in BY_ID[check].find(make_case({"alerts.rules.yml": rules, **files}))]


@pytest.mark.parametrize(
    "expr",
    [
        "orders_errors > 0",
        "absent(up{job='orders'})",
        "orders_errors unless on (job) orders_paused",
        "sum(orders_errors > 0)",
        "job:recorded:elsewhere",
        "ALERTS{alertname='Other'}",
        "vector(1)",
        "orders_errors > 0 or orders_lost > 0",
    ],
)
def test_an_alert_with_a_condition_of_any_kind_is_not_called_without(expr: str) -> None:
    assert found("alert-without-condition", expr) == []


@pytest.mark.parametrize(
    "expr",
    [
        "orders_errors",
        "orders_errors > bool 3",
        "orders_errors > 0 or orders_lost",
        "job:orders:rate5m",
    ],
)
def test_an_alert_with_a_way_that_nothing_bounds_is_found(expr: str) -> None:
    assert len(found("alert-without-condition", expr)) == 1


def test_a_watchdog_fires_all_the_time_by_intent() -> None:
    assert found("alert-without-condition", "up", name="Watchdog") == []


@pytest.mark.parametrize(
    "expr",
    [
        "sum by (job) (a) / sum by (job) (b) > 1",
        "sum by (job, route) (a) / on (job) group_left sum by (job) (b) > 1",
        "sum by (job, route) (a) / ignoring (route) group_left sum by (job) (b) > 1",
        "a / sum by (job) (b) > 1",
        "sum by (job) (a) > on () vector(1)",
        "sum by (job) (a) or vector(0)",
        "sum(a) / sum(b) > 1",
        "rate(a[5m]) / on (job) rate(b[5m]) > 1",
    ],
)
def test_sides_that_may_pair_are_not_called_strangers(expr: str) -> None:
    assert found("sides-never-match", expr) == []


@pytest.mark.parametrize(
    "expr",
    [
        "sum(rate(a[5m])) / sum(rate(b[5m])) > 1",
        "sum(rate(a[5m]) / 60) > 1",
        "sum(rate(a[5m]) / (rate(b[5m]) > 0)) > 1",
        "max(rate(a[5m]) / rate(b[5m])) > 1",
        "sum(kube_requests / kube_capacity) > 1",
    ],
)
def test_ratios_that_can_be_summed_are_left_alone(expr: str) -> None:
    assert found("ratio-before-sum", expr) == []


@pytest.mark.parametrize(
    "value", ["500", "v1.2.3", "/api/v1", "eu-west-1", "a.b.c", "C:", "orders|old text", ""]
)
def test_a_plain_word_is_no_pattern(value: str) -> None:
    assert found("pattern-in-equality", f'a{{code="{value}"}} > 1') == []


@pytest.mark.parametrize("value", ["5..", ".*", "2.+", "GET|POST", "[45]..", "(a|b)"])
def test_a_pattern_compared_as_a_word_is_found(value: str) -> None:
    assert len(found("pattern-in-equality", f'a{{code="{value}"}} > 1')) == 1


def routed(check: str, routes: str) -> list[str]:
    config = (
        f"route:\n  receiver: chat\n  routes:\n{routes}receivers:\n"
        "  - name: chat\n    slack_configs: [{channel: a}]\n"
        "  - name: pager\n    pagerduty_configs: [{routing_key_file: /k}]\n"
    )
    return [f.message for f in BY_ID[check].find(make_case({"alertmanager.yml": config}))]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("matchers: [a=b]\n      continue: true", "matchers: [a=b, c=d]"),
        ("matchers: [a=b, c=d]", "matchers: [a=b]"),
        ("matchers: [a=b]", "matchers: [a=c]"),
        ("matchers: [a=~'b|c']", "matchers: [a=b]"),
    ],
)
def test_a_route_that_something_reaches_is_left_alone(first: str, second: str) -> None:
    routes = f"    - receiver: chat\n      {first}\n    - receiver: pager\n      {second}\n"
    assert routed("route-never-reached", routes) == []


def test_a_route_without_matchers_takes_everything() -> None:
    routes = "    - receiver: chat\n    - receiver: pager\n      matchers: [a=b]\n"
    assert len(routed("route-never-reached", routes)) == 1
