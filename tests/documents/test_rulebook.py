"""All rules together: recorded metrics lead to what they are made of."""

import pytest

from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import RuleFile
from opsready.promql import parse

RECORDED = """\
groups:
  - name: g
    rules:
      - {record: "job:errors:rate5m", expr: "sum by (job) (rate(errors_total[5m]))"}
      - {record: "job:errors:max1h", expr: "max_over_time(job:errors:rate5m[1h])"}
      - {record: "job:queue:sum", expr: "sum by (job) (queue_length)"}
      - {record: "job:loop:a", expr: "job:loop:b"}
      - {record: "job:loop:b", expr: "job:loop:a"}
"""


def book(*alerts: str) -> RuleBook:
    rules = "".join(f"      - {alert}\n" for alert in alerts)
    return RuleBook.assemble([RuleFile.parse("a.yml", RECORDED + rules)])


@pytest.mark.parametrize(
    ("expr", "windows"),
    [
        ("queue_length", {0}),
        ("rate(a[5m])", {300}),
        ("max_over_time(rate(a[5m])[1h:1m])", {3900}),
        ("rate(a[5m] offset 1d)", {300}),
        ("job:errors:rate5m", {300}),
        ("job:errors:max1h", {3900}),
        ("job:errors:rate5m / job:queue:sum", {300, 0}),
        ("job:loop:a", {0}),
    ],
)
def test_a_window_counts_whether_it_is_recorded_or_not(expr: str, windows: set[float]) -> None:
    assert book().windows_s(parse(expr)) == windows


@pytest.mark.parametrize(
    ("expr", "windowed", "of_a_moment"),
    [
        ("rate(a[5m])", True, False),
        ("queue_length", False, True),
        ("job:queue:sum", False, True),
        ("job:errors:rate5m", True, False),
        ("rate(a[5m]) * on (job) job_info", False, False),
        ("elsewhere:recorded:rate5m", True, False),
        ("vector(1)", False, False),
    ],
)
def test_what_is_read_at_a_moment_is_told_from_what_is_read_over_a_window(
    expr: str, windowed: bool, of_a_moment: bool
) -> None:
    parsed = parse(expr)
    assert (book().is_windowed(parsed), book().is_of_a_moment(parsed)) == (windowed, of_a_moment)


def test_the_metrics_behind_an_expression_are_those_that_nobody_records() -> None:
    assert book().source_metrics(parse("job:errors:max1h / job:queue:sum")) == {
        "errors_total",
        "queue_length",
    }


SHARE = 'sum(rate(http_total{{code=~"5.."}}[{0}])) / sum(rate(http_total[{0}]))'


@pytest.mark.parametrize(
    ("name", "expr", "burns"),
    [
        ("ErrorBudgetBurn", "x > 1", True),
        ("Errors", "slo:current_burn_rate:ratio > 2", True),
        ("Errors", f"{SHARE.format('1h')} > 14.4 * 0.001", True),
        ("Errors", f"{SHARE.format('1h')} > 0.01 and {SHARE.format('5m')} > 0.01", True),
        ("Errors", f"{SHARE.format('5m')} > 0.01", False),
        ("Queue", "queue_length > 5", False),
    ],
)
def test_a_burn_alert_is_known_by_its_name_its_factor_or_its_two_windows(
    name: str, expr: str, burns: bool
) -> None:
    rules = book(f"{{alert: {name}, expr: '{expr}'}}")
    assert rules.is_burn_alert(rules.alerts[0]) is burns


def test_two_recordings_of_one_name_widen_its_range() -> None:
    text = """\
groups:
  - name: g
    rules:
      - {record: x, expr: vector(1)}
      - {record: x, expr: vector(5)}
"""
    found = RuleBook.assemble([RuleFile.parse("a.yml", text)]).value_range(parse("x"))
    assert (found.low, found.high) == (1, 5)
