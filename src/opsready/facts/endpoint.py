"""An endpoint: methods, path and handler, whatever the framework; and the facts that it gives."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Scope
from opsready.documents.python_values import GAP, Text
from opsready.facts.clients import Clients
from opsready.facts.fact import Claim, Fact
from opsready.facts.python_fact import at_run_time, python_fact
from opsready.facts.reach import Reaches
from opsready.sources.source import Bundle

ANY_METHOD = ("*",)
_EXPOSITIONS = ("generate_latest", "make_asgi_app", "make_wsgi_app", "ExportToDjangoView")
# Views of libraries whose own readers say what they cover.
_TOLD_ELSEWHERE = (".HealthCheckView",)
# Kubernetes' z-pages, Mozilla's Dockerflow, Spring's and the habits of many: told by name alone.
_HEALTH = re.compile(
    r"(^|[/_.-])_*(health(-?z|_?checks?|-?checks?|y)?|l?b?_?heartbeat|live(z|ness)|ready(z|iness)"
    r"|readiness|startupz|liveness_?check|readiness_?check)_*([/_.-]|$)",
    re.IGNORECASE,
)
# These are health routes below `/health/`, at the root, or where the handler says so.
_MAYBE_HEALTH = re.compile(r"^/(_?(live|ready|ping|status|alive|up|startup|heartbeat)_?)/?$", re.I)

_QUESTION = re.compile(r"\s*SELECT 1;?\s*", re.IGNORECASE)
_TYPED = re.compile(r"\{(\w+):(?:[^{}]|\{[^{}]*\})*\}")


@dataclass(frozen=True)
class Endpoint:
    """`methods` in capitals, or `ANY_METHOD`; `path` with `{name}` or `{name:type}` for each
    parameter; `handlers` the functions of this tree that answer, empty where they are not known;
    `answers` names what answers where that is a library's."""

    methods: tuple[str, ...]
    path: Text
    handlers: tuple[Scope, ...]
    scope: Scope
    line: int
    answers: str = ""

    @property
    def tidy_path(self) -> str:
        """The path with one slash before each part, and parameters without their types."""
        return re.sub(r"/{2,}", "/", "/" + _TYPED.sub(r"{\1}", self.path.text))

    @property
    def may_be_read(self) -> bool:
        """Whether a probe could ask it: it answers GET, and its path has no parameters."""
        return bool({"GET", "*"} & set(self.methods)) and "{" not in self.path.text


@dataclass(frozen=True)
class Endpoints:
    """The facts of a tree's endpoints."""

    code: PythonCode
    bundle: Bundle

    def facts(self, endpoints: Iterable[Endpoint]) -> Iterator[Fact]:
        """Routes, and which of them say health and metrics; what is built at run time is said
        so."""
        for endpoint in endpoints:
            if endpoint.path.whole:
                for method in endpoint.methods:
                    value = {"method": method, "path": endpoint.tidy_path}
                    yield self._fact(Claim.ROUTE, endpoint, value)
            else:
                yield self._left_open(Claim.ROUTE, endpoint)
            if endpoint.may_be_read:
                yield from self._health(endpoint)
                yield from self._metrics(endpoint)

    def _fact(self, claim: Claim, endpoint: Endpoint, value: Mapping[str, object]) -> Fact:
        if not endpoint.path.whole:
            return self._left_open(claim, endpoint)
        place = (endpoint.scope, endpoint.line)
        return python_fact(self.code, claim, value, *place, sure=endpoint.path.sure)

    def _left_open(self, claim: Claim, endpoint: Endpoint) -> Fact:
        why = "the path is built when the service starts"
        begins = not endpoint.path.text.startswith(GAP)
        known = endpoint.tidy_path if begins else endpoint.tidy_path.removeprefix("/")
        return at_run_time(self.code, claim, why, endpoint.scope, endpoint.line, known)

    def _health(self, endpoint: Endpoint) -> Iterator[Fact]:
        path = endpoint.tidy_path
        if endpoint.answers.endswith(_TOLD_ELSEWHERE):
            return
        by_name = bool(_HEALTH.search(path))
        if not by_name and not _MAYBE_HEALTH.search(path) and not self._asks_only(endpoint):
            return
        reaches = [self._reaches.of(handler) for handler in endpoint.handlers]
        kinds = sorted({kind for reach in reaches for kind in reach.kinds})
        whole = bool(reaches) and all(reach.whole for reach in reaches)
        if by_name or kinds or whole:
            covers = kinds if kinds or whole else None
            yield self._fact(Claim.HEALTH_ROUTE, endpoint, {"path": path, "covers": covers})

    def _asks_only(self, endpoint: Endpoint) -> bool:
        """Whether a handler asks a server no more than whether it answers."""
        for handler in endpoint.handlers:
            module = self.code.module(handler.path)
            if module is not None and _QUESTION.search(module.text):
                lines = (s.lineno for s in module.strings if _QUESTION.fullmatch(str(s.value)))
                return any(_is_inside(handler, line) for line in lines)
        return False

    def _metrics(self, endpoint: Endpoint) -> Iterator[Fact]:
        reached = (m.dotted for h in endpoint.handlers for _, m in self.code.reached(h))
        page = {"path": endpoint.tidy_path, "port": None}
        if any(_is_exposition(name) for name in (endpoint.answers, *reached)):
            yield self._fact(Claim.METRICS_ROUTE, endpoint, page)
        elif endpoint.tidy_path == "/metrics":  # where Prometheus looks unless told otherwise
            named = replace(endpoint, path=endpoint.path._replace(sure=False))
            yield self._fact(Claim.METRICS_ROUTE, named, page)

    @cached_property
    def _reaches(self) -> Reaches:
        return Reaches(Clients(self.code, self.bundle))


def _is_exposition(dotted: str) -> bool:
    return dotted.startswith("prometheus_client.") and dotted.endswith(_EXPOSITIONS)


def _is_inside(scope: Scope, line: int) -> bool:
    end = getattr(scope.node, "end_lineno", None) or scope.line
    return scope.line <= line <= end
