"""Runbooks: the entries of Markdown pages that tell a person what to do when something fails.

Headings differ from house to house; what they mean is told by their words. Known are the parts of
H·AI·K·U's template (Symptom, Diagnostic steps, Remediation steps, Escalation criteria, Rollback
procedure), of prometheus-operator's (Meaning, Impact, Diagnosis, Mitigation) and their kin.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self

from opsready.documents.document import Document
from opsready.documents.markdown import CodeBlock, Item, Markdown, Section
from opsready.documents.sentences import Sentence, sentences
from opsready.documents.shell import Command, read_shell, without_prompts


class Role(StrEnum):
    """What a part of an entry is for."""

    SYMPTOM = "symptom"
    IMPACT = "impact"
    DIAGNOSIS = "diagnosis"
    REMEDY = "remedy"
    VERIFICATION = "verification"
    ESCALATION = "escalation"
    ROLLBACK = "rollback"


_NUMBERED = r"^\W*(?:\d+[.)]\s*|step \d+\W*)?"
# The first that fits wins: "Rollback steps" takes back, "Verify recovery" verifies.
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(f"{_NUMBERED}(?:{'|'.join(words)})", re.IGNORECASE))
    for role, words in (
        (Role.ROLLBACK, [r".*\b(?:roll(?:ing)? ?-?back|undo|revert|back ?-?out)\b"]),
        (
            Role.ESCALATION,
            [r".*\bescalat", r".*\b(?:who|when) to (?:call|contact|page)\b", r"contacts?$"],
        ),
        (
            Role.VERIFICATION,
            [
                r"verif(?:y|ication|ying)(?! the (?:alert|problem|issue))",
                r"(?:validat|success criteria|recovery check)",
                r"confirm (?:it|that|recovery)",
                r"post-?(?:checks?|conditions?|deploy\w* checks?)",
                r"after(?:wards)?$",
                r"(?:check|make sure|see|how to (?:see|know|tell)) (?:that )?it (?:worked|is|has)",
            ],
        ),
        (
            Role.DIAGNOSIS,
            [
                r"(?:diagnos|investigat|triage|debug|troubleshoot|analy[sz]|identify|assess)",
                r"(?:first )?checks?\b",
                r"(?:probable |possible |root |common )?causes?\b",
                r"(?:confirm|verify the|what to (?:check|look)|initial (?:steps|response))",
            ],
        ),
        (
            Role.REMEDY,
            [
                r"(?:remed|mitigat|resol(?:ve|ution|ving)|fix(?:es|ing)?\b|recover|repair)",
                r"(?:immediate )?actions?\b",
                r"(?:procedures?|solutions?|response|steps)\b",
                r"(?:what to do|how to (?:fix|resolve)|do this)",
            ],
        ),
        (Role.IMPACT, [r"(?:user )?impact", r"(?:severity|consequences?|blast radius|effects?)\b"]),
        (
            Role.SYMPTOM,
            [
                r"(?:symptoms?|meaning|triggers?|detection|overview|description|summary)\b",
                r"alerts?(?: (?:description|details|text))?$",
                r"what (?:it|this) means|when (?:to use|this)|problem$",
            ],
        ),
    )
)
_BOLD_ROLE = re.compile(r"^([A-Z][\w /-]{2,30}?)\s*[:.—–-]\s")
_PATHS = re.compile(
    r"(?:^|/)(?:[\w.-]*[_-])?(?:run-?_?books?|play-?books?|on-?call|sops?)"
    r"(?:/|[^/]*\.(?:md|rst|markdown)$)",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:run-?_?book|play-?book|on-?call guide|standard operating procedure)\b", re.IGNORECASE
)
_NO_RUNBOOK = re.compile(
    r"(?:^|/)(?:readme|index|template|contributing|_[\w-]*)\.(?:md|rst|markdown)$|\bansible\b",
    re.IGNORECASE,
)
# Together they make a runbook of a page that is not called one; a guide to troubleshooting has
# overviews, checks and fixes too.
_UNMISTAKABLE = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (r"symptoms?$|meaning$", r"diagnos|investigat|triage", r"mitigat|remed|resol")
)
_NO_ENTRY = re.compile(
    r"^\W*(?:\d+[.)]\s*)?(?:(?:table of )?contents?|toc|overview|introduction|purpose|scope"
    r"|audience|about|prerequisites?|requirements|glossary|references?|links?|related|see also"
    r"|appendix|change ?log|history|revision|contacts?|ownership|index|terms"
    r"|key (?:files|metrics|urls)"
    r"|alerts?|dashboards?|architecture|configuration|environment variables)\b",
    re.IGNORECASE,
)
_SHELLS = frozenset({"", "sh", "bash", "shell", "console", "shell-session", "zsh", "terminal"})
# A program with an argument, a statement of SQL, an address to open: something to type.
_RUN = re.compile(r"\b(?:run|execute|invoke)\s+(?:the\s+)?[\w.]+[-_/][\w./-]+", re.IGNORECASE)
_COMMAND = re.compile(r"^\s*(?:\$\s*)?[\w./~-]*[a-z/][\w./~-]*\s+\S|^\s*[A-Z]{4,}\b|^https?://")


@dataclass(frozen=True)
class Part:
    """A part of an entry, from its heading's line to its last one. `page` is what stands there."""

    role: Role
    heading: str
    line: int
    end_line: int
    page: Markdown

    @property
    def text(self) -> str:
        """Its running text, paragraphs, items and cells."""
        cells = (" ".join(row.cells) for table in self.page.tables for row in table.rows)
        return " ".join([*(prose.text for prose in self.page.prose), *cells])

    @property
    def steps(self) -> tuple[Item, ...]:
        """Its outermost list items."""
        return tuple(item for item in self.page.items if item.depth == 1)

    @property
    def has_commands(self) -> bool:
        """Whether it holds something to type: a block of code, or a command in its text."""
        return _has_commands(self.page)


@dataclass(frozen=True)
class Entry:
    """What to do about one thing. `parts` are in the order of the text; an entry without any has
    no headings that say what is what."""

    name: str
    path: str
    line: int
    end_line: int
    page: Markdown
    parts: tuple[Part, ...] = ()

    def part(self, *roles: Role) -> Part | None:
        """The first part for one of these."""
        return next((part for part in self.parts if part.role in roles), None)

    @property
    def sentences(self) -> list[Sentence]:
        """Its running text, sentence by sentence."""
        return list(sentences(self.page))

    @property
    def code(self) -> tuple[CodeBlock, ...]:
        """Its blocks of code."""
        return self.page.code_blocks

    @property
    def has_commands(self) -> bool:
        """Whether anything in it can be typed."""
        return _has_commands(self.page)

    @property
    def commands(self) -> Iterator[Command]:
        """The commands of its blocks of shell."""
        for block in self.code:
            if block.language in _SHELLS:
                yield from read_shell(self.path, without_prompts(block.text), block.line)


@dataclass(frozen=True)
class Runbooks:
    """Every entry of every page that is a runbook."""

    PART: ClassVar[type[Document]] = Markdown

    pages: tuple[Markdown, ...] = ()
    entries: tuple[Entry, ...] = ()

    @classmethod
    def assemble(cls, parts: Iterable[Markdown]) -> Self:
        """The runbooks among these pages."""
        pages = tuple(page for page in parts if is_runbook(page))
        return cls(pages, tuple(entry for page in pages for entry in entries_of(page)))


def _has_commands(page: Markdown) -> bool:
    return (
        bool(page.code_blocks)
        or any(_COMMAND.match(code.text) for code in page.inline_code)
        or any(_RUN.search(prose.text) for prose in page.prose)
    )


def is_runbook(page: Markdown) -> bool:
    """Whether a page is one, by its place, its title, or the headings of its entries."""
    title = page.title or ""
    if _NO_RUNBOOK.search(page.path) or _NO_RUNBOOK.search(title):
        return False
    if _PATHS.search(page.path) or _TITLE.search(title):
        return True
    headings = [section.heading for section in page.sections]
    return all(any(words.match(heading) for heading in headings) for words in _UNMISTAKABLE)


def role_of(heading: str) -> Role | None:
    """What a part with this heading is for; None where its words do not say."""
    return next((role for role, words in _ROLES if words.match(heading)), None)


def entries_of(page: Markdown) -> Iterator[Entry]:
    """The entries of a page: the sections whose subsections are parts, and those beside them that
    say something to do. A page without either is one entry."""
    sections = [section for section in page.sections if section.level]
    holding = _holding(sections)
    found = sorted([*holding, *_beside(page, sections, holding)], key=lambda s: s.line)
    for section in found or sections[:1]:
        inside = page.within(section)
        parts = tuple(_parts(inside, section)) or tuple(_bold_parts(inside, section))
        yield Entry(section.heading, page.path, section.line, section.end_line, inside, parts)


def _beside(page: Markdown, sections: list[Section], holding: list[Section]) -> list[Section]:
    """The sections of the entries' level that have no parts and still say something to do.

    On a page without any entry so far these are the sections of the second level; but where one
    of them is a part that cannot stand alone, such as a diagnosis, the page is the entry.
    """
    level = holding[0].level if holding else 2
    beside = [s for s in sections if s.level == level and s not in holding and _instructs(page, s)]
    named = [s for s in beside if role_of(s.heading)]
    if holding:
        return [section for section in beside if section not in named]
    alone = all(role_of(s.heading) in {Role.REMEDY, Role.ROLLBACK} for s in named)
    return beside if alone else []


def _holding(sections: list[Section]) -> list[Section]:
    """The sections with headings of two parts right below them: a part that has such within
    itself belongs to its entry, and a page that has entries below is none."""
    counted = {
        section: len({role_of(s.heading) for s in sections if s.path[:-1] == section.path} - {None})
        for section in sections
    }
    found = [s for s, roles in counted.items() if roles >= 2 and role_of(s.heading) is None]
    found += [
        section
        for section, roles in counted.items()
        if roles >= 3 and section not in found and not any(_encloses(s, section) for s in found)
    ]
    return [s for s in found if not any(_encloses(s, other) for other in found)]


def _encloses(outer: Section, inner: Section) -> bool:
    return outer.line < inner.line and inner.end_line <= outer.end_line


def _instructs(page: Markdown, section: Section) -> bool:
    """Whether a section beside the entries is one: it has steps or code, and its heading is not
    that of an introduction or an index."""
    if _NO_ENTRY.match(section.heading):
        return False
    inside = page.within(section)
    return bool(inside.code_blocks or inside.items or inside.paragraphs)


def _parts(page: Markdown, entry: Section) -> Iterator[Part]:
    """Its subsections with a role, and not those within one of them."""
    end = entry.line
    for section in page.sections:
        role = role_of(section.heading)
        if role and section.line > max(entry.line, end):
            end = section.end_line
            yield Part(role, section.heading, section.line, end, page.within(section))


def _bold_parts(page: Markdown, entry: Section) -> Iterator[Part]:
    """`**Symptom**: …` at the head of paragraphs or items, each up to the next of its kind."""
    marked = [
        (role, named[1], prose.line)
        for prose in page.prose
        if (named := _BOLD_ROLE.match(prose.text)) and (role := role_of(named[1]))
    ]
    if len({role for role, _, _ in marked}) < 2:
        return
    ends = [line - 1 for _, _, line in marked[1:]] + [entry.end_line]
    for (role, heading, line), end in zip(marked, ends, strict=True):
        inside = page.within(Section(heading, entry.level + 1, line, end))
        yield Part(role, heading, line, end, inside)
