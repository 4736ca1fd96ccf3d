"""Flask, and Quart, which copies it: routes of applications, blueprints and REST resources."""

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

_TOPS = ("flask", "quart", "apiflask", "flask_openapi3", "flask_smorest", "flask_restful")
_TOP = r"^(?:flask|quart|apiflask|flask_openapi3|flask_smorest|flask_restful|flask_restx)\."
_APPLICATION = re.compile(_TOP + r"(?:\w+\.)*(Flask|Quart|APIFlask|OpenAPI)$")
_PART = re.compile(_TOP + r"(?:\w+\.)*(Blueprint|APIBlueprint|Api|Namespace)$")
_METHOD_OF = re.compile(
    _TOP
    + r"(?:\w+\.)*(Flask|Quart|APIFlask|OpenAPI|Blueprint|APIBlueprint|Api|Namespace)\(\)\.\w+$"
)
_METHODS = ("get", "post", "put", "patch", "delete")
_VERBS = {*_METHODS, "head", "options", "trace"}
_ATTACHING = ("register_blueprint", "register_api", "add_namespace", "init_app")
# The keyword by which each kind of part is told its own prefix.
_PREFIXES = {"Blueprint": "url_prefix", "APIBlueprint": "url_prefix", "Namespace": "path"}


def read(bundle: Bundle) -> Iterator[Fact]:
    """Framework, routes, health and metrics routes of a Flask application."""
    code = bundle.assembled(PythonCode)
    if not {*_TOPS, "flask_restx"} & code.imported:
        return
    parts = _Parts(code)
    yield from parts.applications()
    yield from parts.attached()
    yield from Endpoints(code, bundle).facts(parts.endpoints())


class _Parts:
    """Applications, blueprints, APIs and namespaces, and what hangs below what."""

    def __init__(self, code: PythonCode) -> None:
        self.code = code
        self.mounts = Mounts()
        self.own: dict[int, Text] = {}

    def applications(self) -> Iterator[Fact]:
        """Notes every part; an application states the framework."""
        classes = {s.short_name: s for s in self.code.classes("flask.Flask", "quart.Quart")}
        names = ("Flask", "Quart", "APIFlask", "OpenAPI", *classes)
        for call in self.code.calls(*names):
            callee = self.code.callee(call)
            is_own = callee.defined is not None and callee.defined in classes.values()
            if _APPLICATION.match(callee.dotted) or is_own:
                framework = "quart" if callee.dotted.startswith("quart") else "flask"
                self.mounts.serve(id(call.node))
                yield python_fact(self.code, Claim.FRAMEWORK, framework, call.scope, call.line)
        for call in self.code.calls("Blueprint", "APIBlueprint", "Api", "Namespace"):
            found = _PART.match(self.code.callee(call).dotted)
            if found:
                self._part(call, found.group(1))

    def _part(self, call: Call, kind: str) -> None:
        key = id(call.node)
        self.mounts.name(key, Text(""))
        given = call.argument(None, _PREFIXES.get(kind, "prefix"))
        default = self.code.text(call.argument(0, "name"), call.scope)
        named = Text("/") + default if kind == "Namespace" else Text("")
        self.own[key] = named if given is None else self.code.text(given, call.scope)
        above = self.code.maker(call.argument(0, "app"), call.scope) if kind == "Api" else None
        if above is not None:
            self.mounts.attach(key, id(above), self.own[key])

    def attached(self) -> Iterator[Fact]:
        """Follows registrations; a prefix that is given there takes the place of the part's own."""
        for call in self.code.calls(*_ATTACHING):
            if not _METHOD_OF.match(self.code.callee(call).dotted) and call.tail == "init_app":
                continue
            above, given = self._holder(call), call.argument(0, "blueprint", "ns", "app")
            if above not in self.mounts or given is None:
                continue
            replaced = call.argument(None, "url_prefix", "path")
            for expr, scope in self.code.each(given, call.scope):
                part = self.code.maker(expr, scope)
                if part is None or id(part) not in self.mounts:
                    self.mounts.is_open = self.mounts.is_open or not self.code.dotted(expr, scope)
                    why = "what is registered here is not in this code"
                    yield at_run_time(self.code, Claim.ROUTE, why, call.scope, call.line)
                elif call.tail == "init_app":
                    self.mounts.attach(above, id(part), self.own.get(above, Text("")))
                else:
                    own = self.own.get(id(part), Text(""))
                    prefix = own if replaced is None else self.code.text(replaced, call.scope)
                    self.mounts.attach(id(part), above, prefix)

    def _holder(self, call: Call) -> int:
        holder = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
        made = self.code.maker(holder, call.scope)
        if made is not None:
            return id(made)
        is_unknown = self.code.dotted(holder, call.scope) in {"", "flask.Flask()", "quart.Quart()"}
        is_current = self.code.dotted(holder, call.scope) == "flask.current_app"
        return (self.mounts.only_root or 0) if is_unknown or is_current else 0

    def endpoints(self) -> Iterator[Endpoint]:
        """Every rule, under every prefix of its part."""
        for call in self.code.calls("route", "add_url_rule", *_METHODS):
            if self._declares(call):
                yield from self._ruled(call)
        for call in self.code.calls("add_resource"):
            if _METHOD_OF.match(self.code.callee(call).dotted):
                resource = self.code.resolve(call.argument(0, "resource"), call.scope).defined
                for path in call.node.args[1:]:
                    yield from self._at(call, path, *_of_class(resource))

    def _declares(self, call: Call) -> bool:
        dotted = self.code.callee(call).dotted
        is_typeless = not dotted and call.tail in {"add_url_rule", "route"}
        return bool(_METHOD_OF.match(dotted)) or (is_typeless and self._holder(call) != 0)

    def _ruled(self, call: Call) -> Iterator[Endpoint]:
        decorated = [s for s in call.scope.inner if call.node in s.decorators]
        if decorated and decorated[0].is_class:
            for path in call.node.args:
                yield from self._at(call, path, *_of_class(decorated[0]))
            return
        rule = call.argument(0, "rule")
        if rule is not None:
            yield from self._at(call, rule, *self._answering(call, decorated))

    def _answering(
        self, call: Call, decorated: list[Scope]
    ) -> tuple[tuple[str, ...], tuple[Scope, ...]]:
        given = call.argument(None, "methods")
        named = self.code.constant(given, call.scope)
        view = call.argument(2, "view_func")
        told = self._view(view, call.scope) if view is not None else None
        handlers = tuple(decorated) or (told[1] if told else ())
        if call.tail in _METHODS:
            return (call.tail.upper(),), handlers
        if isinstance(named, tuple):
            return tuple(str(method).upper() for method in named), handlers
        default = told[0] if told else ("GET",)
        return (default if given is None else ANY_METHOD), handlers

    def _view(self, view: ast.expr, scope: Scope) -> tuple[tuple[str, ...], tuple[Scope, ...]]:
        """A function answers GET; `Class.as_view(…)` what the class defines."""
        made = self.code.resolve(view, scope)
        if made.function is not None:
            return ("GET",), (made.function,)
        as_view = made.made_by.func if made.made_by is not None else None
        if isinstance(as_view, ast.Attribute) and made.scope is not None:
            return _of_class(self.code.resolve(as_view.value, made.scope).defined)
        return ("GET",), ()

    def _at(
        self, call: Call, rule: ast.expr, methods: tuple[str, ...], handlers: tuple[Scope, ...]
    ) -> Iterator[Endpoint]:
        part = self._holder(call)
        path = self.code.text(rule, call.scope)
        for prefix in self.mounts.prefixes(part) if part in self.mounts else [Text()]:
            yield Endpoint(methods, _braces(prefix + path), handlers, call.scope, call.line)


def _of_class(resource: Scope | None) -> tuple[tuple[str, ...], tuple[Scope, ...]]:
    """The methods that a class of views defines by name."""
    if resource is None or not resource.is_class:
        return ANY_METHOD, ()
    own = tuple(scope for scope in resource.inner if scope.short_name in _VERBS)
    return tuple(scope.short_name.upper() for scope in own) or ANY_METHOD, own


def _braces(path: Text) -> Text:
    """`<int:order_id>` is the parameter `order_id`."""
    return path._replace(text=re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", path.text))


READER = Reader("python-flask", read)
