"""Whether logs are written as JSON, and which field ties the lines of one request together."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Scope
from opsready.facts.fact import Claim, Fact
from opsready.facts.python_fact import python_fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_RENDERERS = {
    "structlog.processors.JSONRenderer": "structlog",
    "pythonjsonlogger.jsonlogger.JsonFormatter": "python-json-logger",
    "pythonjsonlogger.json.JsonFormatter": "python-json-logger",
    "pythonjsonlogger.orjson.OrjsonFormatter": "python-json-logger",
    "pythonjsonlogger.msgspec.MsgspecFormatter": "python-json-logger",
    "json_log_formatter.JSONFormatter": "json-log-formatter",
    "dockerflow.logging.JsonLogFormatter": "dockerflow",
    "ecs_logging.StdlibFormatter": "ecs-logging",
    "ecs_logging.StructlogFormatter": "ecs-logging",
    "logstash_formatter.LogstashFormatterV1": "logstash-formatter",
    "google.cloud.logging_v2.handlers.StructuredLogHandler": "google-cloud-logging",
}
_DUMPS = {"json.dumps", "orjson.dumps", "ujson.dumps", "rapidjson.dumps", "simplejson.dumps"}
# As logs, W3C Trace Context and OpenTelemetry call it.
_CORRELATION = re.compile(
    r"(request|correlation|trace|transaction)[._-]?id|x-request-id|rid|traceparent", re.IGNORECASE
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Renderers and formatters that write JSON, the service's own among them."""
    yield from _Logs(bundle.assembled(PythonCode)).facts()


@dataclass(frozen=True)
class _Logs:
    code: PythonCode

    def facts(self) -> Iterator[Fact]:
        """Where a formatter is made, named in a configuration, or defined and used."""
        for call, meaning in self.code.calls_to(*_RENDERERS):
            yield self._fact(_RENDERERS[meaning.dotted], call.scope, call.line)
        yield from self._named()
        yield from self._own()
        yield from self._loguru()

    def _named(self) -> Iterator[Fact]:
        """`{"()": "pythonjsonlogger.json.JsonFormatter"}` in a `dictConfig`."""
        for module in self.code.application:
            for string in module.strings:
                by = _RENDERERS.get(str(string.value))
                if by is not None:
                    yield self._fact(by, module.scope, string.lineno)

    def _own(self) -> Iterator[Fact]:
        """A class of the service that comes from one of these, or formats a record with `dumps`."""
        for owner in self.code.classes("logging.Formatter", *_RENDERERS):
            formats = next((s for s in owner.inner if s.short_name == "format"), None)
            library = next((_RENDERERS[a] for a in self._parents(owner) if a in _RENDERERS), None)
            dumps = formats is not None and any(
                meaning.dotted in _DUMPS for _, meaning in self.code.reached(formats)
            )
            if (dumps or library) and self._is_used(owner):
                yield self._fact(library or owner.short_name, owner, owner.line, owner)

    def _parents(self, owner: Scope) -> list[str]:
        return list(self.code.names.ancestors(owner))

    def _is_used(self, owner: Scope) -> bool:
        """Whether anything but its own definition names the class."""
        name = owner.short_name
        for module in self.code.application:
            if any(str(s.value).endswith(f".{name}") for s in module.strings):
                return True
            for node in ast.walk(module.tree):
                named = isinstance(node, ast.Name) and node.id == name
                if named or (isinstance(node, ast.Attribute) and node.attr == name):
                    return True
        return False

    def _loguru(self) -> Iterator[Fact]:
        """`logger.add(sink, serialize=True)`."""
        for call in self.code.calls("add"):
            is_loguru = self.code.callee(call).dotted.startswith("loguru.logger")
            if (
                is_loguru
                and self.code.constant(call.argument(None, "serialize"), call.scope) is True
            ):
                yield self._fact("loguru", call.scope, call.line)

    def _fact(self, by: str, scope: Scope, line: int, owner: Scope | None = None) -> Fact:
        value = {"format": "json", "by": by, "correlation": self._correlation(owner)}
        return python_fact(self.code, Claim.STRUCTURED_LOGS, value, scope, line)

    def _correlation(self, owner: Scope | None) -> str | None:
        """The field that the formatter itself writes, else the one that the code binds to each
        line; None where no line shows one."""
        return (self._written_by(owner) if owner is not None else None) or self._bound

    def _written_by(self, owner: Scope) -> str | None:
        keys = (
            str(string.value)
            for module in [self.code.module(owner.path)]
            for string in (module.strings if module else ())
            if owner.line <= string.lineno <= (getattr(owner.node, "end_lineno", 0) or 0)
        )
        return next((key for key in keys if _CORRELATION.fullmatch(key)), None)

    @cached_property
    def _bound(self) -> str | None:
        """`structlog.contextvars.bind_contextvars(request_id=…)`, `logger.contextualize(…)`."""
        for call in self.code.calls("bind_contextvars", "bound_contextvars", "contextualize"):
            for keyword in call.node.keywords:
                if keyword.arg and _CORRELATION.fullmatch(keyword.arg):
                    return keyword.arg
        for call, _ in self.code.calls_to("asgi_correlation_id.CorrelationIdFilter"):
            del call
            return "correlation_id"
        return None


READER = Reader("python-logs", read)
