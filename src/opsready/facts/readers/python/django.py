"""Django: the routes of a project, and the methods that its views answer."""

import ast
from collections.abc import Iterator

from opsready.documents.django_project import DjangoProject
from opsready.documents.django_urls import DjangoUrls, View
from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call, Scope
from opsready.documents.python_types import word_of
from opsready.facts.endpoint import ANY_METHOD, Endpoint, Endpoints
from opsready.facts.fact import Claim, Fact
from opsready.facts.python_fact import at_run_time, python_fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_VERBS = ("get", "post", "put", "patch", "delete")
# What Django's and REST framework's own views answer, by the last word of the class.
_GENERIC: dict[str, tuple[str, ...]] = {
    "TemplateView": ("GET",),
    "ListView": ("GET",),
    "DetailView": ("GET",),
    "ArchiveIndexView": ("GET",),
    "FormView": ("GET", "POST"),
    "CreateView": ("GET", "POST"),
    "UpdateView": ("GET", "POST"),
    "DeleteView": ("GET", "POST"),
    "LoginView": ("GET", "POST"),
    "ListAPIView": ("GET",),
    "RetrieveAPIView": ("GET",),
    "CreateAPIView": ("POST",),
    "DestroyAPIView": ("DELETE",),
    "UpdateAPIView": ("PUT", "PATCH"),
    "ListCreateAPIView": ("GET", "POST"),
    "RetrieveUpdateAPIView": ("GET", "PUT", "PATCH"),
    "RetrieveDestroyAPIView": ("GET", "DELETE"),
    "RetrieveUpdateDestroyAPIView": ("GET", "PUT", "PATCH", "DELETE"),
}
_DECORATED: dict[str, tuple[str, ...]] = {
    "require_GET": ("GET",),
    "require_safe": ("GET", "HEAD"),
    "require_POST": ("POST",),
}
# Views that other packages serve below what is included: known, or another reader's business.
_OF_OTHER_READERS = ("django_prometheus", "health_check", "ninja", "rest_framework")
_WRAPPED_AT_MOST = 4


def read(bundle: Bundle) -> Iterator[Fact]:
    """Framework, routes and health routes of a Django project."""
    code = bundle.assembled(PythonCode)
    if "django" not in code.imported:
        return
    project = DjangoProject(code)
    for module in project.modules[:1]:
        line = next((b[0].line for n, b in module.scope.names.items() if n == "INSTALLED_APPS"), 1)
        yield python_fact(code, Claim.FRAMEWORK, "django", module.scope, line)
    urls = DjangoUrls.of(project)
    yield from Endpoints(code, bundle).facts(_endpoint(code, view) for view in urls.views)
    for included in urls.included:
        named = code.constant(included.included, included.scope)
        dotted = named if isinstance(named, str) else code.dotted(included.included, included.scope)
        if not dotted.startswith(_OF_OTHER_READERS):
            why = f"what is included here is not in this code: {dotted or 'made at run time'}"
            place = (included.scope, included.line, included.path.text)
            yield at_run_time(code, Claim.ROUTE, why, *place)


def _endpoint(code: PythonCode, view: View) -> Endpoint:
    methods, handlers = _answering(code, view.view, view.scope, 0)
    called = view.view.func if isinstance(view.view, ast.Call) else None
    owner = code.dotted(called.value, view.scope) if isinstance(called, ast.Attribute) else ""
    return Endpoint(methods, view.path, handlers, view.scope, view.line, owner)


def _answering(
    code: PythonCode, view: ast.expr, scope: Scope, level: int
) -> tuple[tuple[str, ...], tuple[Scope, ...]]:
    """Methods and handlers of a view: a function, `Class.as_view(…)`, or either one wrapped."""
    if isinstance(view, ast.Call):
        if word_of(view) == "as_view" and isinstance(view.func, ast.Attribute):
            return _of_class(code, view.func.value, Call(view, scope))
        if view.args and level < _WRAPPED_AT_MOST:
            return _answering(code, view.args[-1], scope, level + 1)
        return ANY_METHOD, ()
    meant = code.resolve(view, scope)
    if meant.function is not None:
        return _of_function(code, meant.function), (meant.function,)
    if meant.made_by is not None and meant.scope is not None and level < _WRAPPED_AT_MOST:
        return _answering(code, meant.made_by, meant.scope, level + 1)
    return ANY_METHOD, ()


def _of_function(code: PythonCode, function: Scope) -> tuple[str, ...]:
    for decorator in function.decorators:
        word = word_of(decorator)
        if word in _DECORATED:
            return _DECORATED[word]
        if word in {"require_http_methods", "api_view"}:
            given = decorator.args if isinstance(decorator, ast.Call) else []
            named = code.constant(given[0], function.outer or function) if given else ("GET",)
            if isinstance(named, tuple):
                return tuple(str(method).upper() for method in named)
    return ANY_METHOD


def _of_class(
    code: PythonCode, view: ast.expr, call: Call
) -> tuple[tuple[str, ...], tuple[Scope, ...]]:
    """What a class of views answers: by an action map, by its methods, by what it comes from."""
    meant = code.resolve(view, call.scope)
    actions = code.constant(call.argument(0, "actions"), call.scope)
    classes = [meant.defined, *code.names.parents(meant.defined)] if meant.defined else []
    known = [c for c in classes if c is not None and c.is_class]
    defined = {s.short_name: s for c in reversed(known) for s in c.inner if s.is_function}
    if isinstance(actions, dict):
        own = tuple(defined[a] for a in actions.values() if a in defined)
        return tuple(str(method).upper() for method in actions), own
    own_verbs = [verb for verb in _VERBS if verb in defined]
    inherited = [meant.dotted, *(code.names.ancestors(meant.defined) if meant.defined else ())]
    generic = next((_GENERIC[w] for a in inherited if (w := a.rpartition(".")[2]) in _GENERIC), ())
    methods = dict.fromkeys((*(verb.upper() for verb in own_verbs), *generic))
    allowed = _allowed(code, known)
    handlers = tuple(defined[verb] for verb in own_verbs)
    return tuple(m for m in methods if m in (allowed or methods)) or ANY_METHOD, handlers


def _allowed(code: PythonCode, classes: list[Scope]) -> tuple[str, ...]:
    """`http_method_names = ["get"]`."""
    for scope in classes:
        for binding in scope.names.get("http_method_names", ()):
            named = code.constant(binding.value, scope)
            if isinstance(named, tuple):
                return tuple(str(method).upper() for method in named)
    return ()


READER = Reader("python-django", read)
