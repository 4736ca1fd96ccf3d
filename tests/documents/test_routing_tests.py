"""Tests of a routing, in the format of our own."""

from datetime import UTC, datetime

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.routing_tests import RoutingTest, RoutingTests
from opsready.sources.kinds import Kind, kind_of

TEXT = """\
routing: [alertmanager.yml, ../other.yml]
tests:
  - name: a ticket is muted by its page
    alert: {alertname: Slow, severity: ticket, code: 500}
    while: [{alertname: Fast, severity: page}]
    receivers: []
  - alert: {alertname: Fast}
    at: 2026-11-28T03:00:00Z
    receivers: [pager]
"""


def test_a_test_has_an_alert_what_else_fires_a_moment_and_who_is_told() -> None:
    assert kind_of("monitoring/alertmanager/routing.test.yml", TEXT) is Kind.ROUTING_TESTS
    read = RoutingTests.parse("monitoring/alertmanager/routing.test.yml", TEXT)
    assert read.routing == ("monitoring/alertmanager/alertmanager.yml", "monitoring/other.yml")
    assert read.tests == (
        RoutingTest(
            "a ticket is muted by its page",
            3,
            {"alertname": "Slow", "severity": "ticket", "code": "500"},
            (),
            ({"alertname": "Fast", "severity": "page"},),
        ),
        RoutingTest(
            "test 2",
            7,
            {"alertname": "Fast"},
            ("pager",),
            at=datetime(2026, 11, 28, 3, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize(
    ("test", "why"),
    [
        ("{alert: {a: b}}", "a test needs the labels"),
        ("{receivers: []}", "a test needs the labels"),
        ("{alert: {a: b}, receivers: x}", "a test needs the labels"),
        ("{alert: {a: b}, receivers: [], at: noon}", "`at: noon` is no moment"),
    ],
)
def test_a_test_that_asks_for_nothing_is_refused_with_its_line(test: str, why: str) -> None:
    with pytest.raises(Unparsable, match=why) as refused:
        RoutingTests.parse("t.yml", f"routing: [a.yml]\ntests:\n  - {test}\n")
    assert refused.value.line == 3
