"""Which rules a test file loads, and which alerts it asks for."""

import pytest

from opsready.documents.rule_tests import RuleTests
from opsready.promql.semantics import SEMANTICS

TESTS = """\
rule_files: [../alerts.rules.yml]
tests:
  - interval: 1m
    alert_rule_test:
      - {eval_time: 5m, alertname: OrdersDown, exp_alerts: [{exp_labels: {severity: page}}]}
      - {eval_time: 1m, alertname: OrdersDown, exp_alerts: []}
"""


def test_a_test_asks_whether_an_alert_fires() -> None:
    tests = RuleTests.parse("monitoring/tests/orders.yml", TESTS)
    assert (tests.rule_files, tests.rule_lines) == (("../alerts.rules.yml",), (1,))
    assert tests.patterns == ("monitoring/alerts.rules.yml",)
    assert [(case.alert, case.line, case.fires) for case in tests.asked] == [
        ("OrdersDown", 5, True),
        ("OrdersDown", 6, False),
    ]
    assert tests.refused_by() == []


def test_an_empty_file_has_no_tests_as_in_promtool() -> None:
    assert RuleTests.parse("a.yml", "").tests == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[a]", "a.yml:1: a test file is a mapping of names and values"),
        (
            "files: [r.yml]",
            "a.yml:1: a test file has no field `files`; it has evaluation_interval,"
            " fuzzy_compare, group_eval_order, rule_files, tests",
        ),
        ("tests: {a: b}", "a.yml:1: `tests` is a list, each of which is a test"),
        ("rule_files: a.yml", "a.yml:1: `rule_files` is a list of texts"),
        ("rule_files: [[a.yml]]", "a.yml:1: `rule_files` is a list of texts"),
        ("evaluation_interval: [1m]", "a.yml:1: `evaluation_interval` is a text"),
        ("tests:\n- external_labels: {a: 1,\n   a: 2}", "a.yml:3: `a` stands here twice"),
        ("tests:\n- external_labels: {a: [1]}", "a.yml:2: `external_labels` is a mapping of names"),
        ("group_eval_order: [g, g]", "a.yml:1: `group_eval_order` names `g` twice"),
        (
            "tests:\n- promql_expr_test:\n  - exp_samples: [{value: '1'}]",
            "a.yml:3: `value: 1` is no number (`.nan` and `.inf` are)",
        ),
        (
            "tests:\n- interval: 1x\n  interval: 1m",
            "a.yml:3: `interval` stands here twice",
        ),
    ],
)
def test_what_promtool_refuses_is_told_with_its_line(text: str, why: str) -> None:
    told = str(RuleTests.parse("a.yml", text).refused_by()[0])
    assert told.startswith(why)


def test_a_field_is_refused_by_versions_before_it() -> None:
    tests = RuleTests.parse("a.yml", "fuzzy_compare: true")
    told = "a.yml:1: a test file has no field `fuzzy_compare` before Prometheus 3.0"
    assert [str(fault) for fault in tests.refused_by(SEMANTICS["2.42"])] == [told]
    assert tests.refused_by(SEMANTICS["3.0"]) == []


@pytest.mark.parametrize(
    ("value", "number"),
    [("010", 8), ("0x1F", 31), ("-0b11", -3), ("0o17", 15), ("08", 8), ("1_000", 1000)],
)
def test_an_expected_value_is_a_number_as_yaml_of_go_has_it(value: str, number: float) -> None:
    text = f"tests: [{{promql_expr_test: [{{exp_samples: [{{value: {value}}}]}}]}}]"
    [case] = RuleTests.parse("a.yml", text).tests[0].exprs
    assert case.expected == (("", number),)
