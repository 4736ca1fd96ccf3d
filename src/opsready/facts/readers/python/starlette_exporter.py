"""The metrics of starlette_exporter, where its middleware is added."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsready.documents.python_code import PythonCode
from opsready.documents.python_values import Text
from opsready.facts.emitted import Emitted
from opsready.facts.fact import Fact
from opsready.facts.library_metrics import STARLETTE_EXPORTER, STARLETTE_EXPORTER_SIZES
from opsready.facts.library_options import Options
from opsready.facts.metric import Metric
from opsready.facts.processes import Processes
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle


def read(bundle: Bundle) -> Iterator[Fact]:
    """An import alone turns nothing on: the middleware does."""
    code = bundle.assembled(PythonCode)
    if "starlette_exporter" in code.imported:
        yield from _Library(code, Emitted(code, Processes(code, bundle).sharing)).facts()


@dataclass(frozen=True)
class _Library:
    code: PythonCode
    emitted: Emitted

    def facts(self) -> Iterator[Fact]:
        """`app.add_middleware(PrometheusMiddleware, …)`, `Middleware(PrometheusMiddleware, …)`."""
        for call in self.code.calls("add_middleware", "Middleware"):
            given = self.code.dotted(call.argument(0, "middleware_class", "cls"), call.scope)
            if not given.startswith("starlette_exporter.") or not given.endswith("Middleware"):
                continue
            options = Options(self.code, call)
            prefix = options.text("prefix", "starlette") + Text("_")
            more = options.constant("labels", default={})
            labels = tuple(more) if isinstance(more, dict) else None
            sizes = self._sizes(options)
            for metric in (*STARLETTE_EXPORTER, *sizes):
                told = None if labels is None else (*(metric.labels or ()), *labels)
                bounds = options.bounds("buckets", STARLETTE_EXPORTER[1].bounds)
                changed = replace(metric, labels=told, buckets=bounds)
                yield from self.emitted.facts([changed], prefix, call.scope, call.line)

    def _sizes(self, options: Options) -> list[Metric]:
        given = options.call.argument(None, "optional_metrics")
        listed = given.elts if isinstance(given, ast.List | ast.Tuple) else []
        words = [self.code.dotted(each, options.call.scope).rpartition(".")[2] for each in listed]
        return [
            STARLETTE_EXPORTER_SIZES[word] for word in words if word in STARLETTE_EXPORTER_SIZES
        ]


READER = Reader("python-starlette-exporter", read)
