"""How a named series stands against a page, case by case."""

import pytest

from opsready.promql import parse
from opsready.promql.nodes import Selector
from opsready.rehearsal.named_series import NamedSeries
from opsready.rehearsal.shown_series import Showing, look
from opsready.rehearsal.stage.metrics_page import MetricsPage

PAGE = MetricsPage.parse(
    "/metrics",
    """\
http_requests_total{method="GET",status="200"} 3
http_requests_total{method="POST",status="500"} 1
# TYPE refunds_total counter
latency_seconds_bucket{le="0.1"} 1
latency_seconds_bucket{le="1.0"} 1
latency_seconds_bucket{le="+Inf"} 1
""",
)
CODE = ['CACHE = Counter("cache_misses", "Misses.")']


def named(text: str, *labels: str) -> NamedSeries:
    selector = parse(text)
    assert isinstance(selector, Selector) and selector.name
    asked = {matcher.label for matcher in selector.matchers}
    return NamedSeries(selector.name, selector.matchers, frozenset(asked | set(labels)), "r.yml:1")


@pytest.mark.parametrize(
    ("series", "labels", "showing", "why"),
    [
        ("http_requests_total", (), Showing.SEEN, ""),
        ('http_requests_total{status=~"5.."}', ("method",), Showing.SEEN, ""),
        ('http_requests_total{status!="200", job="shop"}', (), Showing.SEEN, ""),
        ('http_requests_total{canary=""}', (), Showing.SEEN, ""),
        ('latency_seconds_bucket{le="1.0"}', (), Showing.SEEN, ""),
        ('http_requests_total{status="404"}', (), Showing.UNSEEN, "seen: 200, 500"),
        ('http_requests_total{method="GET",status="500"}', (), Showing.UNSEEN, "all of these"),
        ("refunds_total", (), Showing.UNSEEN, "the code knows it"),
        ("cache_misses_total", (), Showing.UNSEEN, "the code knows it"),
        ('http_requests_total{namespace="a"}', (), Showing.ELSEWHERE, "namespace"),
        ("node_load1", (), Showing.ELSEWHERE, "the node exporter shows it, and does not run here"),
        ("process_cpu_seconds_total", (), Showing.ABSENT, "never shows it"),
        ("shop:errors:rate5m", (), Showing.ELSEWHERE, "recorded by a rule"),
        ("latency_second_bucket", (), Showing.ABSENT, "never shows it"),
        ("http_request_total", (), Showing.UNKNOWN, "neither the service nor an exporter"),
        ("warehouse_stock", (), Showing.UNKNOWN, "neither the service nor an exporter"),
        ("http_requests_total", ("route",), Showing.ABSENT, "no label route"),
        ('latency_seconds_bucket{le="1"}', (), Showing.ABSENT, 'no series with le="1"'),
        ('latency_seconds_bucket{le="0.3"}', (), Showing.ABSENT, "seen: +Inf, 0.1, 1.0"),
    ],
)
def test_a_series_is_seen_or_unseen_or_absent_or_not_the_services(
    series: str, labels: tuple[str, ...], showing: Showing, why: str
) -> None:
    looked = look(named(series, *labels), PAGE, CODE)
    assert looked.showing is showing
    assert why in looked.why
