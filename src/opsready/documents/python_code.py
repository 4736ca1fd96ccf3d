"""All Python files of one tree as one: its calls and classes, wherever they stand.

Nothing is imported or run. `bundle.assembled(PythonCode)` gives it, made once a bundle.
"""

import ast
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from opsready.documents.document import Document
from opsready.documents.python_module import PythonModule
from opsready.documents.python_names import Meaning, PythonNames
from opsready.documents.python_scope import Call, How, Scope
from opsready.documents.python_settings import PythonSettings
from opsready.documents.python_tree import PythonTree, Role
from opsready.documents.python_types import injected, notes
from opsready.documents.python_values import PythonValues, Text
from opsready.documents.python_variables import PythonVariables, Variable

# How far calls are followed from a function: handler, service, repository, driver, and one more.
CALLS_DEEP_AT_MOST = 5


@dataclass(frozen=True, eq=False)
class PythonCode:
    """The code of one tree. Questions about calls and classes see application code only."""

    PART: ClassVar[type[Document]] = PythonModule

    names: PythonNames
    values: PythonValues
    variables_read: PythonVariables

    @classmethod
    def assemble(cls, modules: Iterable[PythonModule]) -> "PythonCode":
        """The code of a tree from its parsed files."""
        ordered = sorted(modules, key=lambda module: module.path)
        names = PythonNames(PythonTree(tuple(ordered)))
        values = PythonValues(names)
        return cls(names, values, PythonVariables(names, values, PythonSettings(names, values)))

    @property
    def modules(self) -> tuple[PythonModule, ...]:
        """Every module, in path order; `role` says what each is for."""
        return self.names.tree.modules

    @property
    def application(self) -> tuple[PythonModule, ...]:
        """The modules that run in production: no tests, examples, migrations or packaging."""
        return self.names.tree.application

    @staticmethod
    def role(path: str) -> Role:
        """What the file at a path is for."""
        return PythonTree.role(path)

    def module(self, path: str) -> PythonModule | None:
        """The module at a path."""
        return self.names.tree.module(path)

    def import_name(self, path: str) -> str:
        """What `import` calls the module at a path."""
        return self.names.tree.import_name(path)

    def quote(self, path: str, line: int) -> str:
        """A line of a file, stripped."""
        module = self.module(path)
        return module.quote(line) if module else ""

    def resolve(self, expr: ast.expr | None, scope: Scope) -> Meaning:
        """What an expression stands for in a scope."""
        return self.names.resolve(expr, scope)

    def dotted(self, expr: ast.expr | None, scope: Scope) -> str:
        """The name of what an expression stands for; "" where it is unknown."""
        return self.names.resolve(expr, scope).dotted

    def text(self, expr: ast.expr | None, scope: Scope) -> Text:
        """The text of an expression, with `…` for each piece that only a run would tell."""
        return self.values.text(expr, scope)

    def constant(self, expr: ast.expr | None, scope: Scope) -> Any:
        """A string, number, truth value, or tuple or dict of such; None where it is not known."""
        return self.values.constant(expr, scope)

    @property
    def variables(self) -> list[Variable]:
        """Every variable of the environment that the code reads, once a place."""
        return self.variables_read.all

    def variables_behind(self, expr: ast.expr | None, scope: Scope) -> tuple[str, ...]:
        """The variables whose values flow into an expression."""
        return self.variables_read.behind(expr, scope)

    def variables_leading(self, expr: ast.expr | None, scope: Scope) -> tuple[str, ...]:
        """The variables with whose values a text such as an address begins."""
        return self.variables_read.behind(expr, scope, leading=True)

    def callee(self, call: Call) -> Meaning:
        """What a call calls."""
        return self.names.resolve(call.node.func, call.scope)

    def maker(self, expr: ast.expr | None, scope: Scope, steps: int = 0) -> ast.Call | None:
        """The call that made what an expression stands for, such as one certain router; where it
        is a parameter, what all callers pass, if they pass the same."""
        made = self.resolve(expr, scope).made_by
        if made is not None or not isinstance(expr, ast.Name) or steps > CALLS_DEEP_AT_MOST:
            return made
        found = scope.look_up(expr.id)
        if found is None or all(binding.how is not How.PARAMETER for binding in found[0]):
            return None
        given = self.variables_read.passed(found[1], expr.id)
        makers = {id(m): m for m in (self.maker(e, s, steps + 1) for e, s in given)}
        return next(iter(makers.values())) if len(makers) == 1 else None

    def each(self, expr: ast.expr, scope: Scope) -> list[tuple[ast.expr, Scope]]:
        """The expression itself, or each element where it is the name of a `for` over a list that
        the code shows."""
        found = scope.look_up(expr.id) if isinstance(expr, ast.Name) else None
        binding = found[0][0] if found and len(found[0]) == 1 else None
        if found is None or binding is None or binding.how is not How.ELEMENT:
            return [(expr, scope)]
        listed = self.resolve(binding.value, found[1])
        literal = isinstance(listed.value, ast.List | ast.Tuple | ast.Set)
        if literal and listed.scope is not None:
            return [(element, listed.scope) for element in listed.value.elts]  # type: ignore[union-attr]
        return [(expr, scope)]

    def calls(self, *tails: str) -> Iterator[Call]:
        """The calls of anything whose name ends in one of these words."""
        return self.names.tree.calls(*tails)

    def calls_to(self, *dotted: str) -> Iterator[tuple[Call, Meaning]]:
        """The calls of exactly these names, each with its callee's meaning."""
        wanted = set(dotted)
        for call in self.calls(*dict.fromkeys(name.rpartition(".")[2] for name in dotted)):
            meaning = self.callee(call)
            if meaning.dotted in wanted:
                yield call, meaning

    def classes(self, *bases: str) -> Iterator[Scope]:
        """The classes that come from one of these, through any number of steps."""
        for module in self.application:
            for scope in module.classes():
                if scope.bases and self.names.derives(scope, *bases):
                    yield scope

    @cached_property
    def imported(self) -> frozenset[str]:
        """First words of everything that the application imports: `redis`, `fastapi` …"""
        origins = (origin for module in self.application for origin in module.imports.values())
        return frozenset(origin.partition(".")[0] for origin in origins if origin[:1] != ".")

    def reached(self, start: Scope) -> Iterator[tuple[Call, Meaning]]:
        """The calls that a function makes, and those of this tree's functions that it calls.

        Functions handed on as arguments, and those injected as parameters, count as called.
        """
        pending, seen = deque([(start, 0)]), {id(start)}
        while pending:
            scope, depth = pending.popleft()
            called = list(self._injected_into(scope))
            for call in scope.all_calls():
                meaning = self.callee(call)
                yield call, meaning
                called.extend(self._called_by(call, meaning))
            for function in called:
                if id(function) not in seen and depth < CALLS_DEEP_AT_MOST:
                    seen.add(id(function))
                    pending.append((function, depth + 1))

    def _called_by(self, call: Call, meaning: Meaning) -> Iterator[Scope]:
        handed_on = [*call.node.args, *(keyword.value for keyword in call.node.keywords)]
        named = [a for a in handed_on if isinstance(a, ast.Name | ast.Attribute)]
        for called in (meaning, *(self.resolve(argument, call.scope) for argument in named)):
            if called.function is not None:
                yield called.function

    def _injected_into(self, scope: Scope) -> Iterator[Scope]:
        parameters = [
            binding
            for bindings in scope.names.values()
            for binding in bindings
            if binding.how is How.PARAMETER
        ]
        for parameter in parameters:
            for candidate in (parameter.value, *notes(parameter.annotation)):
                function = self.resolve(injected(candidate), scope.outer or scope).function
                if function is not None:
                    yield function
