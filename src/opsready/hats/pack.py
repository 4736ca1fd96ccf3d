"""An artifact and the pack: the files by which a service is operated."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from opsready.documents.document import Document
from opsready.hats.merge import State, settle
from opsready.hats.written.disk import is_free
from opsready.sources.kinds import Kind, kind_of
from opsready.sources.source import Bundle, Source

D = TypeVar("D", bound=Document)
UNWRITTEN = "not written: "
"""How a reason begins that says what a hat left out, and why."""


@dataclass(frozen=True)
class Artifact:
    """A file that a hat writes: `because` is the reason, `hat` who gives it. Without the hat's own
    text at the paths that it `needs` it would be wrong, as tests of somebody else's rules are."""

    path: str
    text: str
    hat: str
    because: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """What a hat does not write, and why: said wherever somebody might look for it."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


@dataclass(frozen=True)
class Pack:
    """What the tree already has, and what the hats add; `written` names the latter, and
    `left_out` what they would add, were something else known."""

    bundle: Bundle
    written: tuple[Artifact, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def why_not_written(self, *whats: str) -> Iterator[str]:
        """What kept the hats from writing these, as a reason."""
        return (f"{UNWRITTEN}{left}" for left in self.left_out if left.what in whats)

    def documents(self, noun: type[D]) -> list[D]:
        """Every file that is read as this noun, parsed."""
        return self.bundle.documents(noun)

    def of_kind(self, *kinds: Kind) -> list[Source]:
        """Every file of these kinds."""
        return self.bundle.of_kind(*kinds)

    def source(self, path: str) -> Source | None:
        """The file at a path."""
        return self.bundle.source(path)

    def merged_with(
        self, written: Iterable[Artifact], bases: Mapping[str, str] | None = None
    ) -> "Pack":
        """The pack as it would be after `write`: what a person has at a path is kept, and merged
        with what is new where the hat wrote it, which `bases` tells."""
        settled = (
            self._settled(artifact, (bases or {}).get(artifact.path)) for artifact in written
        )
        added = tuple(artifact for artifact in settled if artifact is not None)
        bundle = self.bundle.with_sources(_source(a) for a in added)
        return replace(self, bundle=bundle, written=self.written + added)

    def _settled(self, artifact: Artifact, base: str | None) -> Artifact | None:
        """The artifact as `write` would leave it; None where it would change nothing. A file that
        was not read, such as a link or one that is excluded, is a person's."""
        source = self.bundle.source(artifact.path)
        if source is None and not is_free(self.bundle.root, artifact.path):
            return None
        settled = settle(base, source.text if source is not None else None, artifact.text)
        if settled.state not in {State.NEW, State.UPDATED, State.MERGED}:
            return None
        return replace(artifact, text=settled.text or "")


def needed(
    written: Sequence[Artifact], bundle: Bundle, bases: Mapping[str, str]
) -> tuple[tuple[Artifact, ...], tuple[LeftOut, ...]]:
    """Those that may be written, and what is left out since a person's file, which is kept, stands
    where what it needs would."""
    texts = {artifact.path: artifact.text for artifact in written}
    kept: list[Artifact] = []
    out: list[LeftOut] = []
    for artifact in written:
        others = (path for path in artifact.needs if path not in bases)
        theirs = next((p for p in others if _is_another(bundle.source(p), texts.get(p))), None)
        if theirs is None:
            kept.append(artifact)
        else:
            why = f"it is about what would stand in {theirs}, and a person wrote that"
            out.append(LeftOut(artifact.path, why))
    return tuple(kept), tuple(out)


def _is_another(source: Source | None, text: str | None) -> bool:
    return source is not None and source.text != text


def _source(artifact: Artifact) -> Source:
    digest = hashlib.sha256(artifact.text.encode()).hexdigest()
    return Source(artifact.path, kind_of(artifact.path, artifact.text), artifact.text, digest)


def read_pack(bundle: Bundle, left_out: tuple[LeftOut, ...] = ()) -> Pack:
    """What the tree already has."""
    return Pack(bundle, left_out=left_out)
