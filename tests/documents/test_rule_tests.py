"""Which rules a test file loads, and which alerts it asks for."""

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.rule_tests import ExpectedAlert, RuleTests

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
    assert tests.rule_files == ("monitoring/alerts.rules.yml",)
    assert tests.expected == (
        ExpectedAlert("OrdersDown", 5, fires=True),
        ExpectedAlert("OrdersDown", 6, fires=False),
    )


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(Unparsable, match="is empty"):
        RuleTests.parse("a.yml", "")
