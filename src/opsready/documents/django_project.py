"""A Django project as its settings modules describe it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from opsready.documents.python_code import PythonCode
from opsready.documents.python_module import PythonModule
from opsready.documents.python_scope import How, Scope

# A module that binds two of these is a settings module.
_TELLING = {"INSTALLED_APPS", "ROOT_URLCONF", "MIDDLEWARE", "DATABASES", "WSGI_APPLICATION"}
# Settings of one developer or of the tests are not those of production.
_NOT_PRODUCTION = {"local", "dev", "develop", "development", "test", "tests", "testing", "ci"}


@dataclass(frozen=True, eq=False)
class DjangoProject:
    """What settings say, all modules taken together; those for development and tests left out."""

    code: PythonCode

    @cached_property
    def modules(self) -> list[PythonModule]:
        """The settings modules, in path order."""
        candidates = [m for m in self.code.application if _is_production(m.path)]
        found = [m for m in candidates if len(_TELLING & m.scope.names.keys()) > 1]
        # A module that starts with `from .base import *` adds to the settings that it imports.
        layered = [m for m in candidates if m not in found and self._builds_on(m, found)]
        return sorted([*found, *layered], key=lambda module: module.path)

    def _builds_on(self, module: PythonModule, found: list[PythonModule]) -> bool:
        stars = (star.origin.strip(".").split(".") for star in module.scope.names.get("*", ()))
        folders = {PurePosixPath(base.path).parent: base for base in found}
        beside = folders.get(PurePosixPath(module.path).parent)
        return beside is not None and any(
            word == PurePosixPath(beside.path).stem for words in stars for word in words
        )

    def settings(self, name: str) -> Iterator[tuple[ast.expr, Scope]]:
        """Everything that is bound or added to a setting."""
        for module in self.modules:
            for binding in module.scope.names.get(name, ()):
                if binding.how in {How.ASSIGNED, How.ADDED} and binding.value is not None:
                    yield binding.value, module.scope

    def constant(self, name: str) -> Any:
        """The one value of a setting; None where it has none, several, or one that is unknown."""
        told = {repr(v): v for v in (self.code.constant(e, s) for e, s in self.settings(name))}
        return next(iter(told.values())) if len(told) == 1 else None

    def names_in(self, name: str) -> list[str]:
        """The strings in a list setting such as `INSTALLED_APPS`, in all its pieces."""
        return [
            part.value
            for expr, _ in self.settings(name)
            for part in ast.walk(expr)
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]

    def entries(self, name: str) -> Iterator[tuple[str, ast.expr, Scope]]:
        """The entries of a dictionary setting such as `DATABASES`: alias, value, place."""
        for expr, scope in self.settings(name):
            if isinstance(expr, ast.Dict):
                for key, value in zip(expr.keys, expr.values, strict=True):
                    alias = self.code.constant(key, scope)
                    if isinstance(alias, str):
                        yield alias, value, scope
        for module in self.modules:
            for stores in module.stores.values():
                for store in stores:
                    is_entry = isinstance(store.target, ast.Subscript)
                    holder = store.target.value
                    if is_entry and isinstance(holder, ast.Name) and holder.id == name:
                        yield store.key, store.value, store.scope


def _is_production(path: str) -> bool:
    return PurePosixPath(path).stem not in _NOT_PRODUCTION
