"""Reads the intents of a `.haiku/` tree, whichever generation of the engine laid it out.

Lenient on purpose: shipped examples use words that the engine's own schema does not know
(reference: H·AI·K·U file schemas), so nothing is refused but a path that leads out of the tree.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import takewhile
from typing import Any

from opsready.documents.markdown import Item, Markdown
from opsready.sources.inputs import intent_inputs
from opsready.sources.source import Bundle, Unread
from opsready.sources.units import Intent, Unit, UnitCriterion

# `.haiku/intents/<slug>/…`, and `.haiku/<slug>/…` as the engine's own documents have it.
_INTENT = re.compile(
    r"^(?P<base>(?:.*/)?)\.haiku/(?:intents/(?P<new>[^/]+)|(?P<old>[^/]+))/(?P<in>.+)$"
)
_NOT_A_SLUG = frozenset({"intents", "knowledge", "studios", "worktrees", "operations", "state"})
_UNIT = re.compile(r"^stages/(?P<stage>[^/]+)/units/(?P<name>[^/]+)\.md$")
_CRITERIA = r"^(completion|acceptance|success) criteria\b|^definition of done\b|^done when\b"
_REFERENCES = r"^references\b"
_URL = re.compile(r"\S*://\S+")
# A path as it stands in running text: with a folder, or with the ending of a text.
_PATH = re.compile(
    r"(?<![\w:/])(?:[\w.@*{}-]+/)+[\w.@*{}-]*|(?<![\w:/])[\w-]+\.(?:md|feature|ya?ml)\b"
)


@dataclass(frozen=True)
class _Folder:
    """The folder of one intent: `base` holds `.haiku/`; both end in a slash unless empty."""

    slug: str
    base: str
    path: str
    files: tuple[str, ...]


def read_intents(bundle: Bundle) -> tuple[tuple[Intent, ...], list[Unread]]:
    """The intents in path order, and the references that lead nowhere or out of the tree."""
    refused: list[Unread] = []
    intents = tuple(_intent(bundle, folder, refused) for folder in _folders(bundle))
    return intents, refused


def _folders(bundle: Bundle) -> list[_Folder]:
    """One folder an intent; `.haiku/<slug>/` is one only where it holds what an intent holds."""
    files: dict[tuple[str, str, str], list[str]] = {}
    for source in bundle.sources:
        match = _INTENT.match(source.path)
        if match is None:
            continue
        slug = match["new"] or match["old"]
        looks_like_one = match["in"] == "intent.md" or _UNIT.match(match["in"])
        key = (slug, match["base"], source.path.removesuffix(match["in"]))
        if match["new"] or (slug not in _NOT_A_SLUG and (looks_like_one or key in files)):
            files.setdefault(key, []).append(match["in"])
    return [_Folder(*key, tuple(found)) for key, found in files.items()]


def _intent(bundle: Bundle, folder: _Folder, refused: list[Unread]) -> Intent:
    page = bundle.document(folder.path + "intent.md", Markdown)
    front = _plain(page)
    stages = _strings(front.get("stages"))
    found = sorted({path.split("/")[1] for path in folder.files if path.startswith("stages/")})
    stages += tuple(stage for stage in found if stage not in stages)
    units = [
        _unit(bundle, folder, path, match["stage"], refused)
        for path in folder.files
        if (match := _UNIT.match(path))
    ]
    units.sort(key=lambda unit: (stages.index(unit.stage), unit.path))
    has_state = any(path.endswith("/state.json") for path in folder.files)
    return Intent(
        slug=folder.slug,
        path=folder.path.rstrip("/"),
        title=_title(front, page) or folder.slug,
        layout="1.x" if has_state else "4+",
        stages=stages,
        inputs=intent_inputs(bundle.sources, folder.path, folder.base),
        units=tuple(units),
        frontmatter=front,
    )


def _unit(bundle: Bundle, folder: _Folder, path: str, stage: str, refused: list[Unread]) -> Unit:
    path = folder.path + path
    page = bundle.document(path, Markdown) or Markdown(path)
    front = _plain(page)
    inputs = _strings(front.get("inputs")) + _strings(front.get("refs"))
    references = _references(page)
    lookup = _Lookup(bundle, folder, path)
    reads: dict[str, None] = {}
    for named in (*inputs, *references):
        found = lookup.find(named)
        reads.update(dict.fromkeys(found))
        if not found and (why := lookup.reason(named)):
            refused.append(Unread(path, why, _line_of(bundle, path, named)))
    return Unit(
        path=path,
        title=_title(front, page) or posixpath.basename(path).removesuffix(".md"),
        type=str(front.get("type") or ""),
        stage=stage,
        depends_on=_strings(front.get("depends_on")),
        inputs=inputs,
        references=references,
        criteria=tuple(_criteria(page)),
        frontmatter=front,
        reads=tuple(reads),
    )


@dataclass(frozen=True)
class _Lookup:
    """Finds what a unit names: seen from its intent, its own folder, the project, the tree."""

    bundle: Bundle
    folder: _Folder
    unit: str

    def find(self, named: str) -> list[str]:
        """The paths of the tree that are meant: a file, all of a folder, all that a glob fits."""
        for seen_from in self._bases():
            path = posixpath.normpath(seen_from + named)
            found = [s.path for s in self.bundle.sources if _fits(s.path, path)]
            if found and not path.startswith(".."):
                return found
        return []

    def reason(self, named: str) -> str | None:
        """Why nothing was found; None where nothing is amiss."""
        if not _PATH.fullmatch(named) and not named.startswith("/"):
            return None
        if named.startswith("/") or posixpath.normpath(self.folder.base + named).startswith(".."):
            return f"names `{named}`, which leads out of the tree: refused"
        paths = (posixpath.normpath(seen_from + named) for seen_from in self._bases())
        inside = [path for path in paths if not path.startswith("..")]
        if any((self.bundle.root / path).exists() for path in inside):
            return None
        return f"names `{named}`, which does not exist"

    def _bases(self) -> tuple[str, ...]:
        return (self.folder.path, posixpath.dirname(self.unit) + "/", self.folder.base, "")


def _fits(path: str, named: str) -> bool:
    return path == named or path.startswith(named + "/") or fnmatchcase(path, named)


def _plain(page: Markdown | None) -> dict[str, Any]:
    front = page.front_matter if page is not None else None
    return dict(front.plain()) if front is not None else {}


def _title(front: dict[str, Any], page: Markdown | None) -> str:
    return str(front.get("title") or front.get("name") or (page.title if page else None) or "")


def _strings(value: Any) -> tuple[str, ...]:
    """A list of strings, one string, or the paths of a list of mappings; nothing for the rest."""
    entries = value if isinstance(value, list) else [value]
    return tuple(
        str(entry.get("path") or entry.get("file") or "") if isinstance(entry, dict) else str(entry)
        for entry in entries
        if entry not in (None, "")
    )


def _references(page: Markdown) -> tuple[str, ...]:
    """What `## References` names: targets of links, and paths in the text."""
    section = page.section(_REFERENCES)
    if section is None:
        return ()
    part = page.within(section)
    linked = [link.target.partition("#")[0] for link in part.links if "://" not in link.target]
    titles = {link.text for link in part.links}
    texts = [_URL.sub(" ", prose.text) for prose in part.prose]
    written = [path for text in texts for path in _PATH.findall(text)]
    return tuple(dict.fromkeys(path for path in (*linked, *written) if path and path not in titles))


def _criteria(page: Markdown) -> Iterator[UnitCriterion]:
    """The items below the heading for them; in a unit without it, everything with a box."""
    section = page.section(_CRITERIA)
    if section is None:
        yield from _joined(page.path, [item for item in page.items if item.done is not None])
        return
    part = page.within(section)
    yield from _joined(page.path, part.items)
    if not part.items:
        for paragraph in part.paragraphs:
            yield UnitCriterion(paragraph.written, page.path, paragraph.line)


def _joined(path: str, items: Sequence[Item]) -> Iterator[UnitCriterion]:
    """Items below one that ends in a colon are its enumeration and stay in its sentence."""
    number = 0
    while number < len(items):
        item = items[number]
        below = _below(item, items[number + 1 :])
        number += 1
        text = item.written
        if text.endswith(":") and below:
            text += " " + "; ".join(other.written for other in below)
            number += len(below)
        if text:
            yield UnitCriterion(text, path, item.line, item.done)


def _below(item: Item, later: Sequence[Item]) -> list[Item]:
    return list(takewhile(lambda other: other.depth > item.depth, later))


def _line_of(bundle: Bundle, path: str, named: str) -> int:
    source = bundle.source(path)
    lines = source.text.splitlines() if source else []
    alone = re.compile(rf"(?<![\w./-]){re.escape(named)}(?![\w/-])")
    return next((number for number, line in enumerate(lines, 1) if alone.search(line)), 0)
