"""A page in Prometheus's text format, as series and as metrics."""

import pytest

from opsready.rehearsal.stage.metrics_page import MetricsPage, NoMetrics

PAGE = """\
# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{method="GET",status="200"} 3
http_requests_total{method="POST",status="500"} 1
# TYPE latency_seconds histogram
latency_seconds_bucket{route="/a",le="0.1"} 1
latency_seconds_bucket{route="/a",le="+Inf"} 1
latency_seconds_sum{route="/a"} 0.02
latency_seconds_count{route="/a"} 1
# TYPE errors_total counter
# TYPE in_flight gauge
in_flight 0
"""


def page() -> MetricsPage:
    return MetricsPage.parse("/metrics", PAGE)


def test_series_are_kept_under_the_names_that_queries_use() -> None:
    assert page().series_of("http_requests_total") == (
        {"method": "GET", "status": "200"},
        {"method": "POST", "status": "500"},
    )
    assert page().series_of("latency_seconds_count") == ({"route": "/a"},)
    assert page().series_of("errors_total") == ()


def test_a_metric_has_a_type_labels_values_and_buckets() -> None:
    families = {family.name: family for family in page().families}
    assert list(families) == ["http_requests_total", "in_flight", "latency_seconds"]
    assert families["http_requests_total"].type == "counter"
    assert families["http_requests_total"].values("status") == ("200", "500")
    assert families["latency_seconds"].labels == ("route",)
    assert families["latency_seconds"].buckets == (0.1,)
    assert families["in_flight"].labels == ()


def test_a_metric_without_a_series_is_declared() -> None:
    assert "errors_total" in page().declared
    assert "never_heard_of" not in page().declared


def test_pages_of_two_workers_are_seen_as_one() -> None:
    other = MetricsPage.parse("/metrics", 'http_requests_total{method="GET",status="404"} 1\n')
    both = page().with_page(other).with_page(page())
    assert len(both.series_of("http_requests_total")) == 3
    assert both.series_of("in_flight") == ({},)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<html>hello</html>", "is not in Prometheus's text format"),
        ("", "shows no metric"),
        ("# nothing yet\n", "shows no metric"),
    ],
)
def test_what_is_no_page_of_metrics_is_said_to_be_none(text: str, why: str) -> None:
    with pytest.raises(NoMetrics, match=why):
        MetricsPage.parse("/metrics", text)
