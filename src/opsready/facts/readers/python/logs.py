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
from opsready.sources.kinds import Kind
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle

_RENDERERS = {
    "structlog.processors.JSONRenderer": "structlog",
    "pythonjsonlogger.jsonlogger.JsonFormatter": "python-json-logger",
    "pythonjsonlogger.json.JsonFormatter": "python-json-logger",
    "pythonjsonlogger.orjson.OrjsonFormatter": "python-json-logger",
    "pythonjsonlogger.msgspec.MsgspecFormatter": "python-json-logger",
    "json_log_formatter.JSONFormatter": "json-log-formatter",
    "dockerflow.logging.JsonLogFormatter": "dockerflow",
    "dockerflow.logging.MozlogFormatter": "dockerflow",
    "ecs_logging.StdlibFormatter": "ecs-logging",
    "ecs_logging.StructlogFormatter": "ecs-logging",
    "logstash_formatter.LogstashFormatterV1": "logstash-formatter",
    "google.cloud.logging_v2.handlers.StructuredLogHandler": "google-cloud-logging",
}
# `class = …` in the files that `logging.config` reads.
_CONFIGURED = re.compile(r"""^\s*["']?(?:class|\(\))["']?\s*[=:]\s*["']?([\w.]+)["']?\s*$""")
_DUMPS = {"json.dumps", "orjson.dumps", "ujson.dumps", "rapidjson.dumps", "simplejson.dumps"}
# As logs, W3C Trace Context and OpenTelemetry call it.
_CORRELATION = re.compile(
    r"(request|correlation|trace|transaction)[._-]?id|x-request-id|rid|traceparent", re.IGNORECASE
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Renderers and formatters that write JSON, the service's own among them."""
    logs = _Logs(bundle.assembled(PythonCode))
    yield from logs.facts()
    for source in bundle.of_kind(Kind.INI, Kind.YAML):
        for line, text in enumerate(source.lines, 1):
            found = _CONFIGURED.match(text)
            if found and found.group(1) in _RENDERERS and serves_users(source.path):
                by, field = _RENDERERS[found.group(1)], logs.bound
                value = {"format": "json", "by": by, "correlation": field}
                yield Fact(Claim.STRUCTURED_LOGS, value, source.path, line, source.quote(line))


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
        """Whether the class is made, or a configuration in code names it: one that a file outside
        may or may not name says nothing of the logs."""
        if any(
            self.code.callee(call).defined is owner for call in self.code.calls(owner.short_name)
        ):
            return True
        values = (
            (value, module.scope)
            for module in self.code.application
            if owner.short_name in module.text
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Dict)
            for value in node.values
        )
        return any(self._names_class(value, scope, owner) for value, scope in values)

    def _names_class(self, value: ast.expr, scope: Scope, owner: Scope) -> bool:
        if isinstance(value, ast.Constant):
            place = f"{self.code.import_name(owner.path)}.{owner.name}"
            return str(value.value).replace(":", ".") == place
        is_name = isinstance(value, ast.Name | ast.Attribute)
        return is_name and self.code.resolve(value, scope).defined is owner

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
        return (self._written_by(owner) if owner is not None else None) or self.bound

    def _written_by(self, owner: Scope) -> str | None:
        keys = (
            str(string.value)
            for module in [self.code.module(owner.path)]
            for string in (module.strings if module else ())
            if owner.line <= string.lineno <= (getattr(owner.node, "end_lineno", 0) or 0)
        )
        return next((key for key in keys if _CORRELATION.fullmatch(key)), None)

    @cached_property
    def bound(self) -> str | None:
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
