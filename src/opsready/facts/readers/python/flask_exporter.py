"""The metrics of prometheus-flask-exporter, where code makes its object."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsready.documents.python_code import PythonCode
from opsready.documents.python_values import Text
from opsready.facts.emitted import Emitted
from opsready.facts.fact import Fact
from opsready.facts.library_metrics import FLASK_EXPORTER
from opsready.facts.library_options import Options
from opsready.facts.metric import Metric
from opsready.facts.processes import Processes
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_FLASK = re.compile(r"^prometheus_flask_exporter\.(?:multiprocess\.)?\w*PrometheusMetrics$")
_NO_PREFIX = "prometheus_flask_exporter.NO_PREFIX"
_FLASK_CLASSES = (
    *("PrometheusMetrics", "RESTfulPrometheusMetrics", "ConnexionPrometheusMetrics"),
    *("GunicornPrometheusMetrics", "GunicornInternalPrometheusMetrics", "UWsgiPrometheusMetrics"),
    "MultiprocessPrometheusMetrics",
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """An import alone turns nothing on: making the object does."""
    code = bundle.assembled(PythonCode)
    if "prometheus_flask_exporter" in code.imported:
        yield from _Library(code, Emitted(code, Processes(code, bundle).sharing)).facts()


@dataclass(frozen=True)
class _Library:
    code: PythonCode
    emitted: Emitted

    def facts(self) -> Iterator[Fact]:
        """`PrometheusMetrics(app)`, and its kin for several workers."""
        for call in self.code.calls(*_FLASK_CLASSES, "for_app_factory"):
            dotted = self.code.callee(call).dotted.removesuffix(".for_app_factory")
            options = Options(self.code, call)
            if not _FLASK.match(dotted) or options.constant("export_defaults", True) is False:
                continue
            given = call.argument(None, "defaults_prefix")
            is_bare = self.code.dotted(given, call.scope) == _NO_PREFIX
            prefix = options.text("defaults_prefix", "flask") + Text("_")
            metrics = [self._flask_metric(metric, options) for metric in FLASK_EXPORTER]
            place = call.scope, call.line
            yield from self.emitted.facts(metrics, Text("") if is_bare else prefix, *place)

    def _flask_metric(self, metric: Metric, options: Options) -> Metric:
        if metric.kind == "gauge":
            return metric
        grouped = options.constant("group_by", default="path")
        more = options.constant("default_labels", default={})
        if not isinstance(grouped, str) or not isinstance(more, dict):
            return replace(metric, labels=None)
        own = [grouped if label == "path" else label for label in metric.labels or ()]
        changed = replace(metric, labels=(*own, *more))
        if metric.kind != "histogram":
            return changed
        if options.constant("default_latency_as_histogram", default=True) is False:
            return replace(changed, kind="summary", buckets=None)
        return replace(changed, buckets=options.bounds("buckets", metric.bounds))


READER = Reader("python-flask-exporter", read)
