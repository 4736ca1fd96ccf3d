"""Scopes of Python code: what is bound, called and stored in each."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from opsready.documents.python_types import word_of

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class How(StrEnum):
    """How a name comes to be bound."""

    IMPORTED = "imported"
    ASSIGNED = "assigned"
    ADDED = "added"  # `name += value`
    DEFINED = "defined"
    PARAMETER = "parameter"
    ENTERED = "entered"  # `with value as name`
    ELEMENT = "element"  # `for name in value`
    OPAQUE = "opaque"  # bound to something that no expression of its own says


class Binding(NamedTuple):
    """One binding of a name.

    `value` is what is assigned, added, entered or iterated, or a parameter's default; `origin`
    the dotted name that is imported; `defined` the scope of a function or class.
    """

    how: How
    line: int
    value: ast.expr | None = None
    annotation: ast.expr | None = None
    origin: str = ""
    defined: "Scope | None" = None


class Call(NamedTuple):
    """A call, and the innermost scope in which it stands."""

    node: ast.Call
    scope: "Scope"

    @property
    def line(self) -> int:
        """The line on which the call begins."""
        return self.node.lineno

    @property
    def tail(self) -> str:
        """The last word of the callee's name: `get` of `app.router.get(...)`; "" for none."""
        return word_of(self.node.func)

    def argument(self, position: int | None, *keywords: str) -> ast.expr | None:
        """The argument at a position, or by any of the keywords; None where it is not given."""
        given = self.node.args
        if position is not None and position < len(given):
            before = given[: position + 1]
            return None if any(isinstance(a, ast.Starred) for a in before) else given[position]
        named = (k.value for k in self.node.keywords if k.arg in keywords)
        return next(named, None)


class Store(NamedTuple):
    """An assignment to an attribute or an item: `app.state.redis = …`, `app["redis"] = …`.

    `key` is the attribute's name, or the item's where it is a plain string.
    """

    target: ast.Attribute | ast.Subscript
    key: str
    value: ast.expr
    scope: "Scope"


@dataclass(frozen=True, eq=False)
class Scope:
    """A module, class, function, lambda or comprehension, and the names bound in it.

    `name` is dotted within the module and empty for the module itself. `gives` holds the values
    that a function returns or yields, `calls` the calls that stand directly in it.
    """

    path: str
    name: str
    node: ast.AST
    outer: "Scope | None" = None
    names: dict[str, list[Binding]] = field(default_factory=dict, repr=False)
    calls: list[Call] = field(default_factory=list, repr=False)
    gives: list[ast.expr] = field(default_factory=list, repr=False)
    inner: "list[Scope]" = field(default_factory=list, repr=False)
    global_names: set[str] = field(default_factory=set, repr=False)

    @property
    def is_class(self) -> bool:
        """Whether this is a class body."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_function(self) -> bool:
        """Whether this is the body of a function or lambda."""
        return isinstance(self.node, Function)

    @property
    def line(self) -> int:
        """The line of `def`, `class` or `lambda`; 1 for a module."""
        return getattr(self.node, "lineno", 1)

    @property
    def short_name(self) -> str:
        """The name without what encloses it."""
        return self.name.rpartition(".")[2]

    @property
    def decorators(self) -> list[ast.expr]:
        """The decorators, outermost first."""
        return list(getattr(self.node, "decorator_list", ()))

    @property
    def bases(self) -> list[ast.expr]:
        """The base classes as they are written."""
        return list(getattr(self.node, "bases", ())) if self.is_class else []

    @property
    def module(self) -> "Scope":
        """The scope of the whole file."""
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope

    @property
    def owner(self) -> "Scope | None":
        """The class in whose body a method, or a function inside one, stands."""
        scope: Scope | None = self
        while scope is not None and not scope.is_class:
            scope = scope.outer
        return scope

    @property
    def first_parameter(self) -> str:
        """`self` as this function spells it; "" where there is none."""
        arguments = getattr(self.node, "args", None)
        if not isinstance(arguments, ast.arguments):
            return ""
        first = next(iter((*arguments.posonlyargs, *arguments.args)), None)
        return first.arg if first else ""

    def look_up(self, name: str) -> "tuple[list[Binding], Scope] | None":
        """The bindings that a name has from here, and the scope that holds them.

        As in Python, a class body is seen from itself and not from the functions inside it.
        """
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and (scope is self or not scope.is_class):
                return scope.names[name], scope
            scope = scope.outer
        return None

    def all_calls(self) -> Iterator[Call]:
        """The calls in this scope and in all that it encloses."""
        pending = [self]
        while pending:
            scope = pending.pop()
            yield from scope.calls
            pending.extend(reversed(scope.inner))
