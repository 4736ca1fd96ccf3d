"""One Python file: its syntax tree, walked once, and what its names are bound to.

Names across files are the business of `python_code`. Nothing here is imported or run.
"""

import ast
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from opsready.documents.document import Unparsable
from opsready.documents.python_scope import Binding, Call, How, Scope, Store


@dataclass(frozen=True, eq=False)
class PythonModule:
    """One Python file. Indexes are by the last word of a name, for names cross files."""

    NOUN: ClassVar[str] = "python"

    path: str
    text: str = field(repr=False)
    tree: ast.Module = field(repr=False)

    @classmethod
    def parse(cls, path: str, text: str) -> "PythonModule":
        """Read the text as this Python reads it. Raises `Unparsable` with line and reason."""
        return cls(path, text, _syntax_tree(path, text))

    @property
    def scope(self) -> Scope:
        """The module's own scope."""
        return self._walk.scopes[0]

    @property
    def scopes(self) -> list[Scope]:
        """Every scope of the file, in the order of the text; the module's first."""
        return self._walk.scopes

    @property
    def strings(self) -> list[ast.Constant]:
        """Every string constant that is not a docstring."""
        return self._walk.strings

    @property
    def stores(self) -> dict[str, list[Store]]:
        """Assignments to attributes and items, by attribute or key."""
        return self._walk.stores

    @property
    def environment_keys(self) -> list[tuple[ast.expr, ast.expr, Scope]]:
        """`os.environ[key]` and `key in os.environ`: the whole, the key, and where it stands."""
        return self._walk.environment_keys

    @property
    def imports(self) -> dict[str, str]:
        """What is imported anywhere in the file: local name to dotted origin."""
        return self._walk.imports

    def calls(self, *tails: str) -> Iterator[Call]:
        """The calls whose callee ends in one of these words, or was imported from such."""
        for tail in tails:
            yield from self._walk.calls.get(tail, ())
            for alias in self._walk.aliases.get(tail, ()):
                yield from self._walk.calls.get(alias, ())

    def functions(self) -> Iterator[Scope]:
        """Every `def`, in the order of the text."""
        named = (ast.FunctionDef, ast.AsyncFunctionDef)
        return (scope for scope in self.scopes if isinstance(scope.node, named))

    def classes(self) -> Iterator[Scope]:
        """Every class, in the order of the text."""
        return (scope for scope in self.scopes if scope.is_class)

    def quote(self, line: int) -> str:
        """A line of the text, counted from 1, stripped; "" outside the text."""
        return self._lines[line - 1].strip() if 0 < line <= len(self._lines) else ""

    @cached_property
    def _lines(self) -> list[str]:
        # The line ends that Python's own tokenizer counts; splitlines() knows eight more.
        return re.split(r"\r\n|\r|\n", self.text)

    @cached_property
    def _walk(self) -> "_Walk":
        return _Walk(self.path, self.tree)


def _syntax_tree(path: str, text: str) -> ast.Module:
    null = text.find("\0")
    if null >= 0:
        raise Unparsable(path, text.count("\n", 0, null) + 1, "holds a null byte")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes of the file that is read
            return ast.parse(text.removeprefix("\ufeff"))
    except SyntaxError as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        why = f"is not Python as {version} reads it: {error.msg}"
        raise Unparsable(path, error.lineno or 1, why) from None
    except (RecursionError, MemoryError):
        raise Unparsable(path, 1, "is nested deeper than Python itself reads") from None
    except (ValueError, OverflowError) as error:
        raise Unparsable(path, 1, f"is not Python: {error}") from None


# Fields that hold neither calls nor bindings.
_PASSED_OVER = {"ctx", "op", "ops", "annotation", "returns", "type_params", "type_ignores"}
_FIELDS_BACKWARDS = {
    kind: tuple(field for field in reversed(kind._fields) if field not in _PASSED_OVER)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}


class _Walk:
    """Walks a tree once, without recursion: an `elif` chain of any length is as deep as it is."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        module = Scope(path, "", tree)
        self.scopes = [module]
        self.calls: dict[str, list[Call]] = {}
        self.aliases: dict[str, list[str]] = {}
        self.strings: list[ast.Constant] = []
        self.stores: dict[str, list[Store]] = {}
        self.imports: dict[str, str] = {}
        self.environment_keys: list[tuple[ast.expr, ast.expr, Scope]] = []
        self._pending: list[tuple[ast.AST, Scope]] = []
        self._push(tree.body, module)
        while self._pending:
            node, scope = self._pending.pop()
            visit = _VISITORS.get(node.__class__)
            if visit is None:
                self._push_below(node, scope)
            else:
                visit(self, node, scope)

    def _push_below(self, node: ast.AST, scope: Scope) -> None:
        """The last first, since the first is then the next. Most of what is walked comes this way,
        so nothing is put together on it."""
        pending = self._pending
        for name in _FIELDS_BACKWARDS[node.__class__]:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                pending.append((value, scope))
            elif isinstance(value, list):
                for child in reversed(value):
                    if isinstance(child, ast.AST):
                        pending.append((child, scope))

    def _push(self, nodes: Sequence[ast.AST | None], scope: Scope) -> None:
        pending = self._pending
        for node in reversed(nodes):
            if node is not None:
                pending.append((node, scope))

    def _open(self, name: str, node: ast.AST, outer: Scope) -> Scope:
        inner = Scope(outer.path, f"{outer.name}.{name}".lstrip("."), node, outer)
        outer.inner.append(inner)
        self.scopes.append(inner)
        return inner

    def _bind(self, name: str, binding: Binding, scope: Scope) -> None:
        holder = scope.module if name in scope.global_names else scope
        holder.names.setdefault(name, []).append(binding)

    def _bind_target(self, target: ast.AST, how: How, value: ast.expr | None, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, Binding(how, target.lineno, value), scope)
        elif isinstance(target, ast.Tuple | ast.List):
            self._bind_each(target.elts, how, value, scope)
        elif isinstance(target, ast.Starred):
            self._bind_target(target.value, How.OPAQUE, None, scope)
        elif isinstance(target, ast.Attribute | ast.Subscript):
            key = _store_key(target)
            if value is not None and how is How.ASSIGNED and key:
                self.stores.setdefault(key, []).append(Store(target, key, value, scope))
            self._push_below(target, scope)

    def _bind_each(
        self, targets: list[ast.expr], how: How, value: ast.expr | None, scope: Scope
    ) -> None:
        """`a, b = 1, 2` binds each to its own; anything else unpacked is opaque."""
        parallel = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(targets)
        if parallel and how is How.ASSIGNED and isinstance(value, ast.Tuple | ast.List):
            for target, each in zip(targets, value.elts, strict=True):
                self._bind_target(target, how, each, scope)
        else:
            for target in targets:
                self._bind_target(target, How.OPAQUE, None, scope)

    def visit_function(self, node: Any, scope: Scope) -> None:
        """`def` and `lambda`: defaults and decorators belong to the scope outside."""
        is_lambda = isinstance(node, ast.Lambda)
        inner = self._open("<lambda>" if is_lambda else node.name, node, scope)
        if is_lambda:
            inner.gives.append(node.body)
            self._push([node.body], inner)
        else:
            defined = Binding(How.DEFINED, node.lineno, defined=inner)
            self._bind(node.name, defined, scope)
            self._push(node.body, inner)
        self._bind_parameters(node.args, inner)
        outside = (*getattr(node, "decorator_list", ()), *node.args.defaults)
        self._push((*outside, *node.args.kw_defaults), scope)

    def _bind_parameters(self, arguments: ast.arguments, inner: Scope) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        missing: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        defaults = [*missing, *arguments.defaults, *arguments.kw_defaults]
        for argument, default in zip([*positional, *arguments.kwonlyargs], defaults, strict=True):
            line = argument.lineno
            bound = Binding(How.PARAMETER, line, default, argument.annotation)
            self._bind(argument.arg, bound, inner)
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                self._bind(rest.arg, Binding(How.OPAQUE, rest.lineno), inner)

    def visit_class(self, node: ast.ClassDef, scope: Scope) -> None:
        """A class body is a scope; bases and decorators stand outside it."""
        inner = self._open(node.name, node, scope)
        self._bind(node.name, Binding(How.DEFINED, node.lineno, defined=inner), scope)
        self._push(node.body, inner)
        self._push([*node.decorator_list, *node.bases, *node.keywords], scope)

    def visit_comprehension(self, node: Any, scope: Scope) -> None:
        """A comprehension's names are its own."""
        inner = self._open("<comprehension>", node, scope)
        for generator in node.generators:
            self._bind_target(generator.target, How.ELEMENT, generator.iter, inner)
            self._push([generator.iter, *generator.ifs], inner)
        elements = [getattr(node, name, None) for name in ("elt", "key", "value")]
        self._push(elements, inner)

    def visit_call(self, node: ast.Call, scope: Scope) -> None:
        """Every call, by the last word of its callee."""
        call = Call(node, scope)
        scope.calls.append(call)
        self.calls.setdefault(call.tail, []).append(call)
        self._push([node.func, *node.args, *node.keywords], scope)

    def visit_assign(self, node: ast.Assign, scope: Scope) -> None:
        """`a = b = value`."""
        for target in node.targets:
            self._bind_target(target, How.ASSIGNED, node.value, scope)
        self._push([node.value], scope)

    def visit_annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        """`a: T = value`, and the bare field `a: T`."""
        if isinstance(node.target, ast.Name):
            bound = Binding(How.ASSIGNED, node.lineno, node.value, node.annotation)
            self._bind(node.target.id, bound, scope)
        else:
            self._bind_target(node.target, How.ASSIGNED, node.value, scope)
        self._push([node.value], scope)

    def visit_augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        """`a += value`."""
        self._bind_target(node.target, How.ADDED, node.value, scope)
        self._push([node.value], scope)

    def visit_walrus(self, node: ast.NamedExpr, scope: Scope) -> None:
        """`(a := value)`."""
        self._bind_target(node.target, How.ASSIGNED, node.value, scope)
        self._push([node.value], scope)

    def visit_for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        """The target takes each element in turn."""
        self._bind_target(node.target, How.ELEMENT, node.iter, scope)
        self._push([node.iter, *node.body, *node.orelse], scope)

    def visit_withitem(self, node: ast.withitem, scope: Scope) -> None:
        """`with value as name`."""
        if node.optional_vars is not None:
            self._bind_target(node.optional_vars, How.ENTERED, node.context_expr, scope)
        self._push([node.context_expr], scope)

    def visit_except(self, node: ast.ExceptHandler, scope: Scope) -> None:
        """`except E as name`."""
        if node.name:
            self._bind(node.name, Binding(How.OPAQUE, node.lineno), scope)
        self._push(node.body, scope)

    def visit_gives(self, node: Any, scope: Scope) -> None:
        """`return value`, `yield value`."""
        if node.value is not None:
            scope.gives.append(node.value)
            self._push([node.value], scope)

    def visit_global(self, node: ast.Global, scope: Scope) -> None:
        """Bindings of these names go to the module."""
        scope.global_names.update(node.names)

    def visit_import(self, node: ast.Import, scope: Scope) -> None:
        """`import a.b` binds `a`, `import a.b as c` binds `c` to `a.b`."""
        for alias in node.names:
            local = alias.asname or alias.name.partition(".")[0]
            origin = alias.name if alias.asname else local
            self._import(local, origin, alias.name, node.lineno, scope)

    def visit_import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        """Relative imports become absolute in dots: `..a.b` means `a.b` of the package above."""
        source = "." * node.level + (node.module or "")
        for alias in node.names:
            joint = "" if source.endswith(".") or not source else "."
            origin = f"{source}{joint}{alias.name}"
            self._import(alias.asname or alias.name, origin, origin, node.lineno, scope)

    def _import(self, local: str, origin: str, whole: str, line: int, scope: Scope) -> None:
        self._bind(local, Binding(How.IMPORTED, line, origin=origin), scope)
        self.imports[local] = whole
        tail = origin.rpartition(".")[2]
        if tail != local:
            self.aliases.setdefault(tail, []).append(local)

    def visit_subscript(self, node: ast.Subscript, scope: Scope) -> None:
        """`os.environ["NAME"]`, where it is read."""
        if isinstance(node.ctx, ast.Load) and self._is_environment(node.value):
            self.environment_keys.append((node, node.slice, scope))
        self._push([node.value, node.slice], scope)

    def visit_compare(self, node: ast.Compare, scope: Scope) -> None:
        """`"NAME" in os.environ`."""
        tests_membership = isinstance(node.ops[0], ast.In | ast.NotIn)
        if tests_membership and self._is_environment(node.comparators[0]):
            self.environment_keys.append((node, node.left, scope))
        self._push([node.left, *node.comparators], scope)

    def _is_environment(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Attribute):
            return node.attr == "environ"
        return isinstance(node, ast.Name) and self.imports.get(node.id) == "os.environ"

    def visit_statement(self, node: ast.Expr, scope: Scope) -> None:
        """A string that stands alone is a docstring or a comment."""
        if not isinstance(node.value, ast.Constant):
            self._push([node.value], scope)

    def visit_constant(self, node: ast.Constant, scope: Scope) -> None:
        """Strings are kept, other constants are where they stand."""
        if isinstance(node.value, str):
            self.strings.append(node)

    def visit_leaf(self, node: ast.AST, scope: Scope) -> None:
        """Holds nothing."""


def _store_key(target: ast.Attribute | ast.Subscript) -> str:
    if isinstance(target, ast.Attribute):
        return target.attr
    index = target.slice
    return index.value if isinstance(index, ast.Constant) and isinstance(index.value, str) else ""


_Visit = Callable[[_Walk, Any, Scope], None]
_VISITORS: dict[type[ast.AST], _Visit] = {
    ast.FunctionDef: _Walk.visit_function,
    ast.AsyncFunctionDef: _Walk.visit_function,
    ast.Lambda: _Walk.visit_function,
    ast.ClassDef: _Walk.visit_class,
    ast.ListComp: _Walk.visit_comprehension,
    ast.SetComp: _Walk.visit_comprehension,
    ast.DictComp: _Walk.visit_comprehension,
    ast.GeneratorExp: _Walk.visit_comprehension,
    ast.Call: _Walk.visit_call,
    ast.Assign: _Walk.visit_assign,
    ast.AnnAssign: _Walk.visit_annotated,
    ast.AugAssign: _Walk.visit_augmented,
    ast.NamedExpr: _Walk.visit_walrus,
    ast.For: _Walk.visit_for,
    ast.AsyncFor: _Walk.visit_for,
    ast.withitem: _Walk.visit_withitem,
    ast.ExceptHandler: _Walk.visit_except,
    ast.Return: _Walk.visit_gives,
    ast.Yield: _Walk.visit_gives,
    ast.Global: _Walk.visit_global,
    ast.Import: _Walk.visit_import,
    ast.ImportFrom: _Walk.visit_import_from,
    ast.Subscript: _Walk.visit_subscript,
    ast.Compare: _Walk.visit_compare,
    ast.Expr: _Walk.visit_statement,
    ast.Constant: _Walk.visit_constant,
    ast.Name: _Walk.visit_leaf,
}
