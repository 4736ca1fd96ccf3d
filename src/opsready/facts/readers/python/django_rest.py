"""Django REST framework: the routes that a router makes of the viewsets registered with it."""

import ast
from collections.abc import Iterator

from opsready.documents.django_project import DjangoProject
from opsready.documents.django_urls import DjangoUrls
from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call, Scope
from opsready.documents.python_types import word_of
from opsready.documents.python_values import Text
from opsready.facts.endpoint import Endpoint, Endpoints
from opsready.facts.fact import Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

# What each action of a viewset answers (rest_framework.routers.SimpleRouter.routes).
_LIST = {"list": "GET", "create": "POST"}
_DETAIL = {"retrieve": "GET", "update": "PUT", "partial_update": "PATCH", "destroy": "DELETE"}
# The actions that classes of the framework bring along, by the last word of their names.
_BRINGS: dict[str, tuple[str, ...]] = {
    "ModelViewSet": (*_LIST, *_DETAIL),
    "ReadOnlyModelViewSet": ("list", "retrieve"),
    "ListModelMixin": ("list",),
    "CreateModelMixin": ("create",),
    "RetrieveModelMixin": ("retrieve",),
    "UpdateModelMixin": ("update", "partial_update"),
    "DestroyModelMixin": ("destroy",),
}


def read(bundle: Bundle) -> Iterator[Fact]:
    """Routes of every registered viewset, under every path where its router is included."""
    code = bundle.assembled(PythonCode)
    if not any(top.startswith("rest_framework") for top in code.imported):
        return
    places = _places(code)
    yield from Endpoints(code, bundle).facts(_endpoints(code, places))


def _places(code: PythonCode) -> dict[int, list[Text]]:
    """The paths under which each router's URLs are included, by the call that made the router."""
    found: dict[int, list[Text]] = {}
    for included in DjangoUrls.of(DjangoProject(code)).included:
        expr = included.included
        if isinstance(expr, ast.Attribute) and expr.attr == "urls":
            router = code.maker(expr.value, included.scope)
            if router is not None:
                found.setdefault(id(router), []).append(included.path)
    return found


def _endpoints(code: PythonCode, places: dict[int, list[Text]]) -> Iterator[Endpoint]:
    for call in code.calls("register"):
        holder = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
        router = code.maker(holder, call.scope)
        viewset = code.resolve(call.argument(1, "viewset"), call.scope).defined
        if router is None or viewset is None or id(router) not in places:
            continue
        slash = code.constant(Call(router, call.scope).argument(0, "trailing_slash"), call.scope)
        end = Text("" if slash is False else "/")
        prefix = code.text(call.argument(0, "prefix"), call.scope)
        for place in places[id(router)]:
            joint = Text("" if place.text.endswith("/") else "/")
            yield from _of_viewset(code, call, viewset, place + joint + prefix, end)


def _of_viewset(
    code: PythonCode, call: Call, viewset: Scope, path: Text, end: Text
) -> Iterator[Endpoint]:
    """The list, one element, and the actions that the viewset adds."""
    lineage = [viewset, *code.names.parents(viewset)]
    defined = {s.short_name: s for c in reversed(lineage) for s in c.inner if s.is_function}
    words = [name.rpartition(".")[2] for name in code.names.ancestors(viewset)]
    brought = {action for word in words for action in _BRINGS.get(word, ())}
    allowed = _allowed(code, lineage)
    detail = path + Text(f"/{{{_lookup(code, lineage)}}}")
    for actions, whole in ((_LIST, path + end), (_DETAIL, detail + end)):
        for action, method in actions.items():
            if (action in defined or action in brought) and method in (allowed or {method}):
                handlers = (defined[action],) if action in defined else ()
                yield Endpoint((method,), whole, handlers, call.scope, call.line)
    for name, function in defined.items():
        yield from _added(code, name, function, path, detail, end)


def _allowed(code: PythonCode, lineage: list[Scope]) -> set[str]:
    """`http_method_names = ["get"]`."""
    for scope in lineage:
        for binding in scope.names.get("http_method_names", ()):
            named = code.constant(binding.value, scope)
            return {str(name).upper() for name in named} if isinstance(named, tuple) else set()
    return set()


def _lookup(code: PythonCode, lineage: list[Scope]) -> str:
    for name in ("lookup_url_kwarg", "lookup_field"):
        for scope in lineage:
            for binding in scope.names.get(name, ()):
                told = code.constant(binding.value, scope)
                if isinstance(told, str):
                    return told
    return "pk"


def _added(
    code: PythonCode, name: str, function: Scope, path: Text, detail: Text, end: Text
) -> Iterator[Endpoint]:
    """`@action(detail=True, methods=["post"], url_path="cancel")`."""
    outer = function.outer or function
    for decorator in function.decorators:
        if not isinstance(decorator, ast.Call) or word_of(decorator) != "action":
            continue
        action = Call(decorator, outer)
        named = code.constant(action.argument(0, "methods"), outer)
        methods = tuple(str(m).upper() for m in named) if isinstance(named, tuple) else ("GET",)
        is_detail = code.constant(action.argument(1, "detail"), outer) is True
        given = action.argument(2, "url_path")
        below = Text(name) if given is None else code.text(given, outer)
        whole = (detail if is_detail else path) + Text("/") + below + end
        yield Endpoint(methods, whole, (function,), function, decorator.lineno)


READER = Reader("python-django-rest", read)
