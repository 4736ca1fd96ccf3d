"""The nouns of this stage: a source, a text that could not be read, and the bundle of both."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from opsready.documents.document import Document, Unparsable
from opsready.sources.kinds import NOUNS, Kind
from opsready.sources.units import Intent, Unit

D = TypeVar("D", bound=Document)


@dataclass(frozen=True)
class Source:
    """A text given to us. `digest` is the sha256 of its bytes, in hex."""

    path: str
    kind: Kind
    text: str
    digest: str


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
    _parsed: dict[tuple[str, type], object] = field(default_factory=dict, repr=False, compare=False)

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units of every intent, in the order of their stages and numbers."""
        return tuple(unit for intent in self.intents for unit in intent.units)

    def source(self, path: str) -> Source | None:
        """The source at a path relative to the root."""
        return next((source for source in self.sources if source.path == path), None)

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

    def unparsable(self) -> list[Unread]:
        """What was asked for as a document and is broken, in whole or (a document's `faults`) in
        part, each with line and reason."""
        return [
            Unread(fault.path, fault.why, fault.line)
            for parsed in self._parsed.values()
            for fault in _faults(parsed)
        ]

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
        parsed = {key: value for key, value in self._parsed.items() if key[0] not in added}
        return Bundle(self.root, tuple(merged), self.unread, self.intents, parsed)


def _faults(parsed: object) -> Iterable[Unparsable]:
    return (parsed,) if isinstance(parsed, Unparsable) else getattr(parsed, "faults", ())
