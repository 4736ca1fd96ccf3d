"""Metrics of django-prometheus, as its own page shows them."""

from opsready.facts.fact import Claim
from opsready.facts.readers.python.django_prometheus import READER
from tests.facts.readers.python.stated import names, values


def test_django_prometheus_is_on_where_settings_list_its_middleware() -> None:
    settings = (
        "import django\nROOT_URLCONF = 'shop.urls'\nINSTALLED_APPS = ['django_prometheus']\n"
        "PROMETHEUS_METRIC_NAMESPACE = 'shop'\nPROMETHEUS_LATENCY_BUCKETS = (.1, 1)\n"
    )
    middleware = "MIDDLEWARE = ['django_prometheus.middleware.PrometheusBeforeMiddleware']\n"
    assert names(READER, {"shop/settings.py": settings}) == []
    told = values(READER, {"shop/settings.py": settings + middleware}, Claim.METRIC)
    by_name = {value["name"]: value for value in told}
    assert by_name["shop_django_http_responses_total_by_status_total"]["labels"] == ["status"]
    latency = by_name["shop_django_http_requests_latency_seconds_by_view_method"]
    assert (latency["labels"], latency["buckets"]) == (["view", "method"], [0.1, 1.0])
    assert len(told) == 19
