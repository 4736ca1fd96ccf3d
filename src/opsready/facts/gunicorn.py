"""The configuration of gunicorn, which is a Python module."""

import ast
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from opsready.documents.dockerfile import Dockerfile
from opsready.documents.procfile import Procfile
from opsready.documents.python_code import PythonCode
from opsready.documents.python_module import PythonModule
from opsready.documents.python_scope import How, Scope
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle

# gunicorn reads the first of its own accord (its setting `config`); the others are habits, and
# are read where a command names them or no other is named.
_NAMES = ("gunicorn.conf.py", "gunicorn_conf.py", "gunicorn_config.py", "gunicorn.config.py")
_OPTIONS = ("-c", "--config")


class Setting(NamedTuple):
    """What is bound to a setting, and where."""

    value: ast.expr
    scope: Scope
    line: int


@dataclass(frozen=True)
class Gunicorn:
    """The configuration modules of one tree."""

    code: PythonCode
    bundle: Bundle

    @cached_property
    def modules(self) -> list[PythonModule]:
        """Those that a start command names; else those with a usual name."""
        named = {PurePosixPath(path).name for path in self._named()}
        wanted = named or set(_NAMES)
        found = [m for m in self.code.application if PurePosixPath(m.path).name in wanted]
        return [module for module in found if serves_users(module.path)]

    def _named(self) -> Iterator[str]:
        for command in commands(self.bundle):
            words = _words(command)
            for number, word in enumerate(words[:-1]):
                if word in _OPTIONS and any("gunicorn" in earlier for earlier in words[:number]):
                    yield words[number + 1].removeprefix("file:")
            for word in words:
                if word.startswith("--config=") and "gunicorn" in command:
                    yield word.partition("=")[2]

    def setting(self, name: str) -> Iterator[Setting]:
        """Every value that a configuration gives a setting, the last of each module."""
        for module in self.modules:
            bindings = module.scope.names.get(name, ())
            given = [b for b in bindings if b.how is How.ASSIGNED and b.value is not None]
            for binding in given[-1:]:
                if binding.value is not None:
                    yield Setting(binding.value, module.scope, binding.line)

    def hook(self, name: str) -> Iterator[Scope]:
        """The functions by the name of a server hook such as `worker_int`."""
        for module in self.modules:
            yield from (s for s in module.scope.inner if s.name == name and s.is_function)


def commands(bundle: Bundle) -> Iterator[str]:
    """The command lines by which images and Procfiles start the service."""
    for procfile in bundle.documents(Procfile):
        if serves_users(procfile.path):
            yield from (p.command for p in procfile.processes if p.name == "web")
    for dockerfile in bundle.documents(Dockerfile):
        if serves_users(dockerfile.path):
            said = [dockerfile.last("ENTRYPOINT"), dockerfile.last("CMD")]
            yield dockerfile.filled(" ".join(one.command for one in said if one is not None))


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()
