"""Metrics of OpenTelemetry, as its Prometheus exporter shows them."""

from opsready.facts.readers.python.opentelemetry import READER
from tests.facts.readers.python.stated import names

OTEL = (
    "from opentelemetry import metrics\n"
    "from opentelemetry.exporter.prometheus import PrometheusMetricReader\n"
    "from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor\n"
    "FastAPIInstrumentor.instrument_app(app)\n"
)


def test_opentelemetry_names_depend_on_the_conventions_that_are_asked_for() -> None:
    code = OTEL + "reader = PrometheusMetricReader()\n"
    old = ["http_server_active_requests", "http_server_duration_milliseconds"]
    stable = ["http_server_active_requests", "http_server_request_duration_seconds"]
    opted = {"Dockerfile": "FROM python\nENV OTEL_SEMCONV_STABILITY_OPT_IN=http\n"}
    assert names(READER, code) == old
    assert names(READER, {"app.py": code, **opted}) == stable


def test_opentelemetry_shows_prometheus_nothing_without_its_exporter() -> None:
    assert names(READER, OTEL) == []


def test_instruments_of_ones_own_carry_their_unit() -> None:
    code = OTEL.replace("FastAPIInstrumentor.instrument_app(app)\n", "") + (
        "reader = PrometheusMetricReader()\nmeter = metrics.get_meter('shop')\n"
        "meter.create_counter('orders.placed', unit='1')\n"
        "meter.create_counter('sent_total', unit='By')\n"
        "meter.create_histogram('wait', unit='ms')\n"
        "meter.create_up_down_counter('open')\n"
        "meter.create_observable_gauge('depth', callbacks=[f], unit='{order}')\n"
    )
    assert sorted(names(READER, code)) == [
        "depth",
        "open",
        "orders_placed_total",
        "sent_bytes_total",
        "wait_milliseconds",
    ]
