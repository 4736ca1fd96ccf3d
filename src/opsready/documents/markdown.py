"""Markdown as its parts, each with its line and the section that it stands in."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar, Protocol, Self, TypeVar

from markdown_it import MarkdownIt
from markdown_it.token import Token

from opsready.documents.document import Unparsable
from opsready.documents.restructured import as_markdown
from opsready.documents.yaml_tree import Yaml, parse_yaml

# Parsing and reading take six seconds a megabyte, and of a hostile page forty; the longest
# runbook met in public has 90 kB.
CHARACTERS_AT_MOST = 500_000
# A row that nobody could take in was made by a program, for a program.
CHARACTERS_OF_A_ROW_AT_MOST = 5_000

_NUMBER = re.compile(r"-\d+$")
_BOX = re.compile(r"\[([ xX])\]\s+")
_MARKDOWN = MarkdownIt("commonmark").enable("table")
# Markup within a page is text for whoever shows it.
_WITHOUT_HTML = MarkdownIt("commonmark", {"html": False}).enable("table")
# reStructuredText indents quotations and definitions where Markdown would see code.
_RESTRUCTURED = MarkdownIt("commonmark", {"html": False}).disable("code")


@dataclass(frozen=True)
class Section:
    """A heading and all below it, until a heading of the same level or a higher one.

    `level` is 1 to 6 and `path` the headings from the top down to this one. What stands before
    the first heading is in a section without a heading, of level 0. `end_line` is its last line.
    """

    heading: str = ""
    level: int = 0
    line: int = 1
    end_line: int = 1
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prose:
    """Running text without its markup; what stood in backticks is kept without them.

    Lines of one paragraph are joined by a blank; `breaks` are the offsets where the next began.
    `literals` are the offsets, start and end, of what stood in backticks.
    """

    text: str
    line: int
    section: Section
    breaks: tuple[int, ...] = ()
    literals: tuple[tuple[int, int], ...] = ()

    @property
    def written(self) -> str:
        """The text with its backticks."""
        text = self.text
        for start, end in reversed(self.literals):
            text = f"{text[:start]}`{text[start:end]}`{text[end:]}"
        return text

    def without(self, count: int) -> Self:
        """The same without its first characters."""
        breaks = tuple(offset - count for offset in self.breaks)
        literals = tuple((start - count, end - count) for start, end in self.literals)
        return replace(self, text=self.text[count:], breaks=breaks, literals=literals)

    def line_of(self, offset: int) -> int:
        """The line on which the character at this offset of the text stands."""
        return self.line + sum(1 for start in self.breaks if start <= offset)


@dataclass(frozen=True)
class Paragraph(Prose):
    """A paragraph outside any list."""


@dataclass(frozen=True)
class Item(Prose):
    """An item of a list, without the items below it.

    `number` counts in ordered lists and is None in others; `done` is None without a check box;
    `depth` is 1 for an outermost list; `end_line` is the last line of it and all below it.
    """

    number: int | None = None
    done: bool | None = None
    depth: int = 1
    end_line: int = 1


@dataclass(frozen=True)
class Row:
    """The cells of one line of a table."""

    cells: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Table:
    """A table; every row has as many cells as the header. Endless rows are left out."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    line: int
    section: Section

    def column(self, title: str) -> int | None:
        """The number of the first column whose title matches this pattern."""
        found = (n for n, name in enumerate(self.header) if re.search(title, name, re.IGNORECASE))
        return next(found, None)


@dataclass(frozen=True)
class CodeBlock:
    """Fenced or indented code. `line` is that of its first line of code, `language` lower case,
    `info` all that stood behind the fence."""

    language: str
    info: str
    text: str
    line: int
    section: Section


@dataclass(frozen=True)
class InlineCode:
    """What stands between backticks in running text or in a table."""

    text: str
    line: int
    section: Section


@dataclass(frozen=True)
class Link:
    """A link or an image, with its target as written."""

    text: str
    target: str
    line: int
    section: Section
    is_image: bool = False


class _Placed(Protocol):
    @property
    def line(self) -> int: ...


P = TypeVar("P", bound=_Placed)


@dataclass(frozen=True)
class Markdown:
    """A Markdown text. Anything nested deeper than 20 levels is left out.

    `faults` holds a front matter that is no YAML: the rest of the text is read all the same.
    reStructuredText is read too: its headings, lists, literals and code (see `restructured.py`).
    """

    NOUN: ClassVar[str] = "markdown"

    path: str
    front_matter: Yaml | None = None
    sections: tuple[Section, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    items: tuple[Item, ...] = ()
    tables: tuple[Table, ...] = ()
    code_blocks: tuple[CodeBlock, ...] = ()
    links: tuple[Link, ...] = ()
    inline_code: tuple[InlineCode, ...] = ()
    faults: tuple[Unparsable, ...] = field(default=(), compare=False)

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read it all; only a text that is too long to read raises `Unparsable`."""
        if len(text) > CHARACTERS_AT_MOST:
            why = f"has {len(text):,} characters; Markdown is read up to {CHARACTERS_AT_MOST:,}"
            raise Unparsable(path, 1, why)
        front, body, faults = _split(path, text)
        tokens = (_RESTRUCTURED if path.endswith(".rst") else _MARKDOWN).parse(body)
        parts = _Parts(tokens, body.count("\n") + 1)
        return cls(
            path,
            front,
            tuple(parts.sections),
            tuple(parts.paragraphs),
            tuple(sorted(parts.items, key=lambda item: item.line)),
            tuple(parts.tables),
            tuple(parts.code_blocks),
            tuple(parts.links),
            tuple(parts.inline_code),
            faults,
        )

    @property
    def title(self) -> str | None:
        """The first heading of level one."""
        return next((section.heading for section in self.sections if section.level == 1), None)

    @property
    def prose(self) -> list[Prose]:
        """Paragraphs and items together, in the order of the text."""
        return sorted([*self.paragraphs, *self.items], key=lambda prose: prose.line)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """What a link can name behind `#`: the headings as code hosts spell them, in lower case
        with dashes for blanks and without signs; a repeated one is numbered from 1."""
        taken: Counter[str] = Counter()
        found: set[str] = set()
        for section in (known for known in self.sections if known.level):
            plain = re.sub(r"[^\w\- ]", "", section.heading.strip().lower()).replace(" ", "-")
            name = f"{plain}-{taken[plain]}" if taken[plain] else plain
            found.add(name)
            taken.update({name, _NUMBER.sub("", name)})
        return frozenset(found)

    def section(self, title: str) -> Section | None:
        """The first section whose heading matches this pattern, in any case."""
        found = (s for s in self.sections if s.level and re.search(title, s.heading, re.IGNORECASE))
        return next(found, None)

    def within(self, section: Section) -> "Markdown":
        """The part of the text below this heading, the sections under it included."""

        def inside(parts: Sequence[P]) -> tuple[P, ...]:
            return tuple(part for part in parts if section.line <= part.line <= section.end_line)

        return replace(
            self,
            sections=inside(self.sections),
            paragraphs=inside(self.paragraphs),
            items=inside(self.items),
            tables=inside(self.tables),
            code_blocks=inside(self.code_blocks),
            links=inside(self.links),
            inline_code=inside(self.inline_code),
        )


def tokens_of(path: str, text: str) -> list[Token]:
    """The tokens of a whole text, front matter aside, for whoever shows it; HTML in it is text."""
    body = _split(path, text)[1]
    return (_RESTRUCTURED if path.endswith(".rst") else _WITHOUT_HTML).parse(body)


def _split(path: str, text: str) -> tuple[Yaml | None, str, tuple[Unparsable, ...]]:
    return _split_front_matter(path, as_markdown(text) if path.endswith(".rst") else text)


def _split_front_matter(path: str, text: str) -> tuple[Yaml | None, str, tuple[Unparsable, ...]]:
    """Front matter, the text with as many blank lines in its place, and what is wrong with it."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    fences = ("---", "...")
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() in fences), None)
    if lines[0].rstrip() != "---" or end is None:
        return None, "\n".join(lines), ()
    body = "\n".join([""] * (end + 1) + lines[end + 1 :])
    try:
        front = parse_yaml(path, "\n".join(["", *lines[1:end]]))
    except Unparsable as fault:
        return None, body, (Unparsable(path, fault.line, f"front matter {fault.why}"),)
    if front is not None and not front.is_mapping:
        # A rule, some text and another rule are no front matter.
        return None, "\n".join(lines), ()
    return front, body, ()


@dataclass
class _OpenItem:
    """A list item whose end was not met yet."""

    line: int
    end_line: int
    depth: int
    number: int | None
    section: Section
    texts: list[Prose] = field(default_factory=list)


class _Parts:
    """Walks the tokens once and sorts what they say into kinds of parts."""

    def __init__(self, tokens: list[Token], last_line: int) -> None:
        self.sections = _sections(tokens, last_line)
        self.paragraphs: list[Paragraph] = []
        self.items: list[Item] = []
        self.tables: list[Table] = []
        self.code_blocks: list[CodeBlock] = []
        self.links: list[Link] = []
        self.inline_code: list[InlineCode] = []
        self._open: list[_OpenItem] = []
        self._numbers: list[int | None] = []
        self._later = iter(self.sections[1:])
        self._next = next(self._later, None)
        self._section = self.sections[0]
        walk = enumerate(tokens)
        for number, token in walk:
            self._enter_section(token)
            if token.type == "table_open":
                end = _matching(tokens, number)
                self._add_table(tokens[number:end])
                for _ in range(end - number):
                    next(walk)
            else:
                self._add(token, tokens[number - 1])

    def _enter_section(self, token: Token) -> None:
        line = token.map[0] + 1 if token.map else 0
        while self._next is not None and self._next.line <= line:
            self._section, self._next = self._next, next(self._later, None)

    def _add(self, token: Token, before: Token) -> None:
        if token.type == "bullet_list_open":
            self._numbers.append(None)
        elif token.type == "ordered_list_open":
            self._numbers.append(int(token.attrs.get("start", 1)))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self._numbers.pop()
        elif token.type == "list_item_open":
            self._open_item(token)
        elif token.type == "list_item_close":
            self._close_item(self._open.pop())
        elif token.type == "inline":
            self._add_prose(token, is_heading=before.type == "heading_open")
        elif token.type in {"fence", "code_block"}:
            self._add_code(token)

    def _open_item(self, token: Token) -> None:
        """Only the first number of a list counts, as in every rendering of it."""
        start, end = token.map or [0, 0]
        number = self._numbers[-1]
        if number is not None:
            self._numbers[-1] = number + 1
        depth = len(self._open) + 1
        self._open.append(_OpenItem(start + 1, end, depth, number, self._section))

    def _add_prose(self, token: Token, *, is_heading: bool) -> None:
        line = _line(token)
        prose = _prose(token, line, self._section)
        self.links.extend(_links(token, line, self._section))
        self.inline_code.extend(_inline_code(token, line, self._section))
        if self._open:
            self._open[-1].texts.append(prose)
        elif prose.text and not is_heading:
            self.paragraphs.append(
                Paragraph(prose.text, line, self._section, prose.breaks, prose.literals)
            )

    def _close_item(self, item: _OpenItem) -> None:
        prose = _joined(item.texts) or Prose("", item.line, item.section)
        box = _BOX.match(prose.text)
        prose = prose.without(box.end() if box else 0)
        self.items.append(
            Item(
                prose.text,
                prose.line if prose.text else item.line,
                item.section,
                prose.breaks,
                prose.literals,
                item.number,
                box.group(1) != " " if box else None,
                item.depth,
                item.end_line,
            )
        )

    def _add_code(self, token: Token) -> None:
        fenced = token.type == "fence"
        language = token.info.split()[0].lower() if token.info.split() else ""
        line = _line(token) + (1 if fenced else 0)
        info = token.info.strip()
        self.code_blocks.append(CodeBlock(language, info, token.content, line, self._section))

    def _add_table(self, tokens: list[Token]) -> None:
        rows: list[Row] = []
        cells: list[str] = []
        line = _line(tokens[0])
        for token in tokens:
            if token.type == "tr_open":
                cells, line = [], _line(token)
            elif token.type == "inline":
                cells.append(_prose(token, line, self._section).text)
                self.links.extend(_links(token, line, self._section))
                self.inline_code.extend(_inline_code(token, line, self._section))
            elif token.type == "tr_close" and sum(map(len, cells)) <= CHARACTERS_OF_A_ROW_AT_MOST:
                rows.append(Row(tuple(cells), line))
        if rows:
            header, *rest = rows
            line = _line(tokens[0])
            self.tables.append(Table(header.cells, tuple(rest), line, self._section))


def _sections(tokens: list[Token], last_line: int) -> list[Section]:
    """The sections in the order of the text, the one without a heading first."""
    sections = [Section(end_line=last_line)]
    above: list[int] = []
    for number, token in enumerate(tokens):
        if token.type != "heading_open" or token.level:
            continue
        level, line = int(token.tag[1]), _line(token)
        while above and sections[above[-1]].level >= level:
            closed = above.pop()
            sections[closed] = replace(sections[closed], end_line=line - 1)
        heading = _prose(tokens[number + 1], line, sections[0]).text
        path = (*(sections[index].heading for index in above), heading)
        if len(sections) == 1:
            sections[0] = Section(end_line=line - 1)
        above.append(len(sections))
        sections.append(Section(heading, level, line, last_line, path))
    return sections


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _matching(tokens: list[Token], start: int) -> int:
    """The index of the token that closes the one at `start`."""
    level = tokens[start].level
    closing = (n for n in range(start + 1, len(tokens)) if tokens[n].level == level)
    return next((n for n in closing if tokens[n].nesting == -1), len(tokens) - 1)


def _prose(token: Token, line: int, section: Section) -> Prose:
    """The words of an inline token."""
    text = ""
    breaks: list[int] = []
    literals: list[tuple[int, int]] = []
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            text += " "
            breaks.append(len(text))
        elif child.type == "html_inline":
            text += " " if child.content.lower().startswith("<br") else ""
        elif child.type in {"text", "code_inline", "image"}:
            if child.type == "code_inline":
                literals.append((len(text), len(text) + len(child.content)))
                breaks += [len(text) + offset for offset in _breaks_of_code(child, token.content)]
            text += child.content
    return Prose(text.rstrip(), line, section, tuple(breaks), tuple(literals))


def _breaks_of_code(code: Token, written: str) -> list[int]:
    """Where a literal went on in the next line: the parser has put a blank there."""
    if " " not in code.content or code.content in written:
        return []
    found = re.search(re.escape(code.content).replace(r"\ ", r"[ \n]"), written)
    return [match.end() for match in re.finditer(r"\n", found[0])] if found else []


def _joined(texts: list[Prose]) -> Prose | None:
    """Several paragraphs of one item as one text."""
    if len(texts) < 2:
        return texts[0] if texts else None
    text = ""
    breaks: list[int] = []
    literals: list[tuple[int, int]] = []
    for prose in texts:
        if text:
            text += " "
            # One break a line passed, so that `line_of` keeps counting over blank lines.
            breaks += [len(text)] * (prose.line - texts[0].line - len(breaks))
        breaks += [len(text) + offset for offset in prose.breaks]
        literals += [(len(text) + start, len(text) + end) for start, end in prose.literals]
        text += prose.text
    return Prose(text, texts[0].line, texts[0].section, tuple(breaks), tuple(literals))


def _links(token: Token, line: int, section: Section) -> Iterator[Link]:
    """Links and images of an inline token, each on its own line."""
    children = token.children or []
    for number, child in enumerate(children):
        if child.type in {"softbreak", "hardbreak"}:
            line += 1
        elif child.type == "image":
            yield Link(child.content, str(child.attrGet("src") or ""), line, section, is_image=True)
        elif child.type == "link_open":
            end = _matching(children, number)
            text = "".join(part.content for part in children[number + 1 : end])
            yield Link(text, str(child.attrGet("href") or ""), line, section)


def _inline_code(token: Token, line: int, section: Section) -> Iterator[InlineCode]:
    """Each code of an inline token, on its own line."""
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            line += 1
        elif child.type == "code_inline":
            yield InlineCode(child.content, line, section)
