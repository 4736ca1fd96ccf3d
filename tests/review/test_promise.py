"""What a tree promises, in files and in prose."""

from opsready.review.promise import promises
from tests.build import make_case

SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: orders-availability}
spec:
  indicatorRef: orders-ok
  timeWindow: [{duration: 30d}]
  objectives: [{target: 0.999}]
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: orders-ok}
spec: {ratioMetric: {total: {metricSource: {spec: {query: requests_total}}}}}
"""
PROSE = """\
# Service level objectives

- Availability: 99.9 % over 30 days
- Error rate: under 1 %
"""


def test_files_come_first_with_the_queries_of_the_indicator_that_they_name() -> None:
    [promise] = promises(make_case({"slo.yaml": SLO}))
    assert (promise.name, promise.target_ratio, promise.has_window) == (
        "orders-availability",
        0.999,
        True,
    )
    assert [query.text for query in promise.queries] == ["requests_total"]


def test_prose_promises_the_share_of_good_events_even_as_an_error_rate() -> None:
    found = promises(make_case({"docs/slo.md": PROSE}))
    assert [(p.kind, p.target_ratio, p.has_window, p.line) for p in found] == [
        ("availability", 0.999, True, 3),
        ("error_rate", 0.99, False, 4),
    ]
