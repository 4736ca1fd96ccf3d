"""pyproject.toml: the manifest of a Python project, the standard's tables and Poetry's."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from opsready.documents.document import Unparsable

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True)
class Pyproject:
    """`dependencies` and the lists of `optional`, by extra, and of `groups` (PEP 735), by name, are
    requirements as written; `scripts` gives `module:function` by the name of a command. A file
    that only holds the settings of tools is no package."""

    NOUN: ClassVar[str] = "pyproject"

    path: str
    is_package: bool
    name: str
    dependencies: tuple[str, ...]
    optional: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]
    scripts: Mapping[str, str]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text. Raises `Unparsable` where it is no TOML."""
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            place = _PLACE.search(str(error))
            last = text.count("\n") + 1
            line = int(place[1] or last) if place else 1
            raise Unparsable(path, line, f"is not TOML: {_PLACE.sub('', str(error))}") from None
        except RecursionError:
            raise Unparsable(path, 1, "is nested deeper than any manifest") from None
        project = _table(tables.get("project"))
        poetry = _table(_table(tables.get("tool")).get("poetry"))
        named = [table["name"] for table in (project, poetry) if isinstance(table.get("name"), str)]
        return cls(
            path,
            "project" in tables,
            named[0] if named else "",
            _strings(project.get("dependencies")),
            {k: _strings(v) for k, v in _table(project.get("optional-dependencies")).items()},
            {k: _strings(v) for k, v in _table(tables.get("dependency-groups")).items()},
            {**_texts(project.get("scripts")), **_texts(poetry.get("scripts"))},
        )


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def _texts(value: Any) -> dict[str, str]:
    return {key: text for key, text in _table(value).items() if isinstance(text, str)}
