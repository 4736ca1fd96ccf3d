"""aiohttp servers: routes of applications, route tables, and sub-applications."""

import ast
import re
from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call, Scope
from opsready.documents.python_values import Text
from opsready.facts.endpoint import ANY_METHOD, Endpoint, Endpoints
from opsready.facts.fact import Claim, Fact
from opsready.facts.mounts import Mounts
from opsready.facts.python_fact import at_run_time, python_fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_APPLICATIONS = ("aiohttp.web.Application", "aiohttp.web_app.Application")
_TABLES = ("aiohttp.web.RouteTableDef", "aiohttp.web_routedef.RouteTableDef")
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_ADDERS = {f"add_{verb}": verb for verb in (*_VERBS, "view")}
# What stands in lists for `add_routes`: `web.get("/x", handler)`.
_DEFINITION = re.compile(r"^aiohttp\.web(?:_routedef)?\.(\w+)$")
_OF_TABLE = re.compile(r"^aiohttp\.web(?:_routedef)?\.RouteTableDef\(\)\.\w+$")


def read(bundle: Bundle) -> Iterator[Fact]:
    """Framework, routes, health and metrics routes of an aiohttp application."""
    code = bundle.assembled(PythonCode)
    if "aiohttp" not in code.imported:
        return
    routing = _Routing(code)
    for call, _ in code.calls_to(*_APPLICATIONS):
        routing.mounts.serve(id(call.node))
        yield python_fact(code, Claim.FRAMEWORK, "aiohttp", call.scope, call.line)
    routing.attach()
    yield from Endpoints(code, bundle).facts(routing.endpoints())
    for call in routing.unknown:
        why = "the routes that are added here are made when the service starts"
        yield at_run_time(code, Claim.ROUTE, why, call.scope, call.line)


class _Routing:
    """Applications and tables, and what is added to each."""

    def __init__(self, code: PythonCode) -> None:
        self.code = code
        self.mounts = Mounts()
        self.unknown: list[Call] = []

    def attach(self) -> None:
        """Sub-applications below their prefix, tables below the applications that take them."""
        for call, _ in self.code.calls_to(*_TABLES):
            self.mounts.name(id(call.node), Text(""))
        for call in self.code.calls("add_subapp"):
            part = self.code.maker(call.argument(1, "subapp"), call.scope)
            if part is not None:
                prefix = self.code.text(call.argument(0, "prefix"), call.scope)
                self.mounts.attach(id(part), self._application(call), prefix)
        for call in self.code.calls("add_routes"):
            table = self.code.maker(call.argument(0, "routes"), call.scope)
            if table is not None and id(table) in self.mounts:
                self.mounts.attach(id(table), self._application(call), Text(""))

    def endpoints(self) -> Iterator[Endpoint]:
        """Every route, under every prefix of the application that serves it."""
        for call in self.code.calls(*_ADDERS, "add_route", "add_static"):
            if self._adds_to_router(call):
                yield from self._added(call)
        for call in self.code.calls("add_routes"):
            yield from self._listed(call)
        for call in self.code.calls(*_VERBS, "view", "route"):
            if _OF_TABLE.match(self.code.callee(call).dotted):
                yield from self._decorated(call)

    def _adds_to_router(self, call: Call) -> bool:
        dotted = self.code.callee(call).dotted
        holder = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
        is_router = isinstance(holder, ast.Attribute) and holder.attr == "router"
        return dotted.startswith("aiohttp.web") or (is_router and not dotted)

    def _application(self, call: Call) -> int:
        """The application behind `app.add_…` or `app.router.add_…`; the only one where it is a
        parameter that nobody is seen to pass."""
        holder = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
        if isinstance(holder, ast.Attribute) and holder.attr == "router":
            holder = holder.value
        made = self.code.maker(holder, call.scope)
        return id(made) if made is not None else (self.mounts.only_root or 0)

    def _added(self, call: Call) -> Iterator[Endpoint]:
        """`add_get(path, handler)`, `add_route(method, path, handler)`, `add_static(prefix, …)`."""
        named_first = call.tail == "add_route"
        path = call.argument(1 if named_first else 0, "path", "prefix")
        given = call.argument(2 if named_first else 1, "handler")
        handler = self.code.resolve(given, call.scope).defined
        verb = _ADDERS.get(call.tail, "route")
        method = call.argument(0, "method") if named_first else None
        if call.tail == "add_static":
            yield from self._under(call, path, ("GET",), (), below="/{path}")
        else:
            methods, handlers = self._answer(verb, method, handler, call.scope)
            yield from self._under(call, path, methods, handlers)

    def _under(
        self,
        call: Call,
        path: ast.expr | None,
        methods: tuple[str, ...],
        handlers: tuple[Scope, ...],
        below: str = "",
    ) -> Iterator[Endpoint]:
        told = self.code.text(path, call.scope) + Text(below)
        for prefix in self.mounts.prefixes(self._application(call)):
            yield Endpoint(methods, prefix + told, handlers, call.scope, call.line)

    def _answer(
        self, verb: str, method: ast.expr | None, target: Scope | None, scope: Scope
    ) -> tuple[tuple[str, ...], tuple[Scope, ...]]:
        """A class of views answers the methods that it defines, a function the one asked for."""
        if target is not None and target.is_class:
            own = tuple(s for s in target.inner if s.short_name in _VERBS)
            return tuple(s.short_name.upper() for s in own) or ANY_METHOD, own
        handlers = (target,) if target is not None else ()
        if verb in _VERBS:
            return (verb.upper(),), handlers
        named = self.code.constant(method, scope)
        return ((named.upper(),) if isinstance(named, str) else ANY_METHOD), handlers

    def _listed(self, call: Call) -> Iterator[Endpoint]:
        """`app.add_routes([web.get("/x", handler), …])`."""
        given = call.argument(0, "routes")
        listed = self.code.resolve(given, call.scope)
        if not isinstance(listed.value, ast.List | ast.Tuple) or listed.scope is None:
            made = self.code.maker(given, call.scope)
            if made is None or id(made) not in self.mounts:
                self.unknown.append(call)
            return
        for element in listed.value.elts:
            meant = self.code.resolve(element, listed.scope)
            found = _DEFINITION.match(meant.dotted.removesuffix("()"))
            if found is None or meant.made_by is None or meant.scope is None:
                self.unknown.append(call)
                continue
            definition = Call(meant.made_by, meant.scope)
            yield from self._defined(call, definition, found.group(1))

    def _defined(self, added: Call, definition: Call, verb: str) -> Iterator[Endpoint]:
        named_first = verb == "route"
        path = self.code.text(
            definition.argument(1 if named_first else 0, "path", "prefix"), definition.scope
        )
        given = definition.argument(2 if named_first else 1, "handler")
        handler = self.code.resolve(given, definition.scope).defined
        method = definition.argument(0, "method") if named_first else None
        methods, handlers = self._answer(verb, method, handler, definition.scope)
        if verb == "static":
            path, methods, handlers = path + Text("/{path}"), ("GET",), ()
        for prefix in self.mounts.prefixes(self._application(added)):
            whole = prefix + path
            yield Endpoint(methods, whole, handlers, definition.scope, definition.line)

    def _decorated(self, call: Call) -> Iterator[Endpoint]:
        holder = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
        table = self.code.maker(holder, call.scope)
        decorated = [s for s in call.scope.inner if call.node in s.decorators]
        named_first = call.tail == "route"
        path = self.code.text(call.argument(1 if named_first else 0, "path"), call.scope)
        method = call.argument(0, "method") if named_first else None
        for scope in decorated:
            methods, handlers = self._answer(call.tail, method, scope, call.scope)
            for prefix in self.mounts.prefixes(id(table)) if table is not None else ():
                yield Endpoint(methods, prefix + path, handlers, call.scope, call.line)


READER = Reader("python-aiohttp", read)
