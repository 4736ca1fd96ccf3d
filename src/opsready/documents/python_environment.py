"""Which calls of Python code read the environment, and where they name the variable."""

import ast
from typing import NamedTuple

from opsready.documents.python_names import PythonNames
from opsready.documents.python_scope import Call

# Where the name of the variable stands in each call, and where its default: positions, or None
# for a default that is only ever given by keyword.
_READS: dict[str, tuple[int, int | None]] = {
    "os.environ.get": (0, 1),
    "os.environ.pop": (0, 1),
    "os.environ.setdefault": (0, 1),
    "os.getenv": (0, 1),
    "decouple.config": (0, None),
    "starlette.config.Config()": (0, 2),
    "environ.Env()": (0, None),
    "environs.Env()": (0, 1),
    "environs.env": (0, 1),
}
# These are called as they are, `env("X")`, and through one method a type, `env.int("X")`.
_TYPED = {"environ.Env()", "environs.Env()", "environs.env"}
_NOT_READS = {"read_env", "read_envfile", "prefixed", "seal", "dump"}


class EnvironmentRead(NamedTuple):
    """What a reading call says: the variable's name and its default, as expressions."""

    name: ast.expr
    default: ast.expr | None


def environment_read(names: PythonNames, call: Call) -> EnvironmentRead | None:
    """Name and default in a call that reads the environment; None for any other call."""
    dotted = names.resolve(call.node.func, call.scope).dotted
    holder, _, method = dotted.rpartition(".")
    typed = _READS[holder] if holder in _TYPED and method not in _NOT_READS else None
    places = _READS.get(dotted) or typed
    if places is None:
        return None
    name = call.argument(places[0], "key", "var", "name", "option")
    return EnvironmentRead(name, call.argument(places[1], "default")) if name else None
