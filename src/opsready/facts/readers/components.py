"""The parts of the service, as tables and lists of an architecture name them."""

import re
from collections.abc import Iterator

from opsready.documents.markdown import Item, Markdown, Section, Table
from opsready.documents.technology import mentions
from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle

_HEADING = re.compile(
    r"^(\d+[.)]?\s*)?((main|core|system) )?(components?|building blocks|services|modules|containers"
    r"|processes)$|\bmodule map\b|\bcomponents\b",
    re.IGNORECASE,
)
_OUT = re.compile(
    r"\b(alternatives?|rejected|considered|future|roadmap|out of scope|ui|design|review)\b",
    re.IGNORECASE,
)
_TITLE = r"^(components?|services?|modules?|process(es)?|containers?|parts?|building blocks?|name)$"
_ABOUT = r"\b(role|responsibilit\w+|purpose|description|what|does|job)\b"
# "**Worker** — sends mail", "`orders`: takes orders".
_ITEM = re.compile(r"(?P<name>[\w][\w ./&-]{1,40}?)\s*(?::|\s[—–-]{1,2})\s+(?P<about>.{3,})$")
_FILE = re.compile(r"\.\w{1,5}$")


def read(bundle: Bundle) -> Iterator[Fact]:
    """Rows and items below a heading for components; stores are dependencies, not components."""
    for page in bundle.design_notes():
        for table in page.tables:
            if _is_about(table.section):
                yield from _of_table(bundle, page, table)
        for item in page.items:
            if item.depth == 1 and _is_about(item.section):
                yield from _of_item(bundle, page, item)


def _of_table(bundle: Bundle, page: Markdown, table: Table) -> Iterator[Fact]:
    if table.column(_TITLE) != 0:
        return
    about = table.column(_ABOUT)
    for row in table.rows:
        text = row.cells[about] if about is not None else None
        if row.cells[0] and not mentions(row.cells[0]):
            yield _fact(bundle, page, row.cells[0], text, row.line)


def _of_item(bundle: Bundle, page: Markdown, item: Item) -> Iterator[Fact]:
    match = _ITEM.match(item.text)
    if match and not mentions(match["name"]) and not _FILE.search(match["name"]):
        yield _fact(bundle, page, match["name"], match["about"], item.line)


def _fact(bundle: Bundle, page: Markdown, name: str, about: str | None, line: int) -> Fact:
    value: dict[str, object] = {"name": name, "description": about, "calls": []}
    return Fact(Claim.COMPONENT, value, page.path, line, bundle.quote(page.path, line))


def _is_about(section: Section) -> bool:
    """The section's own heading: what stands deeper is about one component."""
    return bool(_HEADING.search(section.heading)) and not any(map(_OUT.search, section.path))


READER = Reader("components", read)
