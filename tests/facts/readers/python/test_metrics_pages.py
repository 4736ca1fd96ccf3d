"""The pages that libraries open for metrics."""

import pytest

from opsready.facts.fact import Claim
from opsready.facts.readers.python.metrics_pages import READER
from tests.facts.readers.python.stated import names, values


@pytest.mark.parametrize(
    ("code", "page"),
    [
        ("from prometheus_client import start_http_server\nstart_http_server(9100)\n",
         {"path": "/metrics", "port": 9100}),
        ("from prometheus_fastapi_instrumentator import Instrumentator\n"
         "Instrumentator().instrument(app).expose(app)\n", {"path": "/metrics", "port": None}),
        ("from prometheus_fastapi_instrumentator import Instrumentator\n"
         "i = Instrumentator()\ni.expose(app, endpoint='/-/m')\n", {"path": "/-/m", "port": None}),
        ("from starlette_exporter import handle_metrics\napp.add_route('/m', handle_metrics)\n",
         {"path": "/m", "port": None}),
        ("from prometheus_flask_exporter import PrometheusMetrics\nPrometheusMetrics(app)\n",
         {"path": "/metrics", "port": None}),
        ("from django.urls import include, path\n"
         "urlpatterns = [path('ops/', include('django_prometheus.urls'))]\n",
         {"path": "/ops/metrics", "port": None}),
        ("from prometheus_client import make_wsgi_app\n"
         "from werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
         "app = DispatcherMiddleware(flask, {'/metrics': make_wsgi_app()})\n",
         {"path": "/metrics", "port": None}),
    ],
)  # fmt: skip
def test_every_library_that_opens_a_page(code: str, page: object) -> None:
    assert values(READER, code, Claim.METRICS_ROUTE) == [page]


@pytest.mark.parametrize(
    "code",
    [
        "from prometheus_client import start_http_server\nstart_http_server(ask())\n",
        "from prometheus_flask_exporter import PrometheusMetrics as P\nP(app, path=None)\n",
        "from prometheus_fastapi_instrumentator import Instrumentator\nInstrumentator()\n",
    ],
)
def test_no_page_is_invented(code: str) -> None:
    assert values(READER, code, Claim.METRICS_ROUTE) == []


def test_the_default_registry_speaks_of_the_process() -> None:
    code = "from prometheus_client import REGISTRY, generate_latest\ngenerate_latest(REGISTRY)\n"
    assert "process_resident_memory_bytes" in names(READER, code)
    own = "from prometheus_client import CollectorRegistry, generate_latest\n"
    assert names(READER, own + "generate_latest(CollectorRegistry())\n") == []
