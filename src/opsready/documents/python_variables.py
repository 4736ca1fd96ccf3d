"""The variables of the environment that Python code reads, and where their values flow to."""

import ast
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from opsready.documents.python_environment import environment_read
from opsready.documents.python_module import PythonModule
from opsready.documents.python_names import PythonNames
from opsready.documents.python_scope import Call, How, Scope
from opsready.documents.python_settings import PythonSettings
from opsready.documents.python_tree import Role
from opsready.documents.python_types import word_of
from opsready.documents.python_values import PythonValues, Text

# How many expressions a value is followed through from its use back to a variable.
EXPRESSIONS_AT_MOST = 200
# A wrapper around a wrapper around `os.environ` is as far as wrappers go.
WRAPPERS_AT_MOST = 2
_READING_TAILS = (
    *("get", "getenv", "pop", "setdefault", "config", "env", "Env"),
    *("str", "int", "bool", "float", "list", "json", "url", "path", "db", "cache", "db_url"),
    *("cache_url", "email_url", "search_url", "tuple", "dict", "timedelta", "decimal", "enum"),
)
_OPTIONAL = {"get", "getenv", "pop", "setdefault"}


class Variable(NamedTuple):
    """A variable that the code reads, at a place.

    `name` has gaps where it is built at run time, `default` where the code's default is; None is
    no default. `required`: nothing but the variable gives the value. `is_secret_type`: the code
    itself declares the value secret.
    """

    name: Text
    default: Text | None
    required: bool
    is_secret_type: bool
    scope: Scope
    line: int


@dataclass(frozen=True, eq=False)
class PythonVariables:
    """Finds variables in the application of one tree, migrations included: they run there too."""

    names: PythonNames
    values: PythonValues
    settings: PythonSettings

    @cached_property
    def all(self) -> list[Variable]:
        """Every variable that the code reads, once a place."""
        read = [*self._read_by_calls(), *self._read_by_keys(), *self._read_by_settings()]
        optional = {v.name.text for v in read if not v.required} | self._set_by_the_code()
        return [v._replace(required=v.required and v.name.text not in optional) for v in read]

    def behind(
        self, expr: ast.expr | None, scope: Scope, *, leading: bool = False
    ) -> tuple[str, ...]:
        """The variables whose values flow into an expression, in the order in which they are met:
        through names, settings, results, and the arguments that callers pass.

        `leading` looks at the beginning of texts only: who is asked, of an address.
        """
        found: dict[str, None] = {}
        pending: deque[tuple[ast.expr, Scope]] = deque([(expr, scope)] if expr is not None else [])
        seen: set[tuple[int, int]] = set()
        entered: set[int] = set()  # functions come to through a call, whose arguments are known
        while pending and len(seen) < EXPRESSIONS_AT_MOST:
            node, where = pending.popleft()
            if (id(node), id(where)) in seen:
                continue
            seen.add((id(node), id(where)))
            for name in self._named_at(node, where):
                found.setdefault(name)
            first = _beginning(node) if leading else None
            if first is not None:
                pending.append((first, where))
                continue
            if isinstance(node, ast.Call):
                function = self.names.resolve(node.func, where).function
                if function is not None:
                    entered.add(id(function))
                    pending.extend((value, function) for value in function.gives)
            pending.extend(self._sources(node, where, entered))
        return tuple(found)

    def _named_at(self, node: ast.expr, scope: Scope) -> Iterator[str]:
        if isinstance(node, ast.Call):
            read = environment_read(self.names, Call(node, scope))
            if read is not None and (name := self.values.text(read.name, scope)).whole:
                yield name.text
        elif isinstance(node, ast.Subscript):
            holder = self.names.dotted(node.value, scope)
            if holder == "os.environ" and (name := self.values.text(node.slice, scope)).whole:
                yield name.text
        elif isinstance(node, ast.Attribute):
            holder_class = self.names.resolve(node.value, scope).defined
            if holder_class is not None and holder_class.is_class:
                yield from self.settings.variables(holder_class, node.attr)[:1]

    def _sources(
        self, node: ast.expr, scope: Scope, entered: set[int]
    ) -> Iterator[tuple[ast.expr, Scope]]:
        """The expressions from which this one takes its value. The parameters of a function that
        was entered through a call have their values from that call alone."""
        if isinstance(node, ast.Name):
            yield from self._bound_to(node.id, scope, entered)
        elif isinstance(node, ast.Attribute):
            meaning = self.names.resolve(node, scope)
            if meaning.value is not None and meaning.scope is not None:
                yield meaning.value, meaning.scope
            yield from self._given_to_field(node, scope)
        yield from ((child, scope) for child in _parts(node))

    def _bound_to(
        self, name: str, scope: Scope, entered: set[int]
    ) -> Iterator[tuple[ast.expr, Scope]]:
        found = scope.look_up(name)
        for binding in found[0] if found else ():
            holder = found[1] if found else scope
            if binding.how is How.PARAMETER:
                yield from () if id(holder) in entered else self.passed(holder, name)
            elif binding.how is How.IMPORTED:
                meaning = self.names.named(name, scope)
                if meaning.value is not None and meaning.scope is not None:
                    yield meaning.value, meaning.scope
            elif binding.value is not None:
                yield binding.value, holder

    def _given_to_field(
        self, node: ast.Attribute, scope: Scope
    ) -> Iterator[tuple[ast.expr, Scope]]:
        """What was stored for the attribute that is read here, or what the makers of a dataclass
        gave for the field."""
        owner = self.names.resolve(node.value, scope).defined
        if owner is None or not owner.is_class:
            return
        for store in self.names.tree.stores(node.attr):
            if store.scope.owner is owner:
                yield store.value, store.scope
        if "__init__" in owner.names:
            return
        fields = [n for n, bs in owner.names.items() if any(b.annotation for b in bs)]
        if node.attr in fields:
            for call in self._calls_of(owner):
                given = call.argument(fields.index(node.attr), node.attr)
                if given is not None:
                    yield given, call.scope

    def passed(self, function: Scope, parameter: str) -> Iterator[tuple[ast.expr, Scope]]:
        """What the application's calls of a function pass for one of its parameters."""
        for call in self._calls_of(function):
            given = _argument(call, function, parameter)
            if given is not None:
                yield given, call.scope

    def _calls_of(self, called: Scope) -> Iterator[Call]:
        """The application's calls of a function or class; a class is called for its `__init__`."""
        is_maker = called.short_name == "__init__" and called.outer is not None
        defined = called.outer if is_maker and called.outer is not None else called
        for call in self.names.tree.calls(defined.short_name):
            meaning = self.names.resolve(call.node.func, call.scope)
            if meaning.defined is defined and not meaning.is_instance:
                yield call

    def _read_by_calls(self) -> Iterator[Variable]:
        for module in self._modules():
            for call in module.calls("", *_READING_TAILS, *self._own_names):
                read = environment_read(self.names, call)
                if read is not None:
                    demands = call.tail not in _OPTIONAL and read.default is None
                    yield from self._read(
                        read.name, read.default, call.scope, call.line, demands=demands
                    )

    @cached_property
    def _own_names(self) -> tuple[str, ...]:
        """What the tree calls its readers: `config = Config(".env")`, `env = Env()`."""
        bound = (
            (name, binding.value)
            for module in self.names.tree.application
            for name, bindings in module.scope.names.items()
            for binding in bindings
        )
        made = {n for n, v in bound if isinstance(v, ast.Call) and word_of(v) in {"Config", "Env"}}
        return tuple(sorted(made - set(_READING_TAILS)))

    def _read_by_keys(self) -> Iterator[Variable]:
        for module in self._modules():
            for whole, key, scope in module.environment_keys:
                demands = isinstance(whole, ast.Subscript)
                holder = whole.value if isinstance(whole, ast.Subscript) else _last(whole)
                if self.names.dotted(holder, scope) != "os.environ":
                    continue  # a request's `environ` is another thing
                yield from self._read(key, None, scope, whole.lineno, demands=demands)

    def _read_by_settings(self) -> Iterator[Variable]:
        for field in self.settings.fields:
            for name in field.names:
                told = (field.default, field.required and len(field.names) == 1)
                yield Variable(Text(name), *told, field.is_secret_type, field.owner, field.line)

    def _read(
        self,
        name: ast.expr,
        default: ast.expr | None,
        scope: Scope,
        line: int,
        *,
        demands: bool,
        wrappers: int = 0,
    ) -> Iterator[Variable]:
        """A read, or where its name is a parameter, the reads of those who call the wrapper."""
        bindings = scope.names.get(name.id, ()) if isinstance(name, ast.Name) else ()
        if not isinstance(name, ast.Name) or all(b.how is not How.PARAMETER for b in bindings):
            told = None if _is_nothing(default) else self.values.text(default, scope)
            yield Variable(self.values.text(name, scope), told, demands, False, scope, line)
            return
        for call in self._calls_of(scope) if wrappers < WRAPPERS_AT_MOST else ():
            given = _argument(call, scope, name.id)
            if given is not None:
                fallback = _fallback(call, scope, default)
                nothing = _is_nothing(fallback)
                where, line = call.scope, call.line
                yield from self._read(
                    given,
                    None if nothing else fallback,
                    where,
                    line,
                    demands=demands and nothing,
                    wrappers=wrappers + 1,
                )

    def _set_by_the_code(self) -> set[str]:
        stores = (
            store
            for module in self._modules()
            for named in module.stores.values()
            for store in named
            if isinstance(store.target, ast.Subscript)
        )
        return {s.key for s in stores if self.names.dotted(s.target.value, s.scope) == "os.environ"}

    def _modules(self) -> Iterator[PythonModule]:
        tree = self.names.tree
        return (m for m in tree.modules if tree.role(m.path) in {Role.APPLICATION, Role.MIGRATION})


def _argument(call: Call, function: Scope, parameter: str) -> ast.expr | None:
    """What a call of a function passes for a parameter."""
    arguments = getattr(function.node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return None
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    is_method = function.outer is not None and function.outer.is_class
    names = names[1:] if is_method else names
    return call.argument(names.index(parameter) if parameter in names else None, parameter)


def _fallback(call: Call, wrapper: Scope, default: ast.expr | None) -> ast.expr | None:
    """The default that a call of a wrapper ends up with: its own argument, or the wrapper's."""
    if not isinstance(default, ast.Name) or default.id not in wrapper.names:
        return default
    return _argument(call, wrapper, default.id) or wrapper.names[default.id][0].value


def _parts(node: ast.expr) -> list[ast.expr]:
    """The expressions inside an expression that may carry a value."""
    inside: list[ast.AST] = list(ast.iter_child_nodes(node))
    inside += [child.value for child in inside if isinstance(child, ast.keyword)]
    return [part for part in inside if isinstance(part, ast.expr)]


def _beginning(node: ast.expr) -> ast.expr | None:
    """The first piece of a text that is made of pieces; None for any other expression."""
    if isinstance(node, ast.JoinedStr) and node.values:
        return node.values[0]
    if isinstance(node, ast.BinOp):
        return node.left
    if isinstance(node, ast.Call) and word_of(node.func) in {"format", "urljoin", "join"}:
        is_method = isinstance(node.func, ast.Attribute) and node.func.attr == "format"
        return node.func.value if is_method else next(iter(node.args), None)  # type: ignore[attr-defined]
    return None


def _last(compared: ast.expr) -> ast.expr | None:
    return compared.comparators[0] if isinstance(compared, ast.Compare) else None


def _is_nothing(expr: ast.expr | None) -> bool:
    return expr is None or (isinstance(expr, ast.Constant) and expr.value is None)
