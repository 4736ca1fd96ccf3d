"""Pyramid: the routes that configurators add, with the methods of the views that answer them."""

import ast
import re
from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call, Scope
from opsready.documents.python_types import word_of
from opsready.documents.python_values import Text
from opsready.facts.endpoint import ANY_METHOD, Endpoint, Endpoints
from opsready.facts.fact import Claim, Fact
from opsready.facts.pyramid_configuration import (
    CONFIGURATOR,
    PyramidConfiguration,
    is_configurator,
)
from opsready.facts.python_fact import at_run_time, python_fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

Answer = tuple[tuple[str, ...], tuple[Scope, ...]]


def read(bundle: Bundle) -> Iterator[Fact]:
    """Framework, routes, health and metrics routes of a Pyramid application."""
    code = bundle.assembled(PythonCode)
    if "pyramid" not in code.imported:
        return
    configuration = PyramidConfiguration.of(code)
    for call, _ in code.calls_to(CONFIGURATOR):
        yield python_fact(code, Claim.FRAMEWORK, "pyramid", call.scope, call.line)
    for call in configuration.unknown:
        why = "what is included here is decided by settings"
        yield at_run_time(code, Claim.ROUTE, why, call.scope, call.line)
    yield from Endpoints(code, bundle).facts(_routes(code, configuration))


def _routes(code: PythonCode, configuration: PyramidConfiguration) -> Iterator[Endpoint]:
    views = _views(code)
    for call in code.calls("add_route"):
        pattern = call.argument(1, "pattern", "path")
        if pattern is None or not is_configurator(call):
            continue
        name = code.text(call.argument(0, "name"), call.scope).text
        allowed = _methods(code, call.argument(None, "request_method"), call.scope)
        path = Text("/") + code.text(pattern, call.scope)
        for prefix in configuration.prefixes_at(call):
            for methods, handlers in views.get(name, [(ANY_METHOD, ())]):
                asked = allowed if methods == ANY_METHOD else methods
                whole = _rest(prefix + path)
                yield Endpoint(asked, whole, handlers, call.scope, call.line)


def _views(code: PythonCode) -> dict[str, list[Answer]]:
    """Views by the name of their route: decorated, or added to the configurator."""
    found: dict[str, list[Answer]] = {}
    for call in code.calls("view_config", "add_view"):
        decorated = tuple(s for s in call.scope.inner if call.node in s.decorators)
        given = code.resolve(call.argument(0, "view"), call.scope).function
        handlers = decorated or ((given,) if given is not None else ())
        told = [call, *_view_defaults(call.scope)]
        name = next((n for c in told if (n := c.argument(None, "route_name")) is not None), None)
        asked = next((m for c in told if (m := c.argument(None, "request_method"))), None)
        route = code.text(name, call.scope).text
        found.setdefault(route, []).append((_methods(code, asked, call.scope), handlers))
    return found


def _methods(code: PythonCode, given: ast.expr | None, scope: Scope) -> tuple[str, ...]:
    named = code.constant(given, scope)
    if isinstance(named, str):
        return (named.upper(),)
    return tuple(str(m).upper() for m in named) if isinstance(named, tuple) else ANY_METHOD


def _view_defaults(scope: Scope) -> list[Call]:
    """`@view_defaults(…)` of the class in which a decorated method stands."""
    outer = scope.outer or scope
    calls = [d for d in scope.decorators if isinstance(d, ast.Call)] if scope.is_class else []
    return [Call(call, outer) for call in calls if word_of(call) == "view_defaults"]


def _rest(path: Text) -> Text:
    """`*rest` at the end is the parameter `rest`."""
    return path._replace(text=re.sub(r"\*(\w+)$", r"{\1}", path.text))


READER = Reader("python-pyramid", read)
