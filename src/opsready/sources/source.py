"""The nouns of this stage: a source, a text that could not be read, and the bundle of both."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from opsready.documents.document import Document, Unparsable, Whole
from opsready.documents.markdown import Markdown
from opsready.documents.secret import masked
from opsready.sources.kinds import NOUNS, Kind
from opsready.sources.units import Intent, StageInputs, Unit

# History and ceremony, tests and samples, and the files of `.haiku/` that report on the work.
_NO_NOTE = re.compile(
    r"(^|/)(changelog|changes|history|news|releases?|release[-_]notes|contributing|contributors"
    r"|code[-_]of[-_]conduct|licen[cs]e|authors|credits|security|agents|claude|todo|roadmap"
    r"|upgrad(e|ing)|migrating|migration)([-_.\w]*)\.(md|markdown|rst)$"
    r"|(^|/)(\.github|blogs?|posts|prompts?|tests?|testing|examples?|samples?|fixtures|templates"
    r"|changelog\.d|newsfragments|release[-_]notes|releases|changes)/"
    r"|(^|/)\.haiku/(studios/|.*/(feedback|artifacts|outputs)/)",
    re.IGNORECASE,
)

# Pages that speak of how this service is built and asked for; a manual speaks of everything.
_ABOUT_DESIGN = re.compile(
    r"(^|/)(overview|design|dependenc\w*|infrastructure|operations?|deployment|runbook|slos?|slas?"
    r"|capacity|traffic|reliability|performance|requirements|nfrs?|owner\w*|on-?call|service"
    r"|adr[-_]?\d+\w*)([-_.]\w+)*\.(md|markdown|rst)$|^readme\.(md|markdown|rst)$"
    r"|(^|/)\.haiku/",
    re.IGNORECASE,
)
# A quote is for a person's eye; a minified line is not.
QUOTE_AT_MOST = 300

D = TypeVar("D", bound=Document)
W = TypeVar("W", bound=Whole)
T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """A text given to us. `digest` is the sha256 of its bytes, in hex."""

    path: str
    kind: Kind
    text: str
    digest: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The text line by line; the first has number 0."""
        return tuple(self.text.splitlines())

    def quote(self, line: int) -> str:
        """The line with this number, counted from 1, without blanks around it or secrets in it;
        of a very long one its beginning."""
        return quoted(self.lines[line - 1] if 0 < line <= len(self.lines) else "")


def quoted(line: str) -> str:
    """A line as `Source.quote` gives it."""
    return masked(line.strip()[:QUOTE_AT_MOST])


@dataclass(frozen=True)
class Unread:
    """A file that was seen and could not be used, with the reason; `line` is 0 for the whole."""

    path: str
    why: str
    line: int = 0


@dataclass(frozen=True)
class Bundle:
    """Everything one tree gave: its sources, what stayed unread, and its `.haiku/` intents.

    A text is parsed when it is first asked for, and once.
    """

    root: Path
    sources: tuple[Source, ...]
    unread: tuple[Unread, ...] = ()
    intents: tuple[Intent, ...] = ()
    inputs: StageInputs = field(default_factory=StageInputs)
    _parsed: dict[tuple[str, type], object] = field(default_factory=dict, repr=False, compare=False)

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units of every intent, in the order of their stages and numbers."""
        return tuple(unit for intent in self.intents for unit in intent.units)

    def source(self, path: str) -> Source | None:
        """The source at a path relative to the root."""
        return self._by_path.get(path)

    def quote(self, path: str, line: int) -> str:
        """The line of a source, counted from 1, without blanks around it or secrets in it."""
        source = self.source(path)
        return source.quote(line) if source is not None else ""

    @cached_property
    def _by_path(self) -> dict[str, Source]:
        return {source.path: source for source in self.sources}

    def of_kind(self, *kinds: Kind) -> list[Source]:
        """The sources of these kinds, in path order."""
        return [source for source in self.sources if source.kind in kinds]

    def documents(self, noun: type[D]) -> list[D]:
        """Every source that is read as this noun, parsed; what does not parse is left out here
        and listed by `unparsable`."""
        return [
            document
            for source in self.sources
            if NOUNS.get(source.kind) is noun
            and isinstance(document := self._parse(source, noun), noun)
        ]

    def notes(self) -> list[Markdown]:
        """The pages that describe the service as it is meant to be: not what changed, was found
        wrong, is to be tried, or tells contributors how to behave."""
        return [
            page
            for source in self.of_kind(Kind.MARKDOWN)
            if not _NO_NOTE.search(source.path)
            and (page := self.document(source.path, Markdown)) is not None
        ]

    def design_notes(self) -> list[Markdown]:
        """The notes on how this service is built and asked for: discovery, architecture, the
        README, and pages that are named so."""
        inputs = {*self.inputs.discovery, *self.inputs.architecture}
        return [p for p in self.notes() if p.path in inputs or _ABOUT_DESIGN.search(p.path)]

    def document(self, path: str, noun: type[D]) -> D | None:
        """The source at a path as this noun; None where it is missing, of another kind or broken
        (then `unparsable` says why)."""
        source = self.source(path)
        if source is None or NOUNS.get(source.kind) is not noun:
            return None
        parsed = self._parse(source, noun)
        return parsed if isinstance(parsed, noun) else None

    def assembled(self, whole: type[W]) -> W:
        """All documents of one format seen as one, such as code across its modules; made once."""
        return self.once(whole, lambda: whole.assemble(self.documents(whole.PART)))

    def once(self, kind: type[T], make: Callable[[], T]) -> T:
        """What is made of the whole bundle, of which there is one of a kind; made once."""
        key = ("", kind)
        made = self._parsed.get(key)
        if not isinstance(made, kind):
            made = self._parsed[key] = make()
        return made

    def unparsable(self) -> list[Unread]:
        """What was asked for as a document and is broken, in whole or (a document's `faults`) in
        part, each with line and reason."""
        return [
            Unread(fault.path, fault.why, fault.line)
            for parsed in self._parsed.values()
            for fault in _faults(parsed)
        ]

    def not_read(self) -> list[Unread]:
        """All that could not be used so far: as a text, or as the document that was asked for."""
        return [*self.unread, *self.unparsable()]

    def _parse(self, source: Source, noun: type[Document]) -> object:
        key = (source.path, noun)
        if key not in self._parsed:
            try:
                self._parsed[key] = noun.parse(source.path, source.text)
            except Unparsable as error:
                self._parsed[key] = error
        return self._parsed[key]

    def with_sources(self, sources: Iterable[Source]) -> "Bundle":
        """A bundle in which these sources stand in place of those at the same paths."""
        added = {source.path: source for source in sources}
        kept = [source for source in self.sources if source.path not in added]
        merged = sorted([*kept, *added.values()], key=lambda source: source.path)
        outdated = {*added, ""}  # what was assembled goes too
        parsed = {key: value for key, value in self._parsed.items() if key[0] not in outdated}
        return replace(self, sources=tuple(merged), _parsed=parsed)


def _faults(parsed: object) -> Iterable[Unparsable]:
    return (parsed,) if isinstance(parsed, Unparsable) else getattr(parsed, "faults", ())
