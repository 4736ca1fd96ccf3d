"""FastAPI: the routes of applications and routers, wherever they are included."""

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

_MAKER = re.compile(r"^fastapi\w*\.(?:\w+\.)*(FastAPI|APIRouter|InferringRouter)$")
_METHOD_OF = re.compile(r"^fastapi\w*\.(?:\w+\.)*(FastAPI|APIRouter|InferringRouter)\(\)\.\w+$")
_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
# Served by every application that does not turn them off (fastapi.applications.FastAPI).
_DOCUMENTATION = {
    "openapi_url": "/openapi.json",
    "docs_url": "/docs",
    "swagger_ui_oauth2_redirect_url": "/docs/oauth2-redirect",
    "redoc_url": "/redoc",
}
_ELSEWHERE = "what is included here is not in this code"


def read(bundle: Bundle) -> Iterator[Fact]:
    """Framework, routes, health and metrics routes of a FastAPI application."""
    code = bundle.assembled(PythonCode)
    if "fastapi" not in code.imported:
        return
    mounts = Mounts()
    yield from _parts(code, mounts)
    yield from _attached(code, mounts)
    endpoints = Endpoints(code, bundle)
    yield from endpoints.facts(_declared(code, mounts))
    yield from endpoints.facts(_documentation(code, mounts))
    yield from endpoints.facts(_mounted(code, mounts))


def _parts(code: PythonCode, mounts: Mounts) -> Iterator[Fact]:
    """Notes every application and router, each with its own prefix."""
    for call, is_application in _made(code):
        if is_application:
            mounts.serve(id(call.node))
            yield python_fact(code, Claim.FRAMEWORK, "fastapi", call.scope, call.line)
        else:
            mounts.name(id(call.node), _prefix(code, call.argument(None, "prefix"), call.scope))


def _made(code: PythonCode) -> Iterator[tuple[Call, bool]]:
    """What makes applications and routers, of FastAPI's classes or of the tree's own."""
    own = dict.fromkeys(code.classes("fastapi.FastAPI"), "FastAPI")
    own |= dict.fromkeys(code.classes("fastapi.APIRouter"), "APIRouter")
    names = {scope.short_name for scope in own}
    for call in code.calls("FastAPI", "APIRouter", "InferringRouter", *names):
        callee = code.callee(call)
        found = _MAKER.match(callee.dotted)
        kind = found.group(1) if found else own.get(callee.defined) if callee.defined else None
        if kind is not None:
            yield call, kind == "FastAPI"


def _prefix(code: PythonCode, expr: ast.expr | None, scope: Scope) -> Text:
    return Text("") if expr is None else code.text(expr, scope)


def _attached(code: PythonCode, mounts: Mounts) -> Iterator[Fact]:
    """Follows `include_router` and `mount`; says where they lead out of this code."""
    for call in code.calls("include_router", "mount"):
        is_mount = call.tail == "mount"
        above = _holder(code, call, mounts)
        given = call.argument(1, "app") if is_mount else call.argument(0, "router")
        if above not in mounts or given is None:
            continue
        path = call.argument(0, "path") if is_mount else call.argument(None, "prefix")
        prefix = _prefix(code, path, call.scope)
        for expr, scope in code.each(given, call.scope):
            part = code.maker(expr, scope)
            if part is not None and id(part) in mounts:
                mounts.attach(id(part), above, prefix)
            elif not is_mount or not code.dotted(expr, scope):
                mounts.is_open = mounts.is_open or not code.dotted(expr, scope)
                yield at_run_time(code, Claim.ROUTE, _ELSEWHERE, call.scope, call.line, prefix.text)


def _holder(code: PythonCode, call: Call, mounts: Mounts) -> int:
    """The application or router of which a method is called; the only application where it is a
    parameter that nobody is seen to pass. 0 for what is neither."""
    holder = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
    made = code.maker(holder, call.scope)
    if made is not None:
        return id(made)
    is_unknown = code.dotted(holder, call.scope) in {"", "fastapi.FastAPI()"}
    return (mounts.only_root or 0) if is_unknown and call.tail != "mount" else 0


def _declared(code: PythonCode, mounts: Mounts) -> Iterator[Endpoint]:
    for call in code.calls(*_METHODS, "api_route", "add_api_route", "add_route", "route"):
        if not _METHOD_OF.match(code.callee(call).dotted):
            continue
        path = code.text(call.argument(0, "path"), call.scope)
        methods, handlers = _methods(code, call), _handlers(code, call)
        part = _holder(code, call, mounts)
        for prefix in mounts.prefixes(part) if part in mounts else [Text()]:
            yield Endpoint(methods, prefix + path, handlers, call.scope, call.line)


def _methods(code: PythonCode, call: Call) -> tuple[str, ...]:
    if call.tail in _METHODS:
        return (call.tail.upper(),)
    given = call.argument(2 if call.tail == "add_route" else None, "methods")
    named = code.constant(given, call.scope)
    if given is not None and not isinstance(named, tuple):
        return ANY_METHOD
    return tuple(str(method).upper() for method in named or ("GET",))


def _handlers(code: PythonCode, call: Call) -> tuple[Scope, ...]:
    decorated = tuple(s for s in call.scope.inner if call.node in s.decorators)
    given = code.resolve(call.argument(1, "endpoint", "route"), call.scope).function
    return decorated or ((given,) if given is not None else ())


def _documentation(code: PythonCode, mounts: Mounts) -> Iterator[Endpoint]:
    for call, is_application in _made(code):
        if not is_application or _is_off(call, "openapi_url"):
            continue
        for keyword, default in _DOCUMENTATION.items():
            given = call.argument(None, keyword)
            path = Text(default, sure=False) if given is None else code.text(given, call.scope)
            for prefix in mounts.prefixes(id(call.node)):
                belongs = "docs_url" if keyword.startswith("swagger") else keyword
                if path.whole and not _is_off(call, keyword) and not _is_off(call, belongs):
                    yield Endpoint(("GET",), prefix + path, (), call.scope, call.line)


def _is_off(call: Call, keyword: str) -> bool:
    given = call.argument(None, keyword)
    return isinstance(given, ast.Constant) and given.value is None


def _mounted(code: PythonCode, mounts: Mounts) -> Iterator[Endpoint]:
    """Applications of other makers: files, and the metrics page of prometheus_client."""
    for call in code.calls("mount"):
        app = call.argument(1, "app")
        dotted = code.dotted(app, call.scope)
        if not dotted.endswith(("StaticFiles()", "make_asgi_app()")):
            continue
        path = code.text(call.argument(0, "path"), call.scope)
        below = Text("/{path}") if dotted.endswith("StaticFiles()") else Text("")
        for prefix in mounts.prefixes(_holder(code, call, mounts)):
            whole = prefix + path + below
            answers = dotted.removesuffix("()")
            yield Endpoint(("GET",), whole, (), call.scope, call.line, answers)


READER = Reader("python-fastapi", read)
