"""Takes back the last write: files, bases and record, but for what a person has edited since."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from opsready.hats.written.changes import (
    Change,
    Changes,
    content_digest,
    last,
    make,
    reversed_changes,
    take_back,
)
from opsready.hats.written.disk import FOLDER, Held, look
from opsready.hats.written.record import (
    BESIDE,
    PATH,
    base_path,
    decoded,
    encoded,
    parse_entries,
    record_text,
)


class NothingToUndo(Exception):
    """The text says why."""


@dataclass(frozen=True)
class Undone:
    """What became of a file: `removed`, `restored`, or `left` with the reason."""

    path: str
    done: str
    why: str = ""


def take_back_begun(root: Path, say: Callable[[str], None]) -> list[Undone] | None:
    """Puts back what a write that was killed has changed, and says so; None where there was none.
    Raises OSError and Unreadable."""
    left = take_back(root)
    if left is None:
        return None
    say("an earlier write did not end: what it had changed is taken back")
    for path in left:
        say(f"{path} was edited since, and is left as it is")
    return [Undone(path, "left", "it was edited since it was written") for path in left]


def undo(root: Path) -> list[Undone]:
    """Puts every file back as it was before the last write. One that was edited since is left,
    with its base, so that the next write still knows it. Raises NothingToUndo, Moved, OSError
    and Unreadable."""
    whole = _last(root)
    edited = {_subject(change.path) for change in whole.changes if _is_edited(root, change)}
    taken = [c for c in whole.changes if c.path != PATH and _subject(c.path) not in edited]
    changes = [*reversed_changes(root, taken), *_record(root, whole, edited)]
    make(root, "undo", changes, emptied=reversed(whole.folders))
    done = [
        Undone(c.path, "removed" if c.before is None else "restored")
        for c in taken
        if not c.path.startswith(f"{FOLDER}/")
    ]
    left = [Undone(path, "left", "it was edited since it was written") for path in edited]
    return sorted([*done, *left], key=lambda one: one.path)


def _last(root: Path) -> Changes:
    whole = last(root)
    if whole is None:
        raise NothingToUndo("there is no write to take back")
    if whole.kind == "undo":
        raise NothingToUndo("the last write was taken back already")
    for change in whole.changes:
        if change.path == PATH and not change.was_made(look(root, PATH).held):
            why = "is not as the last write left it; is this another commit, or a part of one?"
            raise NothingToUndo(f"{PATH} {why} Nothing was taken back")
    return whole


def _subject(path: str) -> str:
    """The file of the tree that a change is about."""
    return path.removeprefix(base_path("")).removesuffix(BESIDE)


def _is_edited(root: Path, change: Change) -> bool:
    """Whether the path holds neither what the write put there nor what it held before."""
    if change.path.startswith(f"{FOLDER}/"):
        return False
    standing = look(root, change.path)
    if standing.obstacle:
        return True
    digest = content_digest(standing.held)
    return digest not in (change.digest, content_digest(change.before))


def _record(root: Path, whole: Changes, edited: set[str]) -> list[Change]:
    """The record as it was, but for the files that are left as they are."""
    was = next((change.before for change in whole.changes if change.path == PATH), None)
    now = look(root, PATH).held
    if now is None or not any(change.path == PATH for change in whole.changes):
        return []
    if not edited:
        return [Change.of(PATH, now, was)]
    entries = {e.path: e for e in parse_entries(decoded(was.content))} if was else {}
    written = {e.path: e for e in parse_entries(decoded(now.content))}
    entries.update({path: written[path] for path in edited if path in written})
    after = Held(encoded(record_text(entries)), now.mode) if entries else None
    return [Change.of(PATH, now, after)]
