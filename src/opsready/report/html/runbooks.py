"""The runbooks of a pack as they stand in the report, each entry with an id of its own."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from opsready.documents.markdown import Markdown, Section
from opsready.documents.runbook import Runbooks, entries_of
from opsready.hats.pack import Pack
from opsready.report.html.prose import prose_html
from opsready.report.html.shown import Screen

_ID = "runbook-"


@dataclass(frozen=True)
class Chapter:
    """One page: `id` is what `#` leads to, `entries` are id and name of those that it holds where
    it holds several."""

    id: str
    path: str
    title: str
    body: Markup
    entries: tuple[tuple[str, str], ...] = ()


class Shelf:
    """All runbooks, and where a link to one of them leads in the report."""

    def __init__(self, pack: Pack, screen: Screen) -> None:
        self._pack = pack
        self._screen = screen
        self._pages = {page.path: page for page in pack.bundle.assembled(Runbooks).pages}
        self._taken: set[str] = set()
        self._headings: dict[str, dict[int, str]] = {}
        self._ids: dict[str, str] = {}
        # Pages of one entry first: theirs are the ids that alerts are given.
        ordered = sorted(self._pages.values(), key=lambda page: (_holds_several(page), page.path))
        for page in ordered:
            self._ids[page.path] = self._free(_ID + _slug(posixpath.splitext(page.path)[0]))
            self._headings[page.path] = self._named(page)

    @property
    def chapters(self) -> list[Chapter]:
        """Every page, in the order of their paths."""
        return [self._chapter(page) for page in self._pages.values()]

    def id_of(self, link: str, beside: str = "") -> str | None:
        """The id that a link leads to, an address of a code host or a path from the root or from
        the file `beside`; None where it leads to no runbook of the tree."""
        target, _, fragment = link.strip().partition("#")
        path = self._path_of(target.partition("?")[0], beside)
        if path is None:
            return None
        return self._heading(path, fragment) or self._ids[path]

    def _path_of(self, target: str, beside: str) -> str | None:
        if not target:
            return beside if beside in self._pages else None
        if "://" in target:
            rest = target.partition("://")[2]
            return next((path for path in self._pages if rest.endswith(f"/{path}")), None)
        near = posixpath.normpath(posixpath.join(posixpath.dirname(beside), target))
        known = (near, target.lstrip("/"))
        return next((path for path in known if path in self._pages), None)

    def _heading(self, path: str, fragment: str) -> str | None:
        page = self._pages[path]
        found = (s for s in page.sections if s.level and _slug_of(s) == fragment.lower())
        lines = self._headings[path]
        return next((lines[s.line] for s in found if s.line in lines), None)

    def _named(self, page: Markdown) -> dict[int, str]:
        """Ids by line: an entry has one by its own name, the other headings by that of the page."""
        own = self._ids[page.path]
        entries = {e.line for e in entries_of(page)} if _holds_several(page) else set()
        return {
            section.line: self._free((_ID if section.line in entries else f"{own}-") + name)
            for section in page.sections
            if section.level and (name := _slug_of(section))
        }

    def _free(self, wanted: str) -> str:
        numbered = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(self._taken) + 2))
        id = next(name for name in numbered if name not in self._taken)
        self._taken.add(id)
        return id

    def _chapter(self, page: Markdown) -> Chapter:
        source = self._pack.source(page.path)
        ids = self._headings[page.path]
        text = self._screen.page(page.path, source.text if source else "")
        body = prose_html(page.path, text, ids, partial(self.id_of, beside=page.path))
        entries = tuple(_entries(page, ids)) if _holds_several(page) else ()
        title = page.title or posixpath.basename(page.path)
        return Chapter(self._ids[page.path], page.path, title, body, entries)


def _entries(page: Markdown, ids: dict[int, str]) -> Iterator[tuple[str, str]]:
    for entry in entries_of(page):
        if entry.line in ids:
            yield ids[entry.line], entry.name


def _holds_several(page: Markdown) -> bool:
    return len(list(entries_of(page))) > 1


def _slug_of(section: Section) -> str:
    """As code hosts spell the anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", section.heading.strip().lower()).replace(" ", "-")


def _slug(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", posixpath.basename(path).lower()).strip("-") or "page"


def ordered(chapters: Sequence[Chapter]) -> list[Chapter]:
    """By title, as one looks for them."""
    return sorted(chapters, key=lambda chapter: (chapter.title.lower(), chapter.path))
