"""Reads `opsready.yaml`: what a person decided, each value with its line."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from opsready.documents.document import Unparsable
from opsready.documents.yaml_tree import Yaml, parse_yaml
from opsready.sources.kinds import Kind
from opsready.sources.source import Bundle, Source
from opsready.spec.spec import LISTS_BY_NAME, OperationsSpec

SPEC_FILE = "opsready.yaml"
"""Where the spec lies, at the root of the tree."""

Steps = tuple[str, ...]
"""A place in the spec: section, then the item's name where the section is a list, then the key."""

# `init` marks where a value came from; a line that lost the mark is the person's own.
_INFERRED = re.compile(r"#\s*(stated|assumed|derived|observed):")


@dataclass(frozen=True)
class Complaint:
    """One bad value: where, and what is allowed there."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}"


class BadSpec(Exception):
    """`opsready.yaml` holds values that cannot be; every one of them is listed."""

    def __init__(self, complaints: list[Complaint]) -> None:
        super().__init__("\n".join(str(complaint) for complaint in complaints))
        self.complaints = complaints


@dataclass(frozen=True)
class StatedValue:
    """A value as written. `marked` is true while the line still says that it was inferred."""

    value: Any
    path: str
    line: int
    quote: str
    marked: bool


@dataclass(frozen=True)
class Stated:
    """What a person decided, leaf by leaf, and in which lists they spoke at all."""

    values: Mapping[Steps, StatedValue] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    path: str = ""


def load(bundle: Bundle) -> Stated:
    """What `opsready.yaml` at the root says; nothing where there is none. Raises `BadSpec`."""
    source = bundle.source(SPEC_FILE)
    return stated_by(source) if source is not None and source.kind is Kind.SPEC else Stated()


def with_spec(bundle: Bundle, path: Path) -> Bundle:
    """The bundle with the spec that lies at `path`, for a tree that is not ours to write into.
    Raises `BadSpec` where that file cannot be read."""
    try:
        content = path.read_bytes()
        text = content.decode()
    except (OSError, UnicodeDecodeError) as error:
        why = f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}"
        raise BadSpec([Complaint(str(path), 1, why)]) from None
    digest = hashlib.sha256(content).hexdigest()
    return bundle.with_sources([Source(SPEC_FILE, Kind.SPEC, text, digest)])


def stated_by(source: Source) -> Stated:
    """What one spec file says. Raises `BadSpec` with a line for every value that cannot be."""
    tree = _tree(source)
    if tree is None:
        return Stated(path=source.path)
    complaints = [
        *_repeated_keys(tree, source.path),
        *_repeated_names(tree, source.path),
        *_bad_values(tree, source.path),
    ]
    if complaints:
        raise BadSpec(complaints)
    lines = source.text.splitlines()
    values = {
        steps: StatedValue(
            node.plain(), source.path, line, lines[line - 1].strip(), _marked(lines[line - 1])
        )
        for steps, node, line in _leaves(tree)
    }
    lists = {
        section: tuple(str(item.string("name")) for item in tree.elements(section))
        for section in LISTS_BY_NAME
        if tree.get(section) is not None
    }
    return Stated(values, lists, source.path)


def _marked(line: str) -> bool:
    return _INFERRED.search(line) is not None


def _tree(source: Source) -> Yaml | None:
    try:
        tree = parse_yaml(source.path, source.text)
    except Unparsable as error:
        raise BadSpec([Complaint(error.path, error.line, error.why)]) from None
    if tree is not None and not tree.is_mapping:
        why = "must be a mapping of sections such as `service:` and `health:`"
        raise BadSpec([Complaint(source.path, tree.line, why)])
    return tree


def _leaves(tree: Yaml) -> Iterator[tuple[Steps, Yaml, int]]:
    for section, body in tree.items():
        if section in LISTS_BY_NAME:
            for item in body.elements():
                name = str(item.string("name"))
                for key, node in item.items():
                    yield (section, name, key), node, item.key_line(key)
        elif body.is_mapping:
            for key, node in body.items():
                yield (section, key), node, body.key_line(key)


def _repeated_keys(tree: Yaml, path: str) -> Iterator[Complaint]:
    """YAML takes the last of two without a word; a person who wrote both meant one."""
    for node in tree.walk():
        seen: dict[str, int] = {}
        for key in node.keys:
            if key.text in seen:
                why = f"`{key.text}` stands twice (first in line {seen[key.text]}); keep one"
                yield Complaint(path, key.line, why)
            seen.setdefault(key.text, key.line)


def _repeated_names(tree: Yaml, path: str) -> Iterator[Complaint]:
    for section in LISTS_BY_NAME:
        seen: dict[str, int] = {}
        for item in tree.elements(section):
            name = item.string("name")
            if name is not None and name in seen:
                why = f"`{name}` stands twice in `{section}` (first in line {seen[name]})"
                yield Complaint(path, item.line, f"{why}; names must differ")
            elif name is not None:
                seen[name] = item.line


def _bad_values(tree: Yaml, path: str) -> Iterator[Complaint]:
    """Pydantic judges; a missing value is no fault here, since inference may still give it."""
    try:
        OperationsSpec.model_validate(tree.plain())
    except ValidationError as error:
        for problem in error.errors():
            steps = problem["loc"]
            if problem["type"] == "missing" and steps[-1] != "name":
                continue
            if steps == ("service", "name") and problem["type"] == "missing":
                continue
            yield Complaint(path, _line(tree, steps), allowed(steps, problem))


def _line(tree: Yaml, steps: tuple[Any, ...]) -> int:
    """The line of the deepest part of the steps that the file really has."""
    node, line = tree, tree.line
    for step in steps:
        child = node.get(step) if isinstance(step, str | int) else None
        line = node.key_line(step) if isinstance(step, str) and child is not None else line
        if child is None:
            break
        node = child
        line = line if isinstance(step, str) else node.line
    return line


def allowed(steps: tuple[Any, ...], problem: Any) -> str:
    """One sentence: which key, what is wrong with it, what may stand there."""
    key = ".".join(str(step) for step in steps)
    if problem["type"] == "extra_forbidden":
        siblings = ", ".join(sorted(_siblings(steps)))
        return f"`{key}` is not a key of the spec; here may stand: {siblings}"
    message = str(problem["msg"])
    given = problem.get("input")
    shown = f", not {given!r}" if isinstance(given, str | int | float | bool) else ""
    return f"`{key}`: {message[0].lower()}{message[1:]}{shown}"


def _siblings(steps: tuple[Any, ...]) -> list[str]:
    """The keys that the schema knows at the place of the last step."""
    schema = OperationsSpec.model_json_schema()
    node: dict[str, Any] = schema
    for step in steps[:-1]:
        node = node.get("items", {}) if isinstance(step, int) else node["properties"].get(step, {})
        for choice in (node, *node.get("anyOf", ())):
            if "$ref" in choice:
                node = schema["$defs"][choice["$ref"].rpartition("/")[2]]
    return list(node.get("properties", {}))
