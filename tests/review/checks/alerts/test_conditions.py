"""Which conditions of alerts are faults and which only look like one: the cases in which a check
could be wrong about somebody's rules."""

import json

import pytest

from opsready.review.checks.alerts import (
    alert_can_never_fire,
    alert_on_instant_spike,
    alert_on_raw_counter,
    page_on_single_event,
    page_that_can_wait,
    percent_threshold,
)
from opsready.review.finding import Finding
from tests.build import make_case

SHARE = 'sum(rate(http_total{code=~"5.."}[5m])) / sum(rate(http_total[5m]))'


def found(check: object, expr: str, wait: str = "0s", severity: str = "page") -> list[Finding]:
    alert = {"alert": "A", "expr": expr, "for": wait, "labels": {"severity": severity}}
    rules = json.dumps({"groups": [{"name": "g", "rules": [alert]}]}, indent=1)
    case = make_case({"alerts.yml": f"groups:\n{_as_yaml(rules)}"})
    return list(check.find(case))  # type: ignore[attr-defined]


def _as_yaml(rules: str) -> str:
    """JSON is YAML; only its first key has to stand at the margin."""
    [group] = json.loads(rules)["groups"]
    return f"- name: g\n  rules: {json.dumps(group['rules'])}\n"


@pytest.mark.parametrize(
    "expr",
    [
        "errors_total > 0",
        "sum(errors_total) >= 5",
        "abs(errors_total) > 1",
        "errors_total / requests_total > 0.01",
        'errors_total{job="a"} > 0 and on (job) up == 1',
        "100 < errors_total",
    ],
)
def test_a_counter_by_itself_is_found(expr: str) -> None:
    assert found(alert_on_raw_counter, expr)


@pytest.mark.parametrize(
    "expr",
    [
        "rate(errors_total[5m]) > 1",
        "errors_total - errors_total offset 5m > 0",
        "started_total - finished_total > 10",
        "max_over_time(errors_total[5m:1m]) > 3",
        "count(errors_total) > 3",
        "absent(errors_total)",
        "time() - timestamp(errors_total) > 600",
        "errors_total > requests_total",
        "errors_total == 0",
        "queue_length > 5",
        "pg_stat_activity_count > 100",
    ],
)
def test_a_level_a_rate_or_a_mere_count_of_series_is_no_raw_counter(expr: str) -> None:
    assert not found(alert_on_raw_counter, expr)


@pytest.mark.parametrize(
    ("expr", "wait"),
    [
        ("increase(errors_total[5m]) > 0", "0s"),
        ("increase(errors_total[5m]) >= 1", "0s"),
        ("sum by (job) (rate(errors_total[5m])) > 0", "1m"),
        ("rate(errors_total[5m]) * 60 > 0.1", "0s"),
        ("changes(restarts[10m]) > 0", "5m"),
        ("increase(errors_total[5m]) > 0 and on () vector(1)", "0s"),
    ],
)
def test_a_page_after_one_event_is_found(expr: str, wait: str) -> None:
    assert found(page_on_single_event, expr, wait)


@pytest.mark.parametrize(
    ("expr", "wait"),
    [
        ("increase(errors_total[5m]) > 1", "0s"),
        ("increase(errors_total[5m]) > 0", "15m"),
        ("rate(errors_total[5m]) > 0.01", "0s"),
        (f"{SHARE} > 0", "0s"),
        ("increase(errors_total[5m]) > 0 and rate(requests_total[5m]) < 1", "0s"),
        ("increase(backups_total[1d]) < 1", "0s"),
        ("increase(checksum_failures_total[5m]) > 0", "0s"),
    ],
)
def test_several_events_a_share_or_lost_data_are_no_single_event(expr: str, wait: str) -> None:
    assert not found(page_on_single_event, expr, wait)


def test_a_ticket_may_be_opened_for_one_event() -> None:
    assert not found(page_on_single_event, "increase(errors_total[5m]) > 0", severity="ticket")


@pytest.mark.parametrize(
    "expr",
    [
        "count(up == 0) == 0",
        "count by (job) (up) < 1",
        "count_over_time(up[5m]) == 0",
        "up > 1",
        "up == 2",
        f"{SHARE} > 1",
        f"100 * ({SHARE}) > 100",
        f"{SHARE} > 14.4 * 0.1",
        "rate(errors_total[5m]) < 0",
        'up{job="a", job=~"b|c"} == 0',
        f"{SHARE} > 14.4 * 0.1 or count(up) == 0",
        "queue_length > 5 and absent(up) > 1",
    ],
)
def test_what_no_data_can_meet_is_found(expr: str) -> None:
    assert found(alert_can_never_fire, expr)


@pytest.mark.parametrize(
    "expr",
    [
        "sum(up) == 0",
        "(count(up == 1) or vector(0)) == 0",
        "count(up == 0) >= 1",
        f"{SHARE} > 14.4 * 0.01",
        f"{SHARE} > 14.4 * 0.1 or queue_length > 5",
        f"{SHARE} >= 1",
        "errors_total / requests_total > 1",
        "queue_length < 0",
        "delta(queue_length[5m]) < 0",
        'up{job="a", job=~"a|b"} == 0',
        'up{job="a", job!="b"} == 0',
        "cpu_commitment:ratio > 1.5",
        "rate(errors_total[5m]) <= 0",
        "absent(up) == 1",
        "up != 1",
    ],
)
def test_what_some_data_meets_can_fire(expr: str) -> None:
    assert not found(alert_can_never_fire, expr)


@pytest.mark.parametrize(
    ("expr", "says"),
    [
        (f"{SHARE} > 5", "never"),
        (f"1 - ({SHARE}) < 99", "all the time"),
        ("sum(rate(failed_total[5m])) / sum(rate(all_total[5m])) > 2", "never"),
    ],
)
def test_a_share_compared_with_a_percentage_is_found(expr: str, says: str) -> None:
    [finding] = found(percent_threshold, expr)
    assert says in finding.message


@pytest.mark.parametrize(
    "expr",
    [f"{SHARE} > 0.05", f"100 * {SHARE} > 5", f"{SHARE} > 1", "queue_length > 5", "up == 1"],
)
def test_a_share_compared_with_a_share_is_fine(expr: str) -> None:
    assert not found(percent_threshold, expr)


@pytest.mark.parametrize(
    ("expr", "wait", "jumps"),
    [
        ("up == 0", "0s", True),
        ("up == 0", "1m", False),
        ("avg_over_time(up[5m]) < 0.5", "0s", False),
        ("queue_length > 5 or rate(errors_total[5m]) > 1", "0s", True),
        ("rate(errors_total[5m]) * on (job) job_info > 1", "0s", False),
        ("time() - backup_finished_timestamp_seconds > 90000", "0s", False),
        ("certificate_not_after - time() < 86400", "0s", False),
        ("vector(1)", "0s", False),
    ],
)
def test_only_values_of_one_moment_without_a_wait_jump(expr: str, wait: str, jumps: bool) -> None:
    assert bool(found(alert_on_instant_spike, expr, wait)) is jumps


@pytest.mark.parametrize(
    ("expr", "waits"),
    [
        (SHARE.replace("5m", "3d") + " > 0.001", True),
        (SHARE.replace("5m", "6h") + " > 0.006", False),
        ("predict_linear(disk_free[6h], 7 * 86400) < 0", True),
        ("predict_linear(disk_free[6h], 4 * 3600) < 0", False),
        ("certificate_not_after - time() < 14 * 86400", True),
        ("certificate_not_after - time() < 86400", False),
        ("time() - backup_finished > 14 * 86400", False),
        ("queue_length > 2 * avg_over_time(queue_length[7d])", False),
    ],
)
def test_a_page_can_wait_where_days_are_left(expr: str, waits: bool) -> None:
    assert bool(found(page_that_can_wait, expr)) is waits
