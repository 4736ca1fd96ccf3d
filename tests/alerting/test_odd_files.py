"""Files of rule tests with what is seldom: the same verdict as promtool's, error for error."""

from pathlib import Path

import pytest

from tests.alerting.test_against_promtool import assert_same, needs_promtool

SERIES = """\
rule_files: [rules.yml]
tests:
- interval: 1m
  input_series:
  - {series: 'x{a="1"}', values: '1 2 3 4 5 6 7 8 9'}
  - {series: 'x{a="2"}', values: '3 _ stale 1 5x4'}
"""
ODD = {
    "rules that read themselves and each other": (
        "[{record: total, expr: (total or 0 * sum(x)) + sum(x)}, {record: u, expr: v + 1},"
        " {record: v, expr: u or sum(x)}]",
        "promql_expr_test: [{expr: total, eval_time: 7m}, {expr: u, eval_time: 7m},"
        " {expr: v, eval_time: 6m}, {expr: 'count_over_time(u[1h])', eval_time: 8m}]",
    ),
    "times that are fixed, or not there yet": (
        "[{record: fixed, expr: x @ 120}, {record: end, expr: x @ end()},"
        " {record: later, expr: x offset -3m}]",
        "promql_expr_test: [{expr: fixed, eval_time: 5m}, {expr: end, eval_time: 5m},"
        " {expr: later, eval_time: 5m}, {expr: 'count_over_time(fixed[1h])', eval_time: 5m}]",
    ),
    "an alert of one name twice, samples without labels": (
        "[{alert: A, expr: x > 2}, {alert: A, expr: x > 4, labels: {l: h}}]",
        "alert_rule_test: [{eval_time: 4m, alertname: A}, {eval_time: 0, alertname: A},"
        " {eval_time: 7m30s, alertname: A}]\n"
        "  promql_expr_test: [{expr: sum(x), eval_time: 0, exp_samples: [{value: 4}]}]",
    ),
    "an expected label that is empty": (
        "[{alert: A, expr: x > 8, labels: {none: ''}}]",
        "alert_rule_test: [{eval_time: 8m, alertname: A,"
        " exp_alerts: [{exp_labels: {a: '1', none: ''}}]}]",
    ),
    "a rule that fails after a while": (
        '[{record: one, expr: \'label_replace(x > 2, "a", "", "", "")\'}, {alert: A, expr: x > 3}]',
        "alert_rule_test: [{eval_time: 3m, alertname: A}, {eval_time: 6m, alertname: A}]",
    ),
    "alerts of the same labels": (
        "[{alert: A, expr: x > 4, labels: {a: same}}]",
        "alert_rule_test: [{eval_time: 4m, alertname: A}]",
    ),
    "a sample that is there already": (
        "[{record: x, expr: 'x * 2', labels: {b: new}}, {record: x, expr: sum(x), labels: {a: 1}}]",
        "promql_expr_test: [{expr: x, eval_time: 2m}]",
    ),
    "anchors, merges and blocks of text": (
        "[&a {alert: A, expr: 'x > 8', annotations: {t: \"{{ $value\\n}}\"}}, {<<: *a, alert: B}]",
        "alert_rule_test: [{eval_time: 8m, alertname: A}, {eval_time: 8m, alertname: B}]",
    ),
    "what is no vector": ("[{record: s, expr: \"'text'\"}]", "alert_rule_test: []"),
    "an expression that is none in a test": (
        "[{record: y, expr: x}]",
        "promql_expr_test: [{expr: 'x +', eval_time: 1m}, {expr: 'x[5m]', eval_time: 1m}]",
    ),
    "a query of a template that gives no samples": (
        "[{alert: A, expr: x > 8, annotations: {t: '{{ query \"x[5m]\" | len }}'}}]",
        "alert_rule_test: [{eval_time: 8m, alertname: A}]",
    ),
    "a limit": (
        "[{alert: A, expr: x > 0, for: 1m}]",
        "alert_rule_test: [{eval_time: 8m, alertname: A}]",
    ),
}


@needs_promtool
@pytest.mark.parametrize("name", ODD)
def test_the_verdict_and_what_was_got_are_the_same(name: str, tmp_path: Path) -> None:
    rules, asked = ODD[name]
    limit = "limit: 2, " if name == "a limit" else ""
    text = f"groups: [{{name: g, {limit}rules: {rules}}}]\n"
    assert_same(tmp_path, text, f"{SERIES}  {asked}\n")
