"""rules_pass_their_tests: our evaluator proves it, promtool's verdict is noted beside."""

from pathlib import Path

import pytest

from opsready.rehearsal.probes.rules_pass_their_tests import PROBE
from opsready.rehearsal.proof import Outcome, Result, Rung
from tests.alerting.promtool import version
from tests.build import make_spec
from tests.rehearsal.build import make_tree, outcome_of

pytestmark = pytest.mark.usefixtures("stages")

RULES = """\
groups:
- name: shop
  rules:
  - {record: "shop:failing", expr: failing > 0}
  - alert: Failing
    expr: shop:failing > 2
    for: 1m
    annotations: {summary: "{{ $value }} fail"}
"""
TESTS = """\
rule_files: [../rules/*.yml]
tests:
- name: three fail
  interval: 1m
  input_series: [{series: failing, values: '1 3 3 3'}]
  alert_rule_test:
  - {eval_time: 2m, alertname: Failing, exp_alerts: [{exp_annotations: {summary: 3 fail}}]}
"""


def outcome(root: Path, rules: str = RULES, tests: str = TESTS) -> Outcome:
    files = {"monitoring/rules/shop.yml": rules, "monitoring/tests/shop.test.yml": tests}
    return outcome_of(PROBE, make_spec(), make_tree(root, files))


def test_tests_that_pass_hold_and_show_their_figures(tmp_path: Path) -> None:
    found = outcome(tmp_path)
    promtool = found.evidence.pop("promtool")  # type: ignore[attr-defined]
    assert (found.result, found.evidence) == (
        Result.HELD,
        {
            "monitoring/tests/shop.test.yml": {
                "tests": 1,
                "failed": 0,
                "alerts_fired": ["Failing"],
            },
            "rules": 2,
            "untested": [],
            "semantics": "3.0",
        },
    )
    assert PROBE.rung is Rung.SIMULATED
    assert promtool == "not installed" if not version() else promtool.endswith(" passes")


@pytest.mark.parametrize(
    ("rules", "tests", "why"),
    [
        (
            RULES.replace("for: 1m", "for: 2m"),
            TESTS,
            "monitoring/tests/shop.test.yml:7: test `three fail`: Failing at 2m",
        ),
        (
            RULES.replace("failing > 0", "failing >"),
            TESTS,
            "monitoring/rules/shop.yml:4: the expression of `shop:failing` is no PromQL: ",
        ),
        (
            RULES,
            TESTS.replace("../rules/", "../others/"),
            "monitoring/tests/shop.test.yml: no rule file matches `../others/*.yml`",
        ),
        (
            RULES,
            TESTS.replace("eval_time: 2m", "eval_time: soon"),
            "monitoring/tests/shop.test.yml:7: `eval_time: soon` is no duration",
        ),
    ],
)
def test_what_does_not_pass_breaks(tmp_path: Path, rules: str, tests: str, why: str) -> None:
    found = outcome(tmp_path, rules, tests)
    assert found.result is Result.BROKE
    assert found.why.startswith(why)


@pytest.mark.parametrize(
    ("rules", "tests", "why"),
    [
        (
            RULES.replace("failing > 0", "histogram_avg(failing)"),
            TESTS,
            "monitoring/rules/shop.yml:4: the expression of `shop:failing` is not evaluated here",
        ),
        (
            RULES.replace("$value }}", "$value | js }}"),
            TESTS,
            "monitoring/tests/shop.test.yml:3: test `three fail`: cannot be run: a template is not"
            " evaluated here: the function js",
        ),
        (RULES, "rule_files: [../rules/shop.yml]\ntests: []\n", "the files of rule tests hold no"),
    ],
)
def test_what_cannot_be_evaluated_is_not_run(
    tmp_path: Path, rules: str, tests: str, why: str
) -> None:
    found = outcome(tmp_path, rules, tests)
    assert (found.result, found.why[: len(why)]) == (Result.NOT_RUN, why)


def test_a_tree_without_tests_of_rules_is_not_run(tmp_path: Path) -> None:
    found = outcome_of(PROBE, make_spec(), make_tree(tmp_path))
    assert (found.result, found.why) == (
        Result.NOT_RUN,
        "there is no unit test of alert rules, in the tree or among what the hats write",
    )
