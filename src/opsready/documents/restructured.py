"""reStructuredText rewritten as Markdown, line for line, so that one noun reads both.

Only what carries meaning for a reader of operations: headings, literals, links, code, and numbered
lists (bullets are the same in both). Tables and all else are left as text.
"""

import re
from collections.abc import Iterator

_UNDERLINE = re.compile(r"([=\-`:.'\"~^_*+#])\1{2,}\s*")
_CODE = re.compile(r"\s*\.\. (?:code|code-block|sourcecode)::\s*([\w+-]*)\s*")
_OPTION = re.compile(r"\s*:[\w-]+:")
_EXPLICIT = re.compile(r"\s*\.\. ")
_LITERAL = re.compile(r"``(.+?)``")
_LINK = re.compile(r"`([^`<]+?)\s*<([^>`]+)>`__?")
_ROLE = re.compile(r":[\w:-]+:`([^`]+)`")
_AUTO_NUMBER = re.compile(r"^(\s*)#\. ")
_MARKER = re.compile(r"\s*(?:[-*+]|[#\d]+[.)])\s+")
# Longer than any run of tildes that code holds for its own purposes.
_FENCE = "~" * 12


def as_markdown(text: str) -> str:
    """The text with Markdown's signs; every line stays where it was."""
    lines = text.replace("\r\n", "\n").split("\n")
    written: list[str] = []
    levels: list[str] = []
    number = 0
    while number < len(lines):
        code = _code_at(lines, number)
        if code is not None:
            first, end, language = code
            written += _fenced(lines, number, first, end, language)
            number = end + 1
        elif _is_heading(lines, number):
            written += [_heading(lines[number], lines[number + 1][0], levels), ""]
            number += 2
        else:
            written.append(_plain(lines[number]))
            number += 1
    return "\n".join(written)


def _is_heading(lines: list[str], number: int) -> bool:
    title = lines[number].strip()
    under = lines[number + 1].rstrip() if number + 1 < len(lines) else ""
    return bool(
        title
        and _UNDERLINE.fullmatch(under)
        and not _UNDERLINE.fullmatch(title)
        and len(under) >= len(title)
    )


def _heading(title: str, mark: str, levels: list[str]) -> str:
    """Levels are given to the marks in the order in which the text brings them up."""
    if mark not in levels:
        levels.append(mark)
    return f"{'#' * min(levels.index(mark) + 1, 6)} {_inline(title.strip())}"


def _plain(line: str) -> str:
    """Overlines, comments and directives say nothing to a reader."""
    if _UNDERLINE.fullmatch(line) or _EXPLICIT.match(line):
        return ""
    return _inline(_AUTO_NUMBER.sub(r"\g<1>1. ", line))


def _inline(line: str) -> str:
    line = _LITERAL.sub(r"`\1`", line)
    line = _LINK.sub(r"[\1](\2)", line)
    return _ROLE.sub(r"`\1`", line)


def _code_at(lines: list[str], number: int) -> tuple[int, int, str] | None:
    """First line of the code that this line introduces, the line after it, its language."""
    directive = _CODE.fullmatch(lines[number])
    if directive is None and (
        not lines[number].rstrip().endswith("::") or _EXPLICIT.match(lines[number])
    ):
        return None
    first = number + 1
    while first < len(lines) and (not lines[first].strip() or _OPTION.match(lines[first])):
        first += 1
    end = first
    margin = _indent(lines[number])
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > margin):
        end += 1
    while end > first and not lines[end - 1].strip():
        end -= 1
    if first < number + 2 or end == first:
        return None
    return first, end, directive.group(1) if directive else ""


def _fenced(lines: list[str], number: int, first: int, end: int, language: str) -> Iterator[str]:
    """Fences take the places of the blank lines that reStructuredText wants around code."""
    marker = _MARKER.match(lines[number])
    margin = " " * (marker.end() if marker else _indent(lines[number]))
    inner = min(_indent(line) for line in lines[first:end] if line.strip())
    directive = _CODE.fullmatch(lines[number])
    yield "" if directive else _plain(lines[number].rstrip()[:-1])
    yield from [""] * (first - number - 2)
    yield f"{margin}{_FENCE}{language}"
    for line in lines[first:end]:
        yield margin + line[inner:]
    yield margin + _FENCE


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
