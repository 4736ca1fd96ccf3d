"""The metrics of django-prometheus, where settings install it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsready.documents.django_project import DjangoProject
from opsready.documents.python_code import PythonCode
from opsready.documents.python_values import Text
from opsready.facts.emitted import Emitted
from opsready.facts.fact import Fact
from opsready.facts.library_metrics import DJANGO, DJANGO_BUCKETS, DJANGO_MODELS
from opsready.facts.library_options import bounds_of
from opsready.facts.metric import Metric
from opsready.facts.processes import Processes
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle


def read(bundle: Bundle) -> Iterator[Fact]:
    """Settings name its middlewares; nothing else needs to import it."""
    code = bundle.assembled(PythonCode)
    if "django" in code.imported:
        yield from _Library(code, Emitted(code, Processes(code, bundle).sharing)).facts()


@dataclass(frozen=True)
class _Library:
    code: PythonCode
    emitted: Emitted

    def facts(self) -> Iterator[Fact]:
        """Middlewares in the settings, and models that export what is done to them."""
        project = DjangoProject(self.code)
        installed = [
            (expr, scope, part)
            for name in ("MIDDLEWARE", "MIDDLEWARE_CLASSES")
            for expr, scope in project.settings(name)
            for part in ast.walk(expr)
            if isinstance(part, ast.Constant) and str(part.value).startswith("django_prometheus.")
        ]
        namespace = project.constant("PROMETHEUS_METRIC_NAMESPACE")
        is_named = any(project.settings("PROMETHEUS_METRIC_NAMESPACE"))
        prefix = Text(f"{namespace}_") if isinstance(namespace, str) and namespace else Text("")
        prefix = Text() if is_named and not isinstance(namespace, str) else prefix
        for _, scope, part in installed[:1]:
            yield from self.emitted.facts(self._django_metrics(project), prefix, scope, part.lineno)
        models = self.code.calls_to("django_prometheus.models.ExportModelOperationsMixin")
        for call, _ in list(models)[:1]:
            yield from self.emitted.facts(DJANGO_MODELS, prefix, call.scope, call.line)

    def _django_metrics(self, project: DjangoProject) -> Iterator[Metric]:
        is_given = any(project.settings("PROMETHEUS_LATENCY_BUCKETS"))
        bounds = bounds_of(project.constant("PROMETHEUS_LATENCY_BUCKETS"))
        for metric in DJANGO:
            is_latency = is_given and metric.buckets == DJANGO_BUCKETS
            yield replace(metric, buckets=bounds) if is_latency else metric


READER = Reader("python-django-prometheus", read)
