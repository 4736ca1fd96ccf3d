"""YAML as a person would write it: plain words bare, texts in quotes, queries in blocks."""

import json
import re
from collections.abc import Iterator, Mapping
from textwrap import wrap

# What YAML 1.1 reads as text without quotes, whatever parser reads it.
_PLAIN = re.compile(r"[A-Za-z_./][A-Za-z0-9_./-]*")
_NOT_TEXT = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null|nan|\.inf|\.nan|~")
_INDENT = "  "


def scalar(text: str) -> str:
    """The text as one value."""
    if _PLAIN.fullmatch(text) and not _NOT_TEXT.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False)


def mapping(values: Mapping[str, str], depth: int) -> Iterator[str]:
    """A line for each key, at this depth."""
    for name, value in values.items():
        yield f"{_INDENT * depth}{name}: {scalar(value)}"


def block(key: str, text: str, depth: int) -> Iterator[str]:
    """A key whose value keeps its lines; on one line where it has one."""
    lines = text.splitlines()
    if len(lines) == 1 and re.fullmatch(r"[A-Za-z][^:#]*", text):
        yield f"{_INDENT * depth}{key}: {text}"
        return
    yield f"{_INDENT * depth}{key}: |-"
    yield from (f"{_INDENT * (depth + 1)}{line}" for line in lines)


def comment(text: str, depth: int = 0, width: int = 100) -> Iterator[str]:
    """The text as a comment, wrapped."""
    indent = _INDENT * depth
    for line in wrap(text, width - len(indent) - 2, break_long_words=False, break_on_hyphens=False):
        yield f"{indent}# {line}"
