"""Metrics of prometheus-flask-exporter, as its own page shows them."""

from opsready.facts.fact import Claim
from opsready.facts.readers.python.flask_exporter import READER
from tests.facts.readers.python.stated import values


def test_the_flask_exporter_groups_as_it_is_told() -> None:
    code = (
        "from prometheus_flask_exporter import PrometheusMetrics\n"
        "metrics = PrometheusMetrics(app, group_by='endpoint', defaults_prefix='shop')\n"
    )
    told = values(READER, code, Claim.METRIC)
    assert [(v["name"], v["type"], v["labels"]) for v in told] == [
        ("shop_exporter_info", "gauge", ["version"]),
        ("shop_http_request_duration_seconds", "histogram", ["method", "endpoint", "status"]),
        ("shop_http_request_total", "counter", ["method", "status"]),
        ("shop_http_request_exceptions_total", "counter", ["method", "status"]),
    ]
