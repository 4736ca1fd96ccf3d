"""All that the service's processes find in their environment: what the spec gives, and no more."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from opsready.rehearsal.stage.placeholders import Placeholders
from opsready.rehearsal.stage.ports import LOOPBACK
from opsready.spec.spec import Variable

_EVERY_INTERFACE = frozenset({"0.0.0.0", "::", "[::]", "*"})  # noqa: S104  recognised, not bound
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True)
class Environment:
    """`values` by variable; `secrets` are the values that must not be shown; `unset` are required
    variables for which nobody gave a value."""

    values: Mapping[str, str]
    secrets: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()

    def with_values(self, more: Mapping[str, str]) -> "Environment":
        """The same, and more where the spec says nothing."""
        return Environment({**more, **self.values}, self.secrets, self.unset)


def bare_environment(home: Path, scratch: Path, programs: Iterable[Path]) -> dict[str, str]:
    """What any program may expect. Output is unbuffered, as in every Python base image in use:
    else the last words of a service that dies stay in its buffer."""
    return {
        "PATH": ":".join([*map(str, programs), SYSTEM_PATH]),
        "HOME": str(home),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
    }


def environment_of(
    configuration: Iterable[Variable], filled: Placeholders, bare: Mapping[str, str]
) -> Environment:
    """The variables of the spec on top of the bare environment."""
    values = dict(bare)
    hidden: list[str] = []
    unset: list[str] = []
    for variable in configuration:
        value = _value(variable, filled)
        if value is None:
            unset += [variable.name] if variable.required else []
            continue
        values[variable.name] = value
        hidden += [value] if variable.secret else []
    return Environment(values, tuple(hidden), tuple(unset))


def _value(variable: Variable, filled: Placeholders) -> str | None:
    """None leaves the variable to the code's own default."""
    if variable.rehearsal is not None:
        return filled.filled(variable.rehearsal)
    if variable.default in _EVERY_INTERFACE:
        return LOOPBACK
    if variable.required and variable.secret and variable.default is None:
        return secrets.token_urlsafe(24)
    return None
