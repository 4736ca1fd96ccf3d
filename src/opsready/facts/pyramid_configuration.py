"""Which functions configure a Pyramid application, under which prefix, and what they scan."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Call, Scope
from opsready.documents.python_types import word_of
from opsready.documents.python_values import Text
from opsready.facts.mounts import Mounts

CONFIGURATOR = "pyramid.config.Configurator"
# A function that hands the configurator on to one that hands it on sets prefixes for the first.
HANDED_ON_AT_MOST = 3


@dataclass(frozen=True)
class Scan:
    """`config.scan(package)`: what it finds is served under the prefixes in effect there."""

    package: str
    prefixes: tuple[Text, ...]


@dataclass(frozen=True)
class PyramidConfiguration:
    """Follows the configurator from where it is made, through includes and calls that hand it on.

    `unknown` are the includes that settings decide.
    """

    code: PythonCode
    mounts: Mounts
    unknown: tuple[Call, ...]
    scans: tuple[Scan, ...] = field(default=())

    @classmethod
    def of(cls, code: PythonCode) -> "PyramidConfiguration":
        """The configuration of a tree."""
        walk = _Walk(code)
        for call, _ in code.calls_to(CONFIGURATOR):
            walk.mounts.serve(id(call.scope))
        for call in code.calls("include"):
            walk.include(call)
        for module in code.application:
            for function in module.functions():
                walk.hand_on(function)
        found = cls(code, walk.mounts, tuple(walk.unknown))
        return cls(code, walk.mounts, tuple(walk.unknown), tuple(found._scans()))

    def prefixes_at(self, call: Call) -> list[Text]:
        """The prefixes in effect where a configurator's method is called."""
        later = _in_effect(self.code, call.scope, call.line)
        return [prefix + later for prefix in self.mounts.prefixes(id(call.scope))]

    def scanned(self, path: str) -> tuple[Text, ...]:
        """The prefixes under which what stands in a file is served, if a scan finds it."""
        module = self.code.import_name(path)
        inside = (s for s in self.scans if f"{module}.".startswith(f"{s.package}."))
        return next((scan.prefixes for scan in inside), ())

    def _scans(self) -> Iterator[Scan]:
        for call in self.code.calls("scan"):
            package = call.argument(0, "package")
            named = self.code.constant(package, call.scope) if package is not None else "."
            if isinstance(named, str) and is_configurator(call):
                yield Scan(_absolute(self.code, named, call.scope), tuple(self.prefixes_at(call)))


def is_configurator(call: Call) -> bool:
    """Whether a method is called of what is named as a configurator always is."""
    function = call.node.func
    return isinstance(function, ast.Attribute) and "config" in word_of(function.value).lower()


class _Walk:
    """Notes what is included below what."""

    def __init__(self, code: PythonCode) -> None:
        self.code = code
        self.mounts = Mounts()
        self.unknown: list[Call] = []

    def include(self, call: Call) -> None:
        """`config.include(function, module or name, route_prefix=…)`."""
        given = call.argument(0, "callable")
        if given is None or not is_configurator(call):
            return
        named = self.code.constant(given, call.scope)
        target = self.code.resolve(given, call.scope).defined
        if isinstance(named, str):
            origin = _absolute(self.code, named, call.scope)
            target = self.code.names.imported(origin, call.scope.path).defined
        function = _includeme(target)
        if function is not None:
            prefix = call.argument(None, "route_prefix")
            below = _prefix(self.code, prefix, call.scope) if prefix is not None else Text("")
            later = _in_effect(self.code, call.scope, call.line)
            self.mounts.attach(id(function), id(call.scope), later + below)
        elif not isinstance(named, str):
            self.mounts.is_open = True
            self.unknown.append(call)

    def hand_on(self, function: Scope) -> None:
        """A function that is called with the configurator configures under the same prefix."""
        for call in function.calls:
            called = self.code.callee(call).function
            if called is not None and _hands_on(call):
                later = _in_effect(self.code, function, call.line)
                self.mounts.attach(id(called), id(function), later)


def _in_effect(code: PythonCode, scope: Scope, line: int, level: int = 0) -> Text:
    """The prefix that `config.route_prefix = …` set in a function before a line, or in a function
    that was handed the configurator before it."""
    latest, prefix = 0, Text("")
    for store in code.names.tree.stores("route_prefix"):
        at = store.target.lineno
        restores = code.dotted(store.value, scope).endswith("route_prefix")
        if store.scope is scope and latest < at < line and not restores:
            is_none = isinstance(store.value, ast.Constant) and store.value.value is None
            latest, prefix = at, Text("") if is_none else _prefix(code, store.value, scope)
    for call in scope.calls if level < HANDED_ON_AT_MOST else ():
        called = code.callee(call).function
        if called is not None and latest < call.line < line and _hands_on(call):
            end = getattr(called.node, "end_lineno", None) or call.line
            later = _in_effect(code, called, end + 1, level + 1)
            latest, prefix = (call.line, later) if later.text else (latest, prefix)
    return prefix


def _hands_on(call: Call) -> bool:
    names = [a.id for a in call.node.args if isinstance(a, ast.Name)]
    return any("config" in name.lower() for name in names)


def _prefix(code: PythonCode, expr: ast.expr, scope: Scope) -> Text:
    told = code.text(expr, scope)
    return Text("/") + told._replace(text=told.text.strip("/"))


def _absolute(code: PythonCode, name: str, scope: Scope) -> str:
    """`.views` is a module beside the one that says so."""
    package = code.import_name(scope.path)
    if not scope.path.endswith("__init__.py"):
        package = package.rpartition(".")[0]
    return (package + name).strip(".") if name.startswith(".") else name


def _includeme(target: Scope | None) -> Scope | None:
    """The function that `include` calls: the one given, or the module's `includeme`."""
    if target is None or target.is_function:
        return target
    found = target.names.get("includeme", ())
    return next((binding.defined for binding in found if binding.defined is not None), None)
