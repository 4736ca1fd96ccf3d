"""What a running service showed, as `.opsready/observed.json` keeps it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar, Self

from opsready.documents.document import Unparsable
from opsready.documents.yaml_tree import Yaml, parse_yaml

SCHEMA = "opsready/observed/1"
PATH = ".opsready/observed.json"

_NAMED_BY = {
    "routes": ("method", "path"),
    "health": ("path",),
    "metrics_route": ("path",),
    "metrics": ("name", "type"),
    "dependencies": ("kind", "name"),
    "variables": ("name",),
}


@dataclass(frozen=True)
class Seen:
    """One thing that was seen: its keys, and the line of the file that says it."""

    values: Mapping[str, Any]
    line: int
    quote: str


@dataclass(frozen=True)
class Observed:
    """Lists of what was seen, by section; `code` is the digest of the code that was running."""

    NOUN: ClassVar[str] = "observed"

    path: str
    code: str
    sections: Mapping[str, tuple[Seen, ...]]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """JSON is YAML, and the YAML reader keeps lines. Raises `Unparsable`."""
        tree = parse_yaml(path, text)
        if tree is None or tree.string("schema") != SCHEMA:
            raise Unparsable(path, 1, f"does not say that it is {SCHEMA}")
        lines = text.splitlines()
        sections = {
            name: tuple(_seen(item, lines) for item in node.elements() if item.is_mapping)
            for name, node in tree.items()
            if node.is_sequence
        }
        for name, key, seen in _unnamed(sections):
            raise Unparsable(path, seen.line, f"an entry of `{name}` has no `{key}` that is text")
        return cls(path, tree.string("code") or "", sections)

    def of(self, section: str) -> tuple[Seen, ...]:
        """What was seen of one kind; empty where nothing was."""
        return self.sections.get(section, ())


def observed_text(code: str, sections: Mapping[str, Any]) -> str:
    """The file's text: one line for each thing that was seen, so that a fact can quote it."""
    parts = {"schema": SCHEMA, "code": code, **sections}
    body = ",\n".join(f"  {json.dumps(key)}: {_value(value)}" for key, value in parts.items())
    return "{\n" + body + "\n}\n"


def code_digest(digests: Iterable[tuple[str, str]]) -> str:
    """One digest of the paths and digests of the files that decide what a service shows."""
    seal = sha256()
    for path, digest in sorted(digests):
        seal.update(f"{path}\0{digest}\n".encode())
    return seal.hexdigest()


def _unnamed(sections: Mapping[str, tuple[Seen, ...]]) -> Iterator[tuple[str, str, Seen]]:
    """The file lies in a tree that anybody may have written: section, key and entry of what does
    not name what it saw."""
    for name, keys in _NAMED_BY.items():
        for seen in sections.get(name, ()):
            for key in keys:
                if not isinstance(seen.values.get(key), str):
                    yield name, key, seen


def _value(value: Any) -> str:
    if isinstance(value, list) and value:
        items = ",\n".join(f"    {json.dumps(item, ensure_ascii=False)}" for item in value)
        return f"[\n{items}\n  ]"
    return json.dumps(value, ensure_ascii=False)


def _seen(item: Yaml, lines: list[str]) -> Seen:
    quote = lines[item.line - 1].strip().rstrip(",") if item.line <= len(lines) else ""
    return Seen(item.plain(), item.line, quote)
