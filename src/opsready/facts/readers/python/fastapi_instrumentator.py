"""The metrics of prometheus-fastapi-instrumentator, where code calls it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call
from opsready.documents.python_values import Text
from opsready.facts.emitted import Emitted
from opsready.facts.fact import Fact
from opsready.facts.library_metrics import FASTAPI_INSTRUMENTATIONS, FASTAPI_INSTRUMENTATOR
from opsready.facts.library_options import Options
from opsready.facts.metric import Metric
from opsready.facts.processes import Processes
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_CHAIN = r"^prometheus_fastapi_instrumentator\.(?:\w+\.)*\w*Instrumentator\(\)(?:\.\w+\(\))*"
_FACTORY = re.compile(r"^prometheus_fastapi_instrumentator\.metrics\.(\w+)\(\)$")
# Which of the options for buckets a histogram takes.
_RESOLUTIONS = {
    "http_request_duration_highr_seconds": "highr",
    "http_request_duration_seconds": "lowr",
}


def read(bundle: Bundle) -> Iterator[Fact]:
    """An import alone turns nothing on: `instrument` does."""
    code = bundle.assembled(PythonCode)
    if "prometheus_fastapi_instrumentator" in code.imported:
        yield from _Library(code, Emitted(code, Processes(code, bundle).sharing)).facts()


@dataclass(frozen=True)
class _Library:
    code: PythonCode
    emitted: Emitted

    def facts(self) -> Iterator[Fact]:
        """`Instrumentator(…).add(…).instrument(app, …)`."""
        added = [c for c in self.code.calls("add") if self._is_fastapi(c, "add")]
        for call in self.code.calls("instrument"):
            if not self._is_fastapi(call, "instrument"):
                continue
            options = Options(self.code, call)
            if not any(self._takes_over(one) for one in added):
                metrics = [
                    replace(m, buckets=options.bounds(f"latency_{kind}_buckets", m.bounds))
                    if (kind := _RESOLUTIONS.get(m.name))
                    else m
                    for m in FASTAPI_INSTRUMENTATOR
                ]
                yield from self.emitted.facts(metrics, _namespace(options), call.scope, call.line)
            yield from self._in_progress(call)
        for call in added:
            yield from self._added(call)

    def _is_fastapi(self, call: Call, method: str) -> bool:
        return bool(re.match(rf"{_CHAIN}\.{method}$", self.code.callee(call).dotted))

    def _takes_over(self, call: Call) -> bool:
        """One function that is not a coroutine puts itself in the place of the default."""
        told = [self.code.resolve(given, call.scope).defined for given in call.node.args]
        return any(not (f and isinstance(f.node, ast.AsyncFunctionDef)) for f in told)

    def _added(self, call: Call) -> Iterator[Fact]:
        for given in call.node.args:
            made = self.code.resolve(given, call.scope)
            found = re.match(
                r"^prometheus_fastapi_instrumentator\.metrics\.(\w+)\(\)$", made.dotted
            )
            if not found or made.made_by is None or made.scope is None:
                continue
            options = Options(self.code, Call(made.made_by, made.scope))
            if found.group(1) == "default":
                place = made.scope, made.made_by.lineno
                yield from self.emitted.facts(FASTAPI_INSTRUMENTATOR, _namespace(options), *place)
            elif found.group(1) in FASTAPI_INSTRUMENTATIONS:
                metric = FASTAPI_INSTRUMENTATIONS[found.group(1)]
                yield from self._one(metric, options)

    def _one(self, metric: Metric, options: Options) -> Iterator[Fact]:
        labels = [
            label
            for label in metric.labels or ()
            if options.constant(f"should_include_{label}", default=True) is not False
        ]
        name = options.text("metric_name", metric.name)
        buckets = options.bounds("buckets", metric.bounds)
        told = replace(metric, name="", labels=labels, buckets=buckets)
        place = options.call.scope, options.call.line
        yield from self.emitted.facts([told], _namespace(options) + name, *place)

    def _in_progress(self, call: Call) -> Iterator[Fact]:
        inner: ast.expr = call.node
        while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            made = self.code.maker(inner.func.value, call.scope)
            if made is None or made is inner:
                return
            inner = made
            options = Options(self.code, Call(made, call.scope))
            if options.constant("should_instrument_requests_inprogress", default=False) is True:
                by = ("method", "handler") if options.constant("inprogress_labels") is True else ()
                name = options.text("inprogress_name", "http_requests_inprogress")
                metric = Metric("gauge", "", by, None, "livesum")
                yield from self.emitted.facts([metric], name, call.scope, made.lineno)


def _namespace(options: Options) -> Text:
    """Namespace and subsystem, each with its underscore."""
    whole = Text("")
    for keyword in ("metric_namespace", "metric_subsystem"):
        told = options.text(keyword, "")
        whole = whole + told + Text("_") if told.text else whole
    return whole


READER = Reader("python-fastapi-instrumentator", read)
