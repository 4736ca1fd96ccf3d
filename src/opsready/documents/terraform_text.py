"""What names of resources come to in one environment, where only text is put together.

References, `replace`, `lower`, `trimsuffix`, `substr`, `toset` and conditions are followed;
anything else leaves a name unknown, which is said as None and never guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from opsready.documents.document import Unparsable
from opsready.documents.terraform import Block, Hcl, TerraformFile
from opsready.documents.terraform_tree import Terraform

# Names of names of names: deeper is no name that anybody can read.
_FOLLOWED_AT_MOST = 12
_VALUE = re.compile(r"(?:var|local)\.[\w-]+(?:\.[\w-]+)*")
_OF_RESOURCE = re.compile(r"((?:data\.)?[a-z]+_\w+\.\w+)(?:\[[^\]]*\])?\.(\w+)")
_LOCAL = re.compile(r"local\.([\w-]+)")
_IF = re.compile(r"(.+?)\s*\?\s*(.+?)\s*:\s*(.+)", re.DOTALL)
_IS_NULL = re.compile(r"(.+?)\s*([=!])=\s*null")
# What AWS calls by the same text as the attribute that gave it.
_NAMED_BY = ("name", "identifier", "family", "replication_group_id", "alias")


@dataclass(frozen=True)
class Named:
    """A resource with its attributes as text; `each` is its key, where one block makes several."""

    block: Block
    each: str = ""


@dataclass(frozen=True)
class TerraformText:
    """All Terraform of a tree, as it is for one environment."""

    terraform: Terraform
    environment: str

    def resources(self, type: str) -> Iterator[Named]:
        """Those that are made in the environment, as far as that is known."""
        for block in self.terraform.resources(type):
            count, each = block.get("count"), block.get("for_each")
            if count is not None and self._text(count, block.path, "", 0) == "0":
                continue
            if each is None:
                yield Named(block)
            else:
                yield from (Named(block, key) for key in self._keys(each, block.path))

    def text(self, named: Named, attribute: str, inner: str = "") -> str | None:
        """What an attribute comes to; `inner` names a block inside that holds it."""
        block = named.block.block(inner) if inner else named.block
        value = block.get(attribute) if block is not None else None
        return self._text(value, named.block.path, named.each, 0) if value is not None else None

    def _keys(self, value: Hcl, path: str) -> list[str]:
        opened = value.value[0] if value.call == "toset" and value.value else value
        for known in self.terraform.what(opened, path):
            if known.environment in {"", self.environment} and isinstance(known.value.value, list):
                texts = (self._text(each, known.path, "", 1) for each in known.value.value)
                return [text for text in texts if text is not None]
        return []

    def _text(self, value: Hcl, path: str, each: str, depth: int) -> str | None:
        if depth > _FOLLOWED_AT_MOST:
            return None
        if value.is_plain and isinstance(value.value, str):
            return self._template(value.value, path, each, depth)
        if value.is_plain and isinstance(value.value, bool | int | float):
            return str(value.value).lower() if isinstance(value.value, bool) else f"{value.value}"
        if value.call:
            given = [self._text(one, path, each, depth + 1) for one in value.value]
            return _called(value.call, given)
        return self._expression(value.text.strip(), path, each, depth)

    def _expression(self, text: str, path: str, each: str, depth: int) -> str | None:
        if text in {"each.value", "each.key"}:
            return each
        if _VALUE.fullmatch(text):
            return self._known(text, path, each, depth)
        of_resource = _OF_RESOURCE.fullmatch(text)
        if of_resource:
            return self._attribute(of_resource[1], of_resource[2], path, depth)
        is_null = _IS_NULL.fullmatch(text)
        if is_null:
            is_there = self._read(is_null[1], path, each, depth) is not None
            return str(is_there == (is_null[2] == "!")).lower()
        chosen = _IF.fullmatch(text)
        if chosen:
            told = self._read(chosen[1], path, each, depth)
            number = {"true": 2, "false": 3}.get(told or "")
            return self._read(chosen[number], path, each, depth) if number else None
        return None

    def _known(self, text: str, path: str, each: str, depth: int) -> str | None:
        local = _LOCAL.fullmatch(text)
        if local:
            value = self._local(local[1], path)
            return self._text(value, path, each, depth + 1) if value is not None else None
        reference = Hcl(None, 0, text, is_plain=False)
        for known in self.terraform.what(reference, path):
            same = known.value.text.strip() == text
            if known.environment in {"", self.environment} and not same:
                return self._text(known.value, known.path, each, depth + 1)
        return None

    def _local(self, name: str, path: str) -> Hcl | None:
        folder = PurePosixPath(path).parent
        for file in self.terraform.files:
            for block in (
                file.of_type("locals") if PurePosixPath(file.path).parent == folder else ()
            ):
                if (value := block.get(name)) is not None:
                    return value
        return None

    def _attribute(self, address: str, attribute: str, path: str, depth: int) -> str | None:
        named = self.terraform.named(Hcl(None, 0, f"{address}.x", is_plain=False), path)
        for block in named:
            for name in (attribute, *_NAMED_BY):
                value = block.get(name)
                if value is not None:
                    return self._text(value, block.path, "", depth + 1)
        return None

    def _template(self, text: str, path: str, each: str, depth: int) -> str | None:
        made, rest = "", text
        while (at := rest.find("${")) >= 0:
            inner, end = _within_braces(rest, at + 2)
            filled = self._read(inner, path, each, depth)
            if filled is None:
                return None
            made, rest = made + rest[:at] + filled, rest[end:]
        return made + rest

    def _read(self, expression: str, path: str, each: str, depth: int) -> str | None:
        try:
            parsed = TerraformFile.parse(path, f"x = {expression.strip()}\n")
        except Unparsable:
            return None
        return self._text(parsed.attributes["x"].value, path, each, depth + 1)


def _within_braces(text: str, begin: int) -> tuple[str, int]:
    depth, quoted = 1, False
    for at in range(begin, len(text)):
        quoted ^= text[at] == '"' and text[at - 1] != "\\"
        depth += 0 if quoted else {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[begin:at], at + 1
    return text[begin:], len(text)


def _called(name: str, given: list[str | None]) -> str | None:
    """Functions of text, as Terraform's documentation has them."""
    texts = [text for text in given if text is not None]
    if len(texts) != len(given) or not texts:
        return None
    if name == "lower":
        return texts[0].lower()
    if name in {"one", "tostring", "trimspace"}:
        return texts[0]
    if name == "trimsuffix":
        return texts[0].removesuffix(texts[1])
    if name == "substr":
        return texts[0][int(texts[1]) :][: int(texts[2])]
    if name == "replace":
        old, new = texts[1], texts[2]
        if len(old) > 1 and old.startswith("/") and old.endswith("/"):
            return re.sub(old[1:-1], new.replace("$", "\\"), texts[0])
        return texts[0].replace(old, new)
    return None
