"""Terraform: blocks, attributes and values with their lines. Nothing is evaluated.

On tree-sitter, which reads 1,000 files in 0.42 s where python-hcl2 needs 12.8 s and gives no
lines (reference: deploy_and_review.md §5).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, ClassVar, Self

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

from opsready.documents.document import Unparsable
from opsready.documents.variable import Variable

# Deeper than this is no configuration that a person wrote.
DEPTH_AT_MOST = 100
_REFERENCE_ROOTS = re.compile(r"\b((?:[A-Za-z_][\w-]*)(?:\.[A-Za-z_][\w-]*|\[[^\]]*\])+)")
_META = {"each", "count", "self", "path", "terraform"}


@dataclass(frozen=True)
class Hcl:
    """A value as it is written.

    `value` is a dict of `Hcl` by key, a list of `Hcl`, a string, a number, a bool or None where
    it is plain; for anything that must be evaluated it is None and `is_plain` false. A string
    with `${…}` in it keeps that text as its value. `call` names a function, whose arguments are
    then the list. `text` is the source.
    """

    value: Any
    line: int
    text: str
    is_plain: bool = True
    call: str = ""

    def get(self, *steps: str | int) -> "Hcl | None":
        """The value at the end of the steps; `jsonencode(…)` on the way is looked through."""
        node: Hcl | None = self._opened()
        for step in steps:
            if node is None:
                return None
            node = node._child(step)
        return node

    def _opened(self) -> "Hcl":
        if self.call in {"jsonencode", "yamlencode", "tolist", "tomap"} and self.value:
            first: Hcl = self.value[0]
            return first._opened()
        return self

    def _child(self, step: str | int) -> "Hcl | None":
        found = None
        if isinstance(step, str) and isinstance(self.value, dict):
            found = self.value.get(step)
        elif isinstance(step, int) and isinstance(self.value, list) and step < len(self.value):
            found = self.value[step]
        return found._opened() if isinstance(found, Hcl) else None

    def string(self, *steps: str | int) -> str | None:
        """The plain string there; None for anything else."""
        node = self.get(*steps)
        return node.value if node is not None and isinstance(node.value, str) else None

    def elements(self, *steps: str | int) -> "list[Hcl]":
        """The children of the list there, each looked through like `get` does."""
        node = self.get(*steps)
        children = node.value if node is not None and isinstance(node.value, list) else []
        return [child._opened() for child in children]

    def walk(self) -> "Iterator[Hcl]":
        """This value and all below it."""
        yield self
        children = self.value.values() if isinstance(self.value, dict) else self.value
        for child in children if isinstance(self.value, dict | list) else ():
            yield from child.walk()

    @property
    def references(self) -> tuple[str, ...]:
        """What it refers to: `var.password`, `aws_lb.main.arn`."""
        source = self.text
        if isinstance(self.value, str) and self.is_plain:
            source = " ".join(re.findall(r"\$\{(.*?)\}", source, re.DOTALL))
        found = (name for name in _REFERENCE_ROOTS.findall(source))
        return tuple(dict.fromkeys(n for n in found if n.split(".")[0] not in _META))


@dataclass(frozen=True)
class Attribute:
    """`name = value` in a block."""

    name: str
    value: Hcl
    line: int


@dataclass(frozen=True)
class Block:
    """`type "label" "label" { … }`."""

    type: str
    labels: tuple[str, ...]
    line: int
    path: str
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    blocks: "tuple[Block, ...]" = ()

    @property
    def address(self) -> str:
        """As Terraform prints it: `aws_db_instance.main`, `data.aws_ami.base`, `var.region`."""
        head = {"resource": [], "variable": ["var"]}.get(self.type, [self.type])
        return ".".join([*head, *self.labels])

    @property
    def resource_type(self) -> str:
        """The first label of a resource or of a data source; "" for other blocks."""
        return self.labels[0] if self.type in {"resource", "data"} and self.labels else ""

    def get(self, name: str) -> Hcl | None:
        """The value of an attribute."""
        found = self.attributes.get(name)
        return found.value if found is not None else None

    def plain(self, name: str) -> Any:
        """The value of an attribute where it is a string, a number or a bool; else None."""
        found = self.get(name)
        return found.value if found is not None and found.is_plain else None

    def inner(self, *types: str) -> "list[Block]":
        """The blocks directly in it of these types; those that `dynamic` makes count too."""
        found = [block for block in self.blocks if block.type in types]
        for block in self.blocks:
            if block.type == "dynamic" and block.labels and block.labels[0] in types:
                found += [inner for inner in block.blocks if inner.type == "content"]
        return found

    def block(self, type: str) -> "Block | None":
        """The first block of this type directly in it."""
        return next(iter(self.inner(type)), None)

    def container_definitions(self) -> list[Hcl]:
        """The containers of an ECS task definition, given as `jsonencode(…)` or as JSON text."""
        given = self.get("container_definitions")
        if given is None:
            return []
        read = read_json(given)
        return (read if read is not None else given).elements()

    def walk(self) -> "Iterator[Block]":
        """This block and all inside it."""
        yield self
        for block in self.blocks:
            yield from block.walk()


@dataclass(frozen=True)
class TerraformFile:
    """One `.tf` or `.tfvars` file; `attributes` are those outside every block (tfvars)."""

    NOUN: ClassVar[str] = "terraform"

    path: str
    blocks: tuple[Block, ...]
    attributes: Mapping[str, Attribute]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read the whole text. Raises `Unparsable` where the syntax is broken."""
        root = _parser().parse(text.removeprefix("\ufeff").encode("utf-8", "replace")).root_node
        if root.has_error:
            line = _error_line(root)
            raise Unparsable(path, line, "is not Terraform: the syntax is broken here")
        body = next((child for child in root.named_children if child.type == "body"), None)
        if body is None:
            return cls(path, (), {})
        return cls(path, tuple(_blocks(path, body, 0)), _attributes(body))

    def of_type(self, *types: str) -> list[Block]:
        """The outermost blocks of these types."""
        return [block for block in self.blocks if block.type in types]

    @property
    def settings(self) -> list[Variable]:
        """Every plain string by the name of its attribute, at any depth.

        Pairs of `name` and `value`, as container definitions have them, count by their name; the
        default of a variable counts by the variable's.
        """
        found = [
            replace(variable, owner=block.address)
            for block in self.blocks
            for inner in block.walk()
            for attribute in inner.attributes.values()
            for variable in _settings(_setting_name(block, attribute), attribute.value)
        ]
        outside = (v for a in self.attributes.values() for v in _settings(a.name, a.value))
        return [*found, *outside]

    def resources(self, *types: str) -> list[Block]:
        """The resources of these types; all resources where none is given."""
        return [b for b in self.of_type("resource") if not types or b.resource_type in types]


def _setting_name(block: Block, attribute: Attribute) -> str:
    by_label = block.type == "variable" and attribute.name == "default" and block.labels
    return block.labels[0] if by_label else attribute.name


def _settings(name: str, value: Hcl) -> Iterator[Variable]:
    opened = read_json(value) or value
    if isinstance(opened.value, str):
        yield Variable(name, None if "${" in opened.value else opened.value, opened.line)
    elif isinstance(opened.value, list):
        for each in opened.value:
            yield from _settings(name, each)
    elif isinstance(opened.value, dict):
        pair = opened.string("name"), opened.get("value")
        if pair[0] is not None and pair[1] is not None:
            yield from _settings(pair[0], pair[1])
            return
        for key, each in opened.value.items():
            yield from _settings(key, each)


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_hcl.language()))


def _error_line(root: Node) -> int:
    pending, lines = [root], [root.end_point.row]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            lines.append(node.start_point.row)
        pending.extend(child for child in node.children if child.has_error)
    return min(lines) + 1


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _blocks(path: str, body: Node, depth: int) -> Iterator[Block]:
    if depth > DEPTH_AT_MOST:
        raise Unparsable(path, body.start_point.row + 1, "nested deeper than any configuration")
    for node in body.named_children:
        if node.type != "block":
            continue
        kind, *rest = node.named_children
        labels = [_text(n).strip('"') for n in rest if n.type in {"string_lit", "identifier"}]
        inner = next((child for child in rest if child.type == "body"), None)
        yield Block(
            _text(kind),
            tuple(labels),
            node.start_point.row + 1,
            path,
            _attributes(inner) if inner is not None else {},
            tuple(_blocks(path, inner, depth + 1)) if inner is not None else (),
        )


def _attributes(body: Node) -> dict[str, Attribute]:
    found = {}
    for node in body.named_children:
        if node.type == "attribute":
            name = _text(node.named_children[0])
            value = _value(node.named_children[-1], 0)
            found[name] = Attribute(name, value, node.start_point.row + 1)
    return found


def _value(node: Node, depth: int) -> Hcl:
    """An expression; what must be evaluated keeps its source alone."""
    line, text = node.start_point.row + 1, _text(node)
    if depth > DEPTH_AT_MOST:
        return Hcl(None, line, text, is_plain=False)
    children = [child for child in node.named_children if child.type != "comment"]
    if node.type in {"expression", "collection_value", "literal_value", "template_expr"}:
        if len(children) == 1:
            return _value(children[0], depth + 1)
        return Hcl(None, line, text, is_plain=False)
    read = _READ.get(node.type)
    if read is None:
        return Hcl(None, line, text, is_plain=False)
    return read(node, children, depth)


def _string(node: Node, children: list[Node], depth: int) -> Hcl:
    text = _text(node)
    inner = text[1:-1].replace('\\"', '"').replace("\\\\", "\\").replace("\\n", "\n")
    return Hcl(inner, node.start_point.row + 1, text)


def _here_document(node: Node, children: list[Node], depth: int) -> Hcl:
    text = _text(node)
    lines = text.split("\n")
    return Hcl("\n".join(lines[1:-1]), node.start_point.row + 1, text)


def _number(node: Node, children: list[Node], depth: int) -> Hcl:
    text = _text(node)
    try:
        value: int | float | None = int(text)
    except ValueError:
        value = float(text)
    return Hcl(value, node.start_point.row + 1, text)


def _constant(node: Node, children: list[Node], depth: int) -> Hcl:
    text = _text(node)
    return Hcl({"true": True, "false": False}.get(text), node.start_point.row + 1, text)


def _tuple(node: Node, children: list[Node], depth: int) -> Hcl:
    values = [_value(child, depth + 1) for child in children if child.type == "expression"]
    return Hcl(values, node.start_point.row + 1, _text(node))


def _object(node: Node, children: list[Node], depth: int) -> Hcl:
    values = {}
    for element in children:
        parts = [part for part in element.named_children if part.type == "expression"]
        if element.type == "object_elem" and len(parts) == 2:
            values[_text(parts[0]).strip('"')] = _value(parts[1], depth + 1)
    return Hcl(values, node.start_point.row + 1, _text(node))


def _call(node: Node, children: list[Node], depth: int) -> Hcl:
    given = [grand for child in children[1:] for grand in child.named_children]
    values = [_value(each, depth + 1) for each in given if each.type == "expression"]
    name = _text(children[0])
    return Hcl(values, node.start_point.row + 1, _text(node), is_plain=False, call=name)


_READ = {
    "string_lit": _string,
    "quoted_template": _string,
    "heredoc_template": _here_document,
    "numeric_lit": _number,
    "bool_lit": _constant,
    "null_lit": _constant,
    "tuple": _tuple,
    "object": _object,
    "function_call": _call,
}


def read_json(value: Hcl) -> Hcl | None:
    """A JSON text in a string, such as container definitions, as values; None if it is none.

    Every value has the line on which the string begins, for JSON keeps no lines.
    """
    if not isinstance(value.value, str) or not value.value.strip().startswith(("{", "[")):
        return None
    try:
        return _from_plain(json.loads(value.value), value.line)
    except (ValueError, RecursionError):
        return None


def _from_plain(plain: Any, line: int) -> Hcl:
    if isinstance(plain, dict):
        return Hcl({k: _from_plain(v, line) for k, v in plain.items()}, line, "")
    if isinstance(plain, list):
        return Hcl([_from_plain(each, line) for each in plain], line, "")
    return Hcl(plain, line, str(plain))
