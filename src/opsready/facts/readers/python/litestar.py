"""Litestar: handlers, controllers and routers, from the application down."""

import ast
import re
from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.documents.python_names import Meaning
from opsready.documents.python_scope import Call, Scope
from opsready.documents.python_types import word_of
from opsready.documents.python_values import Text
from opsready.facts.endpoint import ANY_METHOD, Endpoint, Endpoints
from opsready.facts.fact import Claim, Fact
from opsready.facts.python_fact import at_run_time, python_fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_HANDLER = re.compile(
    r"^litestar\.(?:\w+\.)*(get|post|put|patch|delete|head|route|asgi|HTTPRouteHandler)$"
)
_CONTROLLERS = ("litestar.Controller", "litestar.controller.Controller")
_LEVELS_AT_MOST = 10


def read(bundle: Bundle) -> Iterator[Fact]:
    """Framework, routes, health and metrics routes of a Litestar application."""
    code = bundle.assembled(PythonCode)
    if "litestar" not in code.imported:
        return
    tree = _HandlerTree(code)
    applications = [c for c, _ in code.calls_to("litestar.Litestar", "litestar.app.Litestar")]
    for call in applications:
        yield python_fact(code, Claim.FRAMEWORK, "litestar", call.scope, call.line)
        tree.below(call, _path(code, call.argument(None, "path"), call.scope), 0)
    yield from Endpoints(code, bundle).facts(tree.endpoints)
    for call in tree.unknown:
        why = "the handlers listed here are not in this code"
        yield at_run_time(code, Claim.ROUTE, why, call.scope, call.line)


def _path(code: PythonCode, expr: ast.expr | None, scope: Scope) -> Text:
    return Text("") if expr is None else code.text(expr, scope)


class _HandlerTree:
    """Walks `route_handlers` from the application through routers to handlers."""

    def __init__(self, code: PythonCode) -> None:
        self.code = code
        self.endpoints: list[Endpoint] = []
        self.unknown: list[Call] = []

    def below(self, owner: Call, prefix: Text, level: int) -> None:
        """The handlers of an application or router."""
        given = owner.argument(1 if level else 0, "route_handlers")
        listed = self.code.resolve(given, owner.scope)
        is_list = isinstance(listed.value, ast.List | ast.Tuple)
        if is_list and listed.scope is not None and level < _LEVELS_AT_MOST:
            for element in listed.value.elts:  # type: ignore[union-attr]
                self._entry(owner, element, listed.scope, prefix, level + 1)
        elif given is not None:
            self.unknown.append(owner)

    def _entry(
        self, owner: Call, element: ast.expr, scope: Scope, prefix: Text, level: int
    ) -> None:
        if isinstance(element, ast.Starred):
            spread = self.code.resolve(element.value, scope)
            if isinstance(spread.value, ast.List | ast.Tuple) and spread.scope is not None:
                for each in spread.value.elts:
                    self._entry(owner, each, spread.scope, prefix, level)
                return
        meant = self.code.resolve(element, scope)
        if meant.made_by is not None and meant.dotted.endswith("Router()") and meant.scope:
            router = Call(meant.made_by, meant.scope)
            path = _path(self.code, router.argument(0, "path"), router.scope)
            self.below(router, prefix + Text("/") + path, level)
        elif meant.defined is not None and not meant.defined.is_function:
            self._class(owner, meant, prefix)
        elif meant.function is not None:
            self._function(meant.function, prefix)
        else:
            self.unknown.append(owner)

    def _class(self, owner: Call, meant: Meaning, prefix: Text) -> None:
        """A controller: its path, and the handlers among its methods and its parents'."""
        scope = meant.defined
        if scope is None or not self.code.names.derives(scope, *_CONTROLLERS):
            self.unknown.append(owner)
            return
        lineage = [scope, *self.code.names.parents(scope)]
        bound = [(b, c) for c in lineage for b in c.names.get("path", ()) if b.value is not None]
        path = _path(self.code, bound[0][0].value, bound[0][1]) if bound else Text("")
        methods = {s.short_name: s for c in reversed(lineage) for s in c.inner if s.is_function}
        for method in methods.values():
            self._function(method, prefix + Text("/") + path)

    def _function(self, function: Scope, prefix: Text) -> None:
        """A function under `@get("/x")`; several paths may be given as a list."""
        outer = function.outer or function
        for decorator in function.decorators:
            name = decorator.func if isinstance(decorator, ast.Call) else decorator
            found = _HANDLER.match(self.code.dotted(name, outer))
            if found is None:
                continue
            call = Call(decorator, outer) if isinstance(decorator, ast.Call) else None
            methods = self._methods(found.group(1), call)
            line = decorator.lineno
            for path in self._paths(call):
                joined = (prefix + Text("/") + path).text
                whole = path._replace(text=joined.rstrip("/"))  # as Litestar normalises it
                self.endpoints.append(Endpoint(methods, whole, (function,), function, line))

    def _paths(self, call: Call | None) -> list[Text]:
        given = call.argument(0, "path") if call is not None else None
        if call is None or given is None:
            return [Text("")]
        if isinstance(given, ast.List | ast.Tuple):
            return [self.code.text(each, call.scope) for each in given.elts]
        return [self.code.text(given, call.scope)]

    def _methods(self, word: str, call: Call | None) -> tuple[str, ...]:
        if word not in {"route", "asgi", "HTTPRouteHandler"}:
            return (word.upper(),)
        given = call.argument(None, "http_method") if call is not None else None
        scope = call.scope if call is not None else None
        parts = given.elts if isinstance(given, ast.List | ast.Tuple) else [given] if given else []
        named = [self.code.constant(part, scope) for part in parts] if scope is not None else []
        # `HttpMethod.GET`: the member's own name where the class is the library's.
        words = [
            str(value) if isinstance(value, str) else word_of(part)
            for part, value in zip(parts, named, strict=True)
        ]
        return tuple(word.upper() for word in words) or ANY_METHOD


READER = Reader("python-litestar", read)
