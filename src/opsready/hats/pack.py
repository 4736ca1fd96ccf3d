"""An artifact and the pack: the files by which a service is operated."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from opsready.documents.document import Document
from opsready.sources.kinds import Kind, kind_of
from opsready.sources.source import Bundle, Source

D = TypeVar("D", bound=Document)


@dataclass(frozen=True)
class Artifact:
    """A file that a hat writes: `because` is the reason, `hat` who gives it."""

    path: str
    text: str
    hat: str
    because: str


@dataclass(frozen=True)
class Pack:
    """What the tree already has, and what the hats add; `written` names the latter."""

    bundle: Bundle
    written: tuple[Artifact, ...] = ()

    def documents(self, noun: type[D]) -> list[D]:
        """Every file that is read as this noun, parsed."""
        return self.bundle.documents(noun)

    def of_kind(self, *kinds: Kind) -> list[Source]:
        """Every file of these kinds."""
        return self.bundle.of_kind(*kinds)

    def source(self, path: str) -> Source | None:
        """The file at a path."""
        return self.bundle.source(path)

    def merged_with(self, written: Iterable[Artifact]) -> "Pack":
        """The pack as it would be after `write`: what a person has at a path is kept."""
        added = tuple(a for a in written if self.bundle.source(a.path) is None)
        return Pack(self.bundle.with_sources(_source(a) for a in added), self.written + added)


def _source(artifact: Artifact) -> Source:
    digest = hashlib.sha256(artifact.text.encode()).hexdigest()
    return Source(artifact.path, kind_of(artifact.path, artifact.text), artifact.text, digest)


def read_pack(bundle: Bundle) -> Pack:
    """What the tree already has."""
    return Pack(bundle)
