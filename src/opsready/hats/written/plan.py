"""What a write would do to each file of a tree, decided before anything is changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from opsready.hats.merge import Settled, Span, State, settle
from opsready.hats.pack import Artifact, LeftOut
from opsready.hats.written.changes import Change
from opsready.hats.written.disk import FOLDER, Held, Standing, is_free, look
from opsready.hats.written.record import (
    BESIDE,
    PATH,
    Entry,
    Record,
    base_path,
    decoded,
    digest_of,
    encoded,
    read_record,
    record_text,
    refuse_outside,
)
from opsready.sources.read import Unreadable
from opsready.sources.walk import is_excluded

_IGNORED = f"{FOLDER}/.gitignore"
_IGNORE = """\
# Of this machine alone; pack.json and base/ belong to the tree, and are committed.
/undo.json
/writing.json
"""


@dataclass(frozen=True)
class Settlement:
    """What becomes of one file: its state, why, the lines in conflict, the path beside it where
    the hat's text is, and its text before and after."""

    path: str
    state: State
    why: str = ""
    lines: tuple[Span, ...] = ()
    beside: str = ""
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class Plan:
    """Every file, in path order, and the changes that bring the tree there; `left_out` is what
    the hats do not write."""

    files: tuple[Settlement, ...]
    changes: tuple[Change, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def of(self, *states: State) -> list[Settlement]:
        """The files in these states."""
        return [file for file in self.files if file.state in states]


@dataclass
class _Draft:
    """Collects what is decided file by file."""

    root: Path
    record: Record
    files: list[Settlement] = field(default_factory=list)
    tree: list[Change] = field(default_factory=list)
    kept_by_us: list[Change] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)


def plan_write(root: Path, artifacts: Iterable[Artifact], exclude: Sequence[str] = ()) -> Plan:
    """Settles what the hats write with what stands below a resolved root. Raises Unreadable where
    a path leads out of it, or the record of the last write is broken, and OSError."""
    wanted = {artifact.path: artifact for artifact in artifacts}
    refuse_outside(wanted)
    draft = _Draft(root, read_record(root))
    draft.entries.update(draft.record.entries)
    for artifact in wanted.values():
        _settle(draft, artifact)
    for path in sorted(draft.record.entries.keys() - wanted.keys()):
        _keep_or_forget(draft, path, exclude)
    _change(draft, PATH, record_text(draft.entries) if draft.entries else None)
    if draft.entries and is_free(root, _IGNORED):
        _change(draft, _IGNORED, _IGNORE)
    files = tuple(sorted(draft.files, key=lambda file: file.path))
    return Plan(files, (*draft.tree, *draft.kept_by_us))


def _settle(draft: _Draft, artifact: Artifact) -> None:
    path, record = artifact.path, draft.record
    standing = _standing(draft.root, path)
    if standing.obstacle:
        draft.files.append(Settlement(path, State.KEPT, standing.obstacle))
        return
    own = decoded(standing.held.content) if standing.held is not None else None
    base = record.known.get(path)
    settled = settle(base, own, artifact.text)
    beside, settled = _beside(draft, artifact, settled)
    if settled.text is not None and settled.text != own:
        mode = standing.held.mode if standing.held is not None else None
        after = Held(encoded(settled.text), mode)
        draft.tree.append(Change.of(path, standing.held, after))
    if settled.state is not State.KEPT or (base is not None and own is not None):
        _enter(draft, artifact, base if settled.state is State.CONFLICT else None, beside)
    draft.files.append(
        Settlement(path, settled.state, settled.why, settled.lines, beside, own, settled.text)
    )


def _standing(root: Path, path: str) -> Standing:
    """One file that cannot be read does not keep the others from being written."""
    try:
        return look(root, path)
    except OSError as error:
        return Standing(obstacle=f"it cannot be read: {error.strerror}")


def _enter(draft: _Draft, artifact: Artifact, base: str | None, beside: str) -> None:
    """Records what was written. While a conflict stands its `base` is still the old one."""
    path = artifact.path
    kept = artifact.text if base is None else base
    known = draft.record.entries.get(path)
    offered = digest_of(artifact.text) if beside else ""
    if base is not None and not beside and known is not None:
        offered = known.offered
    _change(draft, base_path(path), kept)
    draft.entries[path] = Entry(path, artifact.hat, artifact.because, digest_of(kept), offered)


def _beside(draft: _Draft, artifact: Artifact, settled: Settled) -> tuple[str, Settled]:
    """Lays the hat's text beside a file in conflict, and takes it away after. What a person made
    of it, or had there, is left; returns its path, or "" where the text could not be laid there."""
    path = artifact.path + BESIDE
    held = look(draft.root, path).held
    offer = draft.record.offers.get(artifact.path)
    is_ours = held is None or (offer is not None and held.content == encoded(offer))
    if settled.state is not State.CONFLICT:
        if held is not None and is_ours:
            draft.tree.append(Change.of(path, held, None))
        _change(draft, base_path(path), None)
        return "", settled
    if held is not None and held.content == encoded(artifact.text):
        is_ours = True
    if not is_ours or look(draft.root, path).obstacle:
        why = f"{settled.why}; {path} is in the way of the hat's text: move it and write again"
        return "", replace(settled, why=why)
    if held is None or held.content != encoded(artifact.text):
        draft.tree.append(Change.of(path, held, Held(encoded(artifact.text))))
    _change(draft, base_path(path), artifact.text)
    return path, settled


def _keep_or_forget(draft: _Draft, path: str, exclude: Sequence[str]) -> None:
    """A file that no hat writes any more is a person's to delete; one that is gone is forgotten."""
    if is_free(draft.root, path):
        del draft.entries[path]
        for kept in (base_path(path), base_path(path + BESIDE)):
            _change(draft, kept, None)
    elif not is_excluded(path, exclude):
        why = "no hat writes it any more; delete it if nothing needs it"
        draft.files.append(Settlement(path, State.KEPT, why))


def _change(draft: _Draft, path: str, text: str | None) -> None:
    """A file of our own below `.opsready/`. Raises Unreadable where something else stands there."""
    standing = look(draft.root, path)
    if standing.obstacle:
        raise Unreadable(path, standing.obstacle, "move it away")
    after = Held(encoded(text)) if text is not None else None
    before = standing.held
    if (before and before.content) != (after and after.content):
        draft.kept_by_us.append(Change.of(path, before, after))
