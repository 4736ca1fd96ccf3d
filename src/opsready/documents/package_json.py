"""package.json: the manifest of a Node program."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from opsready.documents.document import Unparsable


@dataclass(frozen=True)
class PackageJson:
    """`dependencies` are those of the running program; the tools of its makers are apart."""

    NOUN: ClassVar[str] = "package_json"

    path: str
    name: str
    scripts: Mapping[str, str]
    dependencies: Mapping[str, str]
    development: Mapping[str, str]
    main: str
    text: str

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text. Raises `Unparsable` where it is no JSON object."""
        try:
            tree = json.loads(text.removeprefix("\ufeff"))
        except json.JSONDecodeError as error:
            raise Unparsable(path, error.lineno, f"is not JSON: {error.msg}") from None
        except RecursionError:
            raise Unparsable(path, 1, "is nested deeper than any manifest") from None
        if not isinstance(tree, dict):
            raise Unparsable(path, 1, "is not a manifest: it is no JSON object")
        return cls(
            path,
            tree["name"] if isinstance(tree.get("name"), str) else "",
            _strings(tree.get("scripts")),
            _strings(tree.get("dependencies")),
            _strings(tree.get("devDependencies")),
            tree["main"] if isinstance(tree.get("main"), str) else "",
            text,
        )

    def line_of(self, section: str, key: str) -> int:
        """The line on which a key of a section stands; 1 where it cannot be found."""
        start = re.search(rf'"{re.escape(section)}"\s*:', self.text)
        if start is None:
            return 1
        found = re.compile(rf'"{re.escape(key)}"\s*:').search(self.text, start.end())
        return self.text.count("\n", 0, found.start() if found else start.start()) + 1

    def quote(self, line: int) -> str:
        """A line of the text, stripped."""
        lines = self.text.splitlines()
        return lines[line - 1].strip() if 0 < line <= len(lines) else ""


def _strings(value: Any) -> dict[str, str]:
    known = value if isinstance(value, dict) else {}
    return {key: text for key, text in known.items() if isinstance(text, str)}
