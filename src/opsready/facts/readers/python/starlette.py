"""Starlette: applications, their route lists, mounts, and routes that are added later."""

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

_APPLICATIONS = ("starlette.applications.Starlette", "starlette.routing.Router")
_METHODS = {"get", "post", "put", "patch", "delete", "head", "options"}
_LEVELS_AT_MOST = 12


def read(bundle: Bundle) -> Iterator[Fact]:
    """Framework, routes, health and metrics routes of a Starlette application."""
    code = bundle.assembled(PythonCode)
    if "starlette" not in code.imported:
        return
    listing = _Listing(code)
    endpoints = list(listing.endpoints())
    for call in listing.applications:
        if code.callee(call).dotted.endswith("Starlette"):
            yield python_fact(code, Claim.FRAMEWORK, "starlette", call.scope, call.line)
    yield from Endpoints(code, bundle).facts(endpoints)
    for call, known in listing.unknown:
        why = "the routes listed here are made when the service starts"
        yield at_run_time(code, Claim.ROUTE, why, call.scope, call.line, known)


class _Listing:
    """Walks the route lists of every application, down through their mounts."""

    def __init__(self, code: PythonCode) -> None:
        self.code = code
        self.applications = [call for call, _ in code.calls_to(*_APPLICATIONS)]
        self.unknown: list[tuple[Call, str]] = []
        self._mounts = Mounts()
        self._seen: set[int] = set()

    def endpoints(self) -> Iterator[Endpoint]:
        """Every endpoint, with the prefixes of the mounts above it."""
        for call in self.applications:
            self._mounts.serve(id(call.node))
        self._attach_mounted()
        for call in self.applications:
            for prefix in self._mounts.prefixes(id(call.node)):
                routes = call.argument(None, "routes")
                yield from self._listed(routes, call.scope, prefix, call, 0)
        yield from self._added()
        yield from self._unlisted()

    def _attach_mounted(self) -> None:
        """Applications inside `Mount("/x", app=…)` are served there and not by themselves."""
        for call in self.code.calls("mount", "Mount"):
            app = self.code.maker(call.argument(1, "app"), call.scope)
            if app is None:
                continue
            path = self.code.text(call.argument(0, "path"), call.scope)
            if call.tail == "mount":
                self._mounts.attach(id(app), self._holder(call), path)
            elif id(app) in self._mounts:
                self._mounts.attach(id(app), 0, path)

    def _holder(self, call: Call) -> int:
        holder = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
        made = self.code.maker(holder, call.scope)
        return id(made) if made is not None else (self._mounts.only_root or 0)

    def _listed(
        self, routes: ast.expr | None, scope: Scope, prefix: Text, owner: Call, level: int
    ) -> Iterator[Endpoint]:
        """The entries of a list of routes, spread and joined lists included."""
        if routes is None or level > _LEVELS_AT_MOST:
            return
        if isinstance(routes, ast.BinOp):
            yield from self._listed(routes.left, scope, prefix, owner, level + 1)
            yield from self._listed(routes.right, scope, prefix, owner, level + 1)
            return
        meant = self.code.resolve(routes, scope)
        if not isinstance(meant.value, ast.List | ast.Tuple) or meant.scope is None:
            if isinstance(meant.value, ast.BinOp) and meant.scope is not None:
                yield from self._listed(meant.value, meant.scope, prefix, owner, level + 1)
            else:
                self.unknown.append((owner, prefix.text))
            return
        for entry in meant.value.elts:
            if isinstance(entry, ast.Starred):
                yield from self._listed(entry.value, meant.scope, prefix, owner, level + 1)
            else:
                yield from self._entry(entry, meant.scope, prefix, owner, level + 1)

    def _entry(
        self, entry: ast.expr, scope: Scope, prefix: Text, owner: Call, level: int
    ) -> Iterator[Endpoint]:
        made = self.code.resolve(entry, scope)
        call = Call(made.made_by, made.scope) if made.made_by and made.scope else None
        kind = made.dotted.removesuffix("()").rpartition(".")[2]
        if call is None or kind not in {"Route", "Mount", "WebSocketRoute"}:
            self.unknown.append((owner, prefix.text))
        elif kind == "Route":
            yield self._route(call, prefix)
        elif kind == "Mount":
            yield from self._mounted(call, prefix, level)

    def _route(self, call: Call, prefix: Text) -> Endpoint:
        self._seen.add(id(call.node))
        path = self.code.text(call.argument(0, "path"), call.scope)
        endpoint = self.code.resolve(call.argument(1, "endpoint"), call.scope)
        methods, handlers = self._answering(call, endpoint.defined)
        return Endpoint(methods, prefix + path, handlers, call.scope, call.line)

    def _answering(
        self, call: Call, endpoint: Scope | None
    ) -> tuple[tuple[str, ...], tuple[Scope, ...]]:
        """An `HTTPEndpoint` answers the methods that it defines, a function GET or those named."""
        given = call.argument(2 if call.tail == "Route" else None, "methods")
        named = self.code.constant(given, call.scope)
        if endpoint is not None and endpoint.is_class:
            own = [s for s in endpoint.inner if s.short_name in _METHODS]
            return tuple(s.short_name.upper() for s in own) or ANY_METHOD, tuple(own)
        handlers = (endpoint,) if endpoint is not None else ()
        if given is not None and not isinstance(named, tuple):
            return ANY_METHOD, handlers
        return tuple(str(method).upper() for method in named or ("GET",)), handlers

    def _mounted(self, call: Call, prefix: Text, level: int) -> Iterator[Endpoint]:
        path = prefix + self.code.text(call.argument(0, "path"), call.scope)
        routes = call.argument(None, "routes")
        app = call.argument(1, "app")
        if routes is not None:
            yield from self._listed(routes, call.scope, path, call, level)
            return
        dotted = self.code.dotted(app, call.scope).removesuffix("()")
        made = self.code.maker(app, call.scope)
        if made is not None and id(made) in self._mounts:
            mounted = next(c for c in self.applications if c.node is made)
            yield from self._listed(
                mounted.argument(None, "routes"), mounted.scope, path, mounted, level
            )
        elif dotted.endswith("StaticFiles"):
            yield Endpoint(("GET",), path + Text("/{path}"), (), call.scope, call.line)
        elif dotted.startswith("prometheus_client."):
            yield Endpoint(("GET",), path, (), call.scope, call.line, dotted)
        else:
            self.unknown.append((call, path.text))

    def _unlisted(self) -> Iterator[Endpoint]:
        """Routes that are put into lists when the service starts: served, but who knows where."""
        for call in self.code.calls("Route") if self.unknown else ():
            is_route = self.code.callee(call).dotted == "starlette.routing.Route"
            if is_route and id(call.node) not in self._seen:
                yield self._route(call, Text())

    def _added(self) -> Iterator[Endpoint]:
        """`app.add_route(path, function)` and `@app.route(path)`."""
        for call in self.code.calls("add_route", "route"):
            dotted = self.code.callee(call).dotted
            if not re.match(r"starlette\.(\w+\.)*(Starlette|Router)\(\)\.", dotted):
                continue
            path = self.code.text(call.argument(0, "path"), call.scope)
            decorated = [s for s in call.scope.inner if call.node in s.decorators]
            given = self.code.resolve(call.argument(1, "route"), call.scope).defined
            target = decorated[0] if decorated else given
            methods, handlers = self._answering(call, target)
            for prefix in self._mounts.prefixes(self._holder(call)):
                yield Endpoint(methods, prefix + path, handlers, call.scope, call.line)


READER = Reader("python-starlette", read)
