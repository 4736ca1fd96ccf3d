"""The pages that libraries open for metrics; a handler of the service's own is a route like any."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call, Scope
from opsready.documents.python_values import Text
from opsready.facts.emitted import Emitted
from opsready.facts.fact import Claim, Fact
from opsready.facts.library_metrics import DEFAULT_COLLECTORS
from opsready.facts.processes import Processes
from opsready.facts.python_fact import python_fact
from opsready.facts.reader import Reader
from opsready.facts.usual_value import usual_number
from opsready.sources.source import Bundle

_INSTRUMENTATOR = re.compile(r"^prometheus_fastapi_instrumentator\..*Instrumentator\(\).*\.expose$")
_FLASK = re.compile(r"^prometheus_flask_exporter\.(?:multiprocess\.)?(?:\w+\.)?(\w+)$")
# These open no page below the application: gunicorn's parent serves another port.
_FLASK_APART = {"GunicornPrometheusMetrics", "UWsgiPrometheusMetrics"}
_SERVERS = (
    *("prometheus_client.start_http_server", "prometheus_client.start_wsgi_server"),
    *(
        "prometheus_client.exposition.start_http_server",
        "prometheus_async.aio.web.start_http_server",
    ),
)
_SHOWS_ALL = (
    *("prometheus_client.generate_latest", "prometheus_client.exposition.generate_latest"),
    *("prometheus_client.make_asgi_app", "prometheus_client.make_wsgi_app", *_SERVERS),
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Where Prometheus can ask, and what the library's own registry says there."""
    code = bundle.assembled(PythonCode)
    yield from _Pages(code, Emitted(code, Processes(code, bundle).sharing)).facts()


@dataclass(frozen=True)
class _Pages:
    code: PythonCode
    emitted: Emitted

    def facts(self) -> Iterator[Fact]:
        """Pages on ports of their own, pages below the application, and the default registry."""
        for call, _ in self.code.calls_to(*_SERVERS):
            port, sure = usual_number(self.code, call.argument(0, "port"), call.scope)
            if port is not None:
                told = {"path": "/metrics", "port": port}
                place = call.scope, call.line
                yield python_fact(self.code, Claim.METRICS_ROUTE, told, *place, sure=sure)
        for path, scope, line in self._paths():
            if path.whole:
                tidy = "/" + path.text.lstrip("/")
                route = {"method": "GET", "path": tidy}
                yield python_fact(self.code, Claim.ROUTE, route, scope, line, sure=path.sure)
                told = {"path": tidy, "port": None}
                yield python_fact(self.code, Claim.METRICS_ROUTE, told, scope, line, sure=path.sure)
        yield from self._default_registry()

    def _paths(self) -> Iterator[tuple[Text, Scope, int]]:
        for call in self.code.calls("expose"):
            if _INSTRUMENTATOR.match(self.code.callee(call).dotted):
                yield self._given(call, "endpoint"), call.scope, call.line
        for call in self.code.calls("add_route", "Route"):
            answers = self.code.dotted(call.argument(1, "route", "endpoint"), call.scope)
            if answers.startswith("starlette_exporter.handle_"):
                path = self.code.text(call.argument(0, "path"), call.scope)
                yield path, call.scope, call.line
        yield from self._flask_paths()
        yield from self._django_paths()
        yield from self._dispatched()

    def _given(self, call: Call, keyword: str) -> Text:
        given = call.argument(1, keyword)
        return Text("/metrics") if given is None else self.code.text(given, call.scope)

    def _flask_paths(self) -> Iterator[tuple[Text, Scope, int]]:
        classes = ("PrometheusMetrics", "RESTfulPrometheusMetrics", "ConnexionPrometheusMetrics")
        for call in self.code.calls(*classes, "GunicornInternalPrometheusMetrics"):
            found = _FLASK.match(self.code.callee(call).dotted)
            is_off = isinstance(call.argument(1, "path"), ast.Constant) and (
                self.code.constant(call.argument(1, "path"), call.scope) is None
            )
            if found and found.group(1) not in _FLASK_APART and not is_off:
                yield self._given(call, "path"), call.scope, call.line

    def _django_paths(self) -> Iterator[tuple[Text, Scope, int]]:
        """`path("", include("django_prometheus.urls"))` serves `metrics` below its path."""
        for call in self.code.calls("path", "re_path", "url"):
            included = call.argument(1, "view")
            if not isinstance(included, ast.Call) or not included.args:
                continue
            named = self.code.constant(included.args[0], call.scope)
            if named == "django_prometheus.urls":
                prefix = self.code.text(call.argument(0, "route", "regex"), call.scope)
                plain = prefix._replace(text=prefix.text.removeprefix("^"))
                yield plain + Text("metrics"), call.scope, call.line

    def _dispatched(self) -> Iterator[tuple[Text, Scope, int]]:
        """`DispatcherMiddleware(app, {"/metrics": make_wsgi_app()})`."""
        for call in self.code.calls("DispatcherMiddleware"):
            mounts = call.argument(1, "mounts")
            pairs = (
                zip(mounts.keys, mounts.values, strict=True) if isinstance(mounts, ast.Dict) else ()
            )
            for key, value in pairs:
                dotted = self.code.dotted(value, call.scope)
                if key is not None and dotted.endswith("make_wsgi_app()"):
                    yield self.code.text(key, call.scope), call.scope, value.lineno

    def _default_registry(self) -> Iterator[Fact]:
        """Once a tree, where a page of the default registry is made; workers that share their
        metrics have a registry that holds none of this."""
        if self.emitted.sharing.may_share:
            return
        for call, _ in self.code.calls_to(*_SHOWS_ALL):
            position = 0 if "generate" in call.tail or "make" in call.tail else 2
            given = call.argument(position, "registry")
            registry = self.code.dotted(given, call.scope)
            if given is None or registry.endswith(".REGISTRY"):
                yield from self.emitted.facts(DEFAULT_COLLECTORS, Text(""), call.scope, call.line)
                return


READER = Reader("python-metrics-pages", read)
