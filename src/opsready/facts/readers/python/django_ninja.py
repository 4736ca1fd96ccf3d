"""Django Ninja: operations of APIs and routers, below the URL patterns that serve them."""

import ast
import re
from collections.abc import Iterator

from opsready.documents.django_project import DjangoProject
from opsready.documents.django_urls import DjangoUrls
from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call
from opsready.documents.python_values import Text
from opsready.facts.endpoint import ANY_METHOD, Endpoint, Endpoints
from opsready.facts.fact import Claim, Fact
from opsready.facts.mounts import Mounts
from opsready.facts.python_fact import at_run_time
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_MAKER = re.compile(r"^ninja(?:_extra)?\.(?:\w+\.)*(NinjaAPI|NinjaExtraAPI|Router)$")
_METHOD_OF = re.compile(r"^ninja(?:_extra)?\.(?:\w+\.)*(NinjaAPI|NinjaExtraAPI|Router)\(\)\.\w+$")
_METHODS = ("get", "post", "put", "patch", "delete")
# The pattern that serves an API stands above all of them.
_SITE = 0


def read(bundle: Bundle) -> Iterator[Fact]:
    """Routes and health routes of every operation."""
    code = bundle.assembled(PythonCode)
    if not {"ninja", "ninja_extra"} & code.imported:
        return
    mounts = _served(code)
    yield from _attached(code, mounts)
    yield from Endpoints(code, bundle).facts(_operations(code, mounts))


def _served(code: PythonCode) -> Mounts:
    """Every API and router, each API below the patterns whose view is its `urls`."""
    mounts = Mounts()
    mounts.serve(_SITE)
    for call in code.calls("NinjaAPI", "NinjaExtraAPI", "Router"):
        if _MAKER.match(code.callee(call).dotted):
            mounts.name(id(call.node), Text(""))
    for included in DjangoUrls.of(DjangoProject(code)).included:
        expr = included.included
        api = code.maker(expr.value, included.scope) if isinstance(expr, ast.Attribute) else None
        if api is not None and id(api) in mounts:
            mounts.attach(id(api), _SITE, included.path)
    return mounts


def _attached(code: PythonCode, mounts: Mounts) -> Iterator[Fact]:
    """`api.add_router("/orders/", router)`, where the router may be named by a string."""
    for call in code.calls("add_router"):
        above, given = _holder(code, call), call.argument(1, "router")
        if above not in mounts or given is None:
            continue
        prefix = Text("/") + code.text(call.argument(0, "prefix"), call.scope)
        named = code.constant(given, call.scope)
        made = code.maker(given, call.scope)
        if isinstance(named, str):
            made = code.names.imported(named, call.scope.path).made_by
        if made is not None and id(made) in mounts:
            mounts.attach(id(made), above, prefix + Text("/"))
        else:
            why = "the router that is added here is not in this code"
            yield at_run_time(code, Claim.ROUTE, why, call.scope, call.line, prefix.text[1:])


def _holder(code: PythonCode, call: Call) -> int:
    holder = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
    made = code.maker(holder, call.scope)
    return id(made) if made is not None else -1


def _operations(code: PythonCode, mounts: Mounts) -> Iterator[Endpoint]:
    for call in code.calls(*_METHODS, "api_operation"):
        if not _METHOD_OF.match(code.callee(call).dotted):
            continue
        is_any = call.tail == "api_operation"
        path = code.text(call.argument(1 if is_any else 0, "path"), call.scope)
        named = code.constant(call.argument(0, "methods"), call.scope) if is_any else None
        several = tuple(str(m).upper() for m in named) if isinstance(named, tuple) else ANY_METHOD
        methods = several if is_any else (call.tail.upper(),)
        handlers = tuple(s for s in call.scope.inner if call.node in s.decorators)
        for prefix in mounts.prefixes(_holder(code, call)):
            yield Endpoint(methods, prefix + _braces(path), handlers, call.scope, call.line)


def _braces(path: Text) -> Text:
    """`{int:order_id}` is the parameter `order_id`: Django's order, type first."""
    return path._replace(text=re.sub(r"\{\w+:(\w+)\}", r"{\1}", path.text))


READER = Reader("python-django-ninja", read)
