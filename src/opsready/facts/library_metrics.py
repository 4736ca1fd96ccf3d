"""What libraries show on a metrics page once they are turned on.

Read off the pages of small services with these versions: prometheus-client 0.26.0,
prometheus-fastapi-instrumentator 8.1.0, starlette-exporter 0.24.0, prometheus-flask-exporter
0.23.2, django-prometheus 2.5.0, and OpenTelemetry 1.45.1 with its instrumentations 0.66b1.
Names are without the prefix that a service may give them.
"""

from opsready.facts.metric import DEFAULT_BUCKETS, Metric

_HIGH_RESOLUTION = (
    *(0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5),
    *(5.0, 7.5, 10.0, 30.0, 60.0),
)

FASTAPI_INSTRUMENTATOR = (
    Metric("counter", "http_requests_total", ("method", "status", "handler")),
    Metric("summary", "http_request_size_bytes", ("handler",)),
    Metric("summary", "http_response_size_bytes", ("handler",)),
    Metric("histogram", "http_request_duration_highr_seconds", (), _HIGH_RESOLUTION),
    Metric("histogram", "http_request_duration_seconds", ("method", "handler"), (0.1, 0.5, 1.0)),
)
"""The default; gone as soon as a service adds instrumentations of its own."""

_EACH = ("handler", "method", "status")
FASTAPI_INSTRUMENTATIONS = {
    "latency": Metric("histogram", "http_request_duration_seconds", _EACH, DEFAULT_BUCKETS),
    "request_size": Metric("summary", "http_request_size_bytes", _EACH),
    "response_size": Metric("summary", "http_response_size_bytes", _EACH),
    "combined_size": Metric("summary", "http_combined_size_bytes", _EACH),
    "requests": Metric("counter", "http_requests_total", _EACH),
}
"""What `add` takes from the library's own module of metrics."""

_BY_APP = ("method", "path", "status_code", "app_name")
STARLETTE_EXPORTER = (
    Metric("counter", "requests_total", _BY_APP),
    Metric("histogram", "request_duration_seconds", _BY_APP, DEFAULT_BUCKETS),
    Metric("gauge", "requests_in_progress", ("method", "app_name"), None, "livesum"),
)
STARLETTE_EXPORTER_SIZES = {
    "response_body_size": Metric("counter", "response_body_bytes_total", _BY_APP),
    "request_body_size": Metric("counter", "request_body_bytes_total", _BY_APP),
}

_BY_PATH = ("method", "path", "status")
FLASK_EXPORTER = (
    Metric("gauge", "exporter_info", ("version",)),
    Metric("histogram", "http_request_duration_seconds", _BY_PATH, DEFAULT_BUCKETS),
    Metric("counter", "http_request_total", ("method", "status")),
    Metric("counter", "http_request_exceptions_total", ("method", "status")),
)

_DJANGO_LATENCY = (
    *(0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75),
    *(1.0, 2.5, 5.0, 7.5, 10.0, 25.0, 50.0, 75.0),
)
_DJANGO_BYTES = (0.0, *(float(2**power) for power in range(30)))
DJANGO_BUCKETS = _DJANGO_LATENCY
"""The buckets that PROMETHEUS_LATENCY_BUCKETS replaces."""
# One class registers all of these, whichever of the two middlewares is installed.
_D = "django_http_"
DJANGO = (
    Metric("counter", f"{_D}requests_before_middlewares_total"),
    Metric("counter", f"{_D}responses_before_middlewares_total"),
    Metric("histogram", f"{_D}requests_latency_including_middlewares_seconds", (), _DJANGO_LATENCY),
    Metric("counter", f"{_D}requests_unknown_latency_including_middlewares_total"),
    Metric(
        "histogram",
        f"{_D}requests_latency_seconds_by_view_method",
        ("view", "method"),
        _DJANGO_LATENCY,
    ),
    Metric("counter", f"{_D}requests_unknown_latency_total"),
    Metric("counter", f"{_D}ajax_requests_total"),
    Metric("counter", f"{_D}requests_total_by_method_total", ("method",)),
    Metric("counter", f"{_D}requests_total_by_transport_total", ("transport",)),
    Metric(
        "counter",
        f"{_D}requests_total_by_view_transport_method_total",
        ("view", "transport", "method"),
    ),
    Metric("histogram", f"{_D}requests_body_total_bytes", (), _DJANGO_BYTES),
    Metric("counter", f"{_D}responses_total_by_templatename_total", ("templatename",)),
    Metric("counter", f"{_D}responses_total_by_status_total", ("status",)),
    Metric(
        "counter", f"{_D}responses_total_by_status_view_method_total", ("status", "view", "method")
    ),
    Metric("histogram", f"{_D}responses_body_total_bytes", (), _DJANGO_BYTES),
    Metric("counter", f"{_D}responses_total_by_charset_total", ("charset",)),
    Metric("counter", f"{_D}responses_streaming_total"),
    Metric("counter", f"{_D}exceptions_total_by_type_total", ("type",)),
    Metric("counter", f"{_D}exceptions_total_by_view_total", ("view",)),
)
DJANGO_MODELS = tuple(
    Metric("counter", f"django_model_{what}_total", ("model",))
    for what in ("inserts", "updates", "deletes")
)
"""Where a model comes from `ExportModelOperationsMixin`."""

OTEL_BUCKETS = (
    *(0.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0),
    *(1000.0, 2500.0, 5000.0, 7500.0, 10000.0),
)
# Their labels are the attributes that each server fills in: not known from code.
OTEL_SERVER_OLD = (
    Metric("gauge", "http_server_active_requests", None),
    Metric("histogram", "http_server_duration_milliseconds", None, OTEL_BUCKETS),
)
OTEL_SERVER_STABLE = (
    Metric("gauge", "http_server_active_requests", None),
    Metric("histogram", "http_server_request_duration_seconds", None, DEFAULT_BUCKETS),
)
"""With OTEL_SEMCONV_STABILITY_OPT_IN=http: the semantic name http.server.request.duration."""
OTEL_CLIENT_OLD = (Metric("histogram", "http_client_duration_milliseconds", None, OTEL_BUCKETS),)
OTEL_CLIENT_STABLE = (
    Metric("histogram", "http_client_request_duration_seconds", None, DEFAULT_BUCKETS),
)

_GENERATION = ("generation",)
_PYTHON = ("version", "implementation", "major", "minor", "patchlevel")
DEFAULT_COLLECTORS = (
    Metric("counter", "python_gc_objects_collected_total", _GENERATION),
    Metric("counter", "python_gc_objects_uncollectable_total", _GENERATION),
    Metric("counter", "python_gc_collections_total", _GENERATION),
    Metric("info", "python_info", _PYTHON),
    Metric("gauge", "process_virtual_memory_bytes"),
    Metric("gauge", "process_resident_memory_bytes"),
    Metric("gauge", "process_start_time_seconds"),
    Metric("counter", "process_cpu_seconds_total"),
    Metric("gauge", "process_open_fds"),
    Metric("gauge", "process_max_fds"),
)
"""What the default registry of prometheus_client adds on Linux, unless workers share metrics."""
