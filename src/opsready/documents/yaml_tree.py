"""YAML as a tree that remembers its lines: the ground of every YAML format.

libyaml composes 2,000 rules in 0.05 s where ruamel needs 1.2 s (DESIGN §8), and composing
builds no Python object, so no tag of a hostile file is ever acted on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from opsready.documents.document import Unparsable

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML built without libyaml: the same result, slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

# Values reachable through aliases count each time they are reached: a "billion laughs" file is
# small as text and endless as a tree. The largest honest file met (a 30,000 line CRD bundle)
# holds about 120,000.
NODES_AT_MOST = 500_000
# Below Python's recursion limit with room for the caller; honest files stay under 30.
DEPTH_AT_MOST = 100
_BLOCK = re.compile(r"([&!]\S+\s+)*[|>]")


@dataclass(frozen=True)
class Yaml:
    """A mapping, a sequence or a scalar at a place.

    `value` is a dict of `Yaml` by key text, a list of `Yaml`, or a plain scalar as YAML 1.1 types
    it (`text` keeps what was written). Equality is identity of value, so compare `.plain()`.
    """

    value: Any
    line: int
    column: int
    text: str = ""
    keys: tuple["Yaml", ...] = ()
    quoted: bool = False
    """A text in quotes or of a block: never a number."""

    @property
    def is_mapping(self) -> bool:
        """Whether children have names."""
        return isinstance(self.value, dict)

    @property
    def is_sequence(self) -> bool:
        """Whether children are numbered."""
        return isinstance(self.value, list)

    def get(self, *steps: str | int) -> "Yaml | None":
        """The node at the end of the steps, or None where any of them is missing."""
        node: Yaml | None = self
        for step in steps:
            if node is None:
                return None
            node = node._child(step)
        return node

    def _child(self, step: str | int) -> "Yaml | None":
        if isinstance(step, str) and self.is_mapping:
            found = self.value.get(step)
        elif isinstance(step, int) and self.is_sequence and -len(self.value) <= step:
            found = self.value[step] if step < len(self.value) else None
        else:
            found = None
        return found if isinstance(found, Yaml) else None

    def string(self, *steps: str | int) -> str | None:
        """The scalar there as it was written; None for anything else, and for null."""
        node = self.get(*steps)
        if node is None or isinstance(node.value, dict | list) or node.value is None:
            return None
        return node.text

    def items(self, *steps: str | int) -> list[tuple[str, "Yaml"]]:
        """Name and node of each child of the mapping there; empty for anything else."""
        node = self.get(*steps)
        return list(node.value.items()) if node is not None and node.is_mapping else []

    def elements(self, *steps: str | int) -> list["Yaml"]:
        """The children of the sequence there; empty for anything else."""
        node = self.get(*steps)
        return list(node.value) if node is not None and node.is_sequence else []

    @property
    def children(self) -> list["Yaml"]:
        """What is right below, with names or without; nothing below a scalar."""
        return list(self.value.values()) if self.is_mapping else self.elements()

    def key_line(self, key: str) -> int:
        """The line on which the key itself stands; the mapping's own where it is missing."""
        return next((known.line for known in self.keys if known.text == key), self.line)

    def walk(self) -> Iterator["Yaml"]:
        """This node and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    def plain(self) -> Any:
        """Dicts, lists and scalars, without places."""
        if self.is_mapping:
            return {key: child.plain() for key, child in self.value.items()}
        if self.is_sequence:
            return [child.plain() for child in self.value]
        return self.value


def text_line(node: Yaml, lines: list[str]) -> int:
    """The line on which a scalar's own text begins: below the `|` or `>` of a block.

    `lines` are those of the whole text that the node was read from.
    """
    shown = lines[node.line - 1][node.column - 1 :] if node.line <= len(lines) else ""
    return node.line + 1 if _BLOCK.match(shown) else node.line


def parse_yaml(path: str, text: str) -> Yaml | None:
    """The first document of the text; None where it is empty. Raises `Unparsable`."""
    return next(iter(parse_yaml_documents(path, text)), None)


def parse_yaml_documents(path: str, text: str) -> list[Yaml]:
    """Every non-empty document of the text. Raises `Unparsable` with line and reason."""
    _refuse_depth(path, text)
    loader = _Loader(text)
    try:
        documents = []
        budget = _Budget(path)
        while loader.check_node():
            node = loader.get_node()
            if node is not None:
                documents.append(_build(node, loader, budget))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unparsable(path, mark.line + 1 if mark else 1, _reason(error)) from None
    except (yaml.YAMLError, ValueError) as error:
        raise Unparsable(path, 1, str(error).splitlines()[0]) from None
    except RecursionError:
        raise Unparsable(path, 1, f"nested deeper than {DEPTH_AT_MOST} levels") from None
    finally:
        loader.dispose()
    return [document for document in documents if document.value is not None]


def _refuse_depth(path: str, text: str) -> None:
    """Events come without recursion, so the depth is known before a tree is built."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEPTH_AT_MOST:
                    line = event.start_mark.line + 1 if event.start_mark else 1
                    raise Unparsable(path, line, f"nested deeper than {DEPTH_AT_MOST} levels")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unparsable(path, mark.line + 1 if mark else 1, _reason(error)) from None
    except yaml.YAMLError as error:
        raise Unparsable(path, 1, str(error).splitlines()[0]) from None


def _reason(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return "is not YAML: " + ", ".join(parts)


class _Budget:
    """Counts nodes as they are reached, aliases included."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.spent = 0

    def spend(self, line: int) -> None:
        self.spent += 1
        if self.spent > NODES_AT_MOST:
            why = f"expands to more than {NODES_AT_MOST:,} values through its aliases"
            raise Unparsable(self.path, line, why)


def _build(node: yaml.Node, loader: Any, budget: _Budget) -> Yaml:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    budget.spend(line)
    if isinstance(node, yaml.MappingNode):
        return _build_mapping(node, loader, budget, line, column)
    if isinstance(node, yaml.SequenceNode):
        return Yaml([_build(child, loader, budget) for child in node.value], line, column)
    quoted = bool(getattr(node, "style", None))
    return Yaml(_scalar(node, loader), line, column, str(node.value), quoted=quoted)


def _build_mapping(
    node: yaml.MappingNode, loader: Any, budget: _Budget, line: int, column: int
) -> Yaml:
    children: dict[str, Yaml] = {}
    keys: list[Yaml] = []
    for key, value in node.value:
        built = _build(value, loader, budget)
        if key.tag == "tag:yaml.org,2002:merge":
            _merge(children, built)
            continue
        mark = key.start_mark
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        keys.append(Yaml(name, mark.line + 1, mark.column + 1, name))
        children[name] = built
    return Yaml(children, line, column, keys=tuple(keys))


def _merge(children: dict[str, Yaml], merged: Yaml) -> None:
    """`<<: *base` gives defaults: what the mapping says itself wins."""
    for source in merged.value if merged.is_sequence else [merged]:
        if source.is_mapping:
            for key, value in source.value.items():
                children.setdefault(key, value)


def _scalar(node: yaml.Node, loader: Any) -> Any:
    """Safe types only: an unknown tag (`!Ref`, `!vault`) leaves the text as it is."""
    construct = loader.yaml_constructors.get(node.tag)
    if construct is None or not node.tag.startswith("tag:yaml.org,2002:"):
        return str(node.value)
    try:
        return construct(loader, node)
    except (ValueError, yaml.YAMLError):
        return str(node.value)
