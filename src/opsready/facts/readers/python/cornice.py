"""Cornice, on Pyramid: services with a decorator a method, and resources with a method a verb."""

import ast
from collections.abc import Iterator

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call, Scope
from opsready.facts.endpoint import Endpoint, Endpoints
from opsready.facts.fact import Fact
from opsready.facts.pyramid_configuration import PyramidConfiguration
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
# The keywords by which a resource names its two paths, and what its methods for each begin with.
_PATHS = (("collection_path", "collection_"), ("path", ""))


def read(bundle: Bundle) -> Iterator[Fact]:
    """Routes and health routes of the services and resources that a scan finds."""
    code = bundle.assembled(PythonCode)
    if "pyramid" not in code.imported:
        return
    configuration = PyramidConfiguration.of(code)
    endpoints = Endpoints(code, bundle)
    yield from endpoints.facts(_services(code, configuration))
    yield from endpoints.facts(_resources(code, configuration))


def _services(code: PythonCode, configuration: PyramidConfiguration) -> Iterator[Endpoint]:
    """`users = Service(path="/users")` and `@users.get()`."""
    made = {id(call.node): call for call in code.calls("Service") if _is_of_cornice(code, call)}
    for call in code.calls(*_VERBS) if made else ():
        holder = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
        service = made.get(id(code.resolve(holder, call.scope).made_by))
        handlers = tuple(scope for scope in call.scope.inner if call.node in scope.decorators)
        if service is not None and handlers:
            path = code.text(service.argument(1, "path"), service.scope)
            for prefix in configuration.scanned(service.scope.path):
                verb = (call.tail.upper(),)
                yield Endpoint(verb, prefix + path, handlers, call.scope, call.line)


def _is_of_cornice(code: PythonCode, call: Call) -> bool:
    """Whether a call makes cornice's `Service`, or one that comes from it."""
    callee = code.callee(call)
    lineage = [callee.dotted]
    if callee.defined is not None and callee.defined.is_class:
        lineage += code.names.ancestors(callee.defined)
    return any("cornice" in name.split(".") for name in lineage)


def _resources(code: PythonCode, configuration: PyramidConfiguration) -> Iterator[Endpoint]:
    """`@resource(collection_path="/users", path="/users/{id}")` on a class."""
    for call in code.calls("resource"):
        if "cornice" not in code.callee(call).dotted.split("."):
            continue
        for scope in call.scope.inner:
            if call.node in scope.decorators and scope.is_class:
                yield from _resource(code, configuration, call, scope)


def _resource(
    code: PythonCode, configuration: PyramidConfiguration, call: Call, scope: Scope
) -> Iterator[Endpoint]:
    for keyword, start in _PATHS:
        path = call.argument(None, keyword)
        verbs = {start + verb: verb.upper() for verb in _VERBS} if path is not None else {}
        for method in scope.inner:
            if method.short_name in verbs:
                told = code.text(path, call.scope)
                for prefix in configuration.scanned(call.scope.path):
                    verb = (verbs[method.short_name],)
                    yield Endpoint(verb, prefix + told, (method,), method, method.line)


READER = Reader("python-cornice", read)
