"""Files of rule tests with what is seldom: the same verdict as promtool's, error for error."""

from pathlib import Path

import pytest

from tests.alerting.random_rules import written
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


# Of each the promtool that is known says whether it reads it, and what stands there at each minute.
VALUES = [
    *("1 2 3", "1x3", "1-1x3", "-2+4x3", "1 _ _x2 4", "1 stale 3", ".5 5. 1e3 -1e-3x2", "+1 -1"),
    *(
        "Inf -inf NaN +INF",
        "Inf+1x2",
        "stale+1x2",
        "010 010x1 08",
        "1\t2\n",
        "1x00 2x007",
        "",
        "_x0",
    ),
    *("stalex3", "1 stalex2", "NaNx3", "Infx2", "1+infx3", "1e400", "1 - 1x3", "1 x3", "1+1", "x3"),
    *("0x10", "1_000", "1,2", "1\u00a02", "1\v2", "_+1x2", "STALE", "1+1x3x2", "1\n2", "1\n\n2"),
]
SERIES_NAMES = [
    *("x{}", "{}", "", ' x{a="1"} ', "x{a='1',}", 'x{a=~"1"}', 'x{a="1",a="1"}', "x{a=b}", "1x"),
    *("x[5m]", "sum", "inf", 'x{by="1"}', "#x", "x # c", 'x{a="}"}', 'x{a=""}'),
]
INPUTS = [*(("x", one) for one in VALUES), *((one, "1 2") for one in SERIES_NAMES)]


@needs_promtool
@pytest.mark.parametrize(("series", "values"), INPUTS)
def test_an_input_series_is_read_as_in_promtool(series: str, values: str, tmp_path: Path) -> None:
    inputs = [{"series": series, "values": values}, {"series": "last", "values": "1"}]
    asked = [
        {"expr": expr, "eval_time": f"{minute}m"}
        for minute in range(6)
        for expr in ('{__name__=~".+"}', 'count_over_time({__name__=~".+"}[1h])')
    ]
    test = {"interval": "1m", "input_series": inputs, "promql_expr_test": asked}
    assert_same(tmp_path, "groups: []\n", written({"rule_files": ["rules.yml"], "tests": [test]}))
