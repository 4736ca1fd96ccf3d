"""The metrics of OpenTelemetry, where code shows them to Prometheus or sends them on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call
from opsready.documents.python_values import Text
from opsready.facts.emitted import Emitted
from opsready.facts.fact import Claim, Fact
from opsready.facts.library_metrics import (
    OTEL_BUCKETS,
    OTEL_CLIENT_OLD,
    OTEL_CLIENT_STABLE,
    OTEL_SERVER_OLD,
    OTEL_SERVER_STABLE,
)
from opsready.facts.library_options import Options
from opsready.facts.metric import Metric, Sharing
from opsready.facts.processes import Processes
from opsready.facts.python_fact import at_run_time
from opsready.facts.reader import Reader
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle

_SERVERS = ("FastAPI", "Starlette", "Flask", "Django", "AioHttpServer", "Pyramid", "Falcon")
_CLIENTS = ("HTTPXClient", "Requests", "AioHttpClient", "URLLib3", "URLLib")
_INSTRUMENTOR = re.compile(r"^opentelemetry\.instrumentation\.[\w.]*?(\w+)Instrumentor(\(\))?\.")
_OPT_IN = re.compile(r"OTEL_SEMCONV_STABILITY_OPT_IN[\"'\s:=,]+(?:value:)?[\"'\s]*http\b(/dup)?")
_KINDS = {
    "create_counter": "counter",
    "create_observable_counter": "counter",
    "create_up_down_counter": "gauge",
    "create_observable_up_down_counter": "gauge",
    "create_gauge": "gauge",
    "create_observable_gauge": "gauge",
    "create_histogram": "histogram",
}
# opentelemetry.exporter.prometheus._mapping, version 0.66b1; "1" has no name there.
_UNITS = {
    "1": "",
    "": "",
    "%": "percent",
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
    "min": "minutes",
    "h": "hours",
    "d": "days",
    "By": "bytes",
    "KiBy": "kibibytes",
    "MiBy": "mebibytes",
    "GiBy": "gibibytes",
    "Cel": "celsius",
    "KBy": "kilobytes",
    "MBy": "megabytes",
    "GBy": "gigabytes",
}


def read(bundle: Bundle) -> Iterator[Fact]:
    """Names as the Prometheus exporter writes them; what goes to a collector is named there."""
    code = bundle.assembled(PythonCode)
    if "opentelemetry" in code.imported:
        # Its numbers are each process's own: PROMETHEUS_MULTIPROC_DIR is not for them.
        emitted = Emitted(code, Sharing(several=Processes(code, bundle).are_several))
        yield from _Telemetry(code, bundle, emitted).facts()


@dataclass(frozen=True)
class _Telemetry:
    code: PythonCode
    bundle: Bundle
    emitted: Emitted

    def facts(self) -> Iterator[Fact]:
        """Of instrumentations that are called, and of instruments that the service makes."""
        if not any(self.code.calls("PrometheusMetricReader")):
            yield from self._sent_on()
            return
        for call in self.code.calls("instrument", "instrument_app"):
            found = _INSTRUMENTOR.match(self.code.callee(call).dotted)
            for metrics in self._instrumented(found.group(1) if found else ""):
                yield from self.emitted.facts(metrics, Text(""), call.scope, call.line)
        for call in self.code.calls(*_KINDS):
            if self._is_meter(call):
                yield from self._own(call)

    def _sent_on(self) -> Iterator[Fact]:
        for call in self.code.calls("OTLPMetricExporter", "MetricsCollectorExporter"):
            why = "a collector names the metrics that are sent to it"
            yield at_run_time(self.code, Claim.METRIC, why, call.scope, call.line)

    def _instrumented(self, library: str) -> Iterator[tuple[Metric, ...]]:
        """Old names and new: which, says a variable of the environment."""
        is_server, is_client = library in _SERVERS, library in _CLIENTS
        if not is_server and not is_client:
            return
        if "stable" in self._names:
            yield OTEL_SERVER_STABLE if is_server else OTEL_CLIENT_STABLE
        if "old" in self._names:
            yield OTEL_SERVER_OLD if is_server else OTEL_CLIENT_OLD

    @cached_property
    def _names(self) -> set[str]:
        sources = [s for s in self.bundle.sources if serves_users(s.path)]
        found = [match for source in sources for match in _OPT_IN.finditer(source.text)]
        if not found:
            return {"old"}
        return {"old", "stable"} if any(match.group(1) for match in found) else {"stable"}

    def _is_meter(self, call: Call) -> bool:
        return self.code.callee(call).dotted.startswith("opentelemetry.")

    def _own(self, call: Call) -> Iterator[Fact]:
        name = self.code.text(call.argument(0, "name"), call.scope)
        kind = _KINDS[call.tail]
        given = call.argument(2 if "observable" in call.tail else 1, "unit")
        told = self.code.text(given, call.scope) if given is not None else Text("")
        unit = _UNITS.get(re.sub(r"\{[^}]*\}", "", told.text))
        if not name.whole or unit is None:
            why = "name or unit are made when the service starts"
            yield at_run_time(self.code, Claim.METRIC, why, call.scope, call.line, name.text)
            return
        default = None if self._has_views else OTEL_BUCKETS
        keyword = "explicit_bucket_boundaries_advisory"
        buckets = Options(self.code, call).bounds(keyword, default)
        metric = Metric(kind, _exposed(kind, name.text, unit), None, buckets)
        yield from self.emitted.facts([metric], Text(""), call.scope, call.line)

    @cached_property
    def _has_views(self) -> bool:
        return any(self.code.calls("View", "ExplicitBucketHistogramAggregation"))


def _exposed(kind: str, name: str, unit: str) -> str:
    plain = re.sub(r"[^a-zA-Z0-9_:]+", "_", name)
    if kind == "counter":
        plain = plain.removesuffix("_total")
    plain = plain if not unit or plain.endswith(f"_{unit}") else f"{plain}_{unit}"
    return f"{plain}_total" if kind == "counter" else plain


READER = Reader("python-opentelemetry", read)
