"""Metrics of starlette_exporter, as its own page shows them."""

from opsready.facts.fact import Claim
from opsready.facts.readers.python.starlette_exporter import READER
from tests.facts.readers.python.stated import values


def test_starlette_exporter_takes_its_prefix_and_labels() -> None:
    code = (
        "from starlette_exporter import PrometheusMiddleware\n"
        "from starlette_exporter.optional_metrics import request_body_size\n"
        "app.add_middleware(PrometheusMiddleware, app_name='shop', prefix='shop',\n"
        "    labels={'tier': 'web'}, buckets=[1, 2], optional_metrics=[request_body_size])\n"
    )
    told = values(READER, code, Claim.METRIC)
    common = ["method", "path", "status_code", "app_name", "tier"]
    assert [(v["name"], v["labels"]) for v in told] == [
        ("shop_requests_total", common),
        ("shop_request_duration_seconds", common),
        ("shop_requests_in_progress", ["method", "app_name", "tier"]),
        ("shop_request_body_bytes_total", common),
    ]
    assert told[1]["buckets"] == [1.0, 2.0]
