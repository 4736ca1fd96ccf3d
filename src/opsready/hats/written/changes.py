"""Changes to a tree, all or none: what was there is on the disk before the first is made.

`.opsready/writing.json` holds what every file held before. It is there while a write is at work,
so a write that was killed is found by the next one and taken back. The last step renames it to
`.opsready/undo.json`, from which `--undo` knows what to put back.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from opsready.hats.written import disk
from opsready.hats.written.disk import FOLDER, Held, is_free, is_inside, look
from opsready.sources.read import Unreadable

SCHEMA = "opsready/changes/1"
WRITING = f"{FOLDER}/writing.json"
UNDO = f"{FOLDER}/undo.json"


class Moved(Exception):
    """A file is not as it was when the change was planned: somebody else is at work. The text
    names it."""


@dataclass(frozen=True)
class Change:
    """What a path held, and what it holds afterwards; None: no file. `digest` is that of the
    latter, or "" for no file: it is all that is stored of it."""

    path: str
    before: Held | None
    digest: str
    after: Held | None = None

    @classmethod
    def of(cls, path: str, before: Held | None, after: Held | None) -> "Change":
        """A change that is still to be made."""
        return cls(path, before, content_digest(after), after)

    def was_made(self, held: Held | None) -> bool:
        """Whether the path holds what this change put there."""
        return content_digest(held) == self.digest


@dataclass(frozen=True)
class Changes:
    """All that one command changes, in order; `folders` are those that it makes, outermost first,
    and `kind` is `write` or `undo`."""

    kind: str
    changes: tuple[Change, ...]
    folders: tuple[str, ...] = ()


def content_digest(held: Held | None) -> str:
    """The sha256 of a file in hex; "" for none."""
    return hashlib.sha256(held.content).hexdigest() if held is not None else ""


def make(root: Path, kind: str, changes: Iterable[Change], emptied: Iterable[str] = ()) -> None:
    """Makes all changes, and then removes the folders `emptied` that hold nothing any more. Where
    one cannot be made, none is. Raises OSError and Moved."""
    wanted = tuple(changes)
    whole = Changes(kind, wanted, _new_folders(root, wanted))
    for change in wanted:
        if not is_free(root, disk.temporary(change.path)):
            raise Moved(f"{disk.temporary(change.path)} is in the way: delete it")
    try:
        disk.put(root, WRITING, Held(_stored(whole).encode(), 0o600))
        _make(root, whole, emptied)
        (root / WRITING).replace(root / UNDO)
    except BaseException:
        take_back(root)
        raise
    with suppress(OSError):  # the next write takes it back should the power fail before this holds
        disk.sync_folders(root, [UNDO])


def _make(root: Path, whole: Changes, emptied: Iterable[str]) -> None:
    """Room on the disk and rights are needed only to make files ready, before any is replaced."""
    for folder in whole.folders:
        disk.make_folder(root, folder)
    for change in whole.changes:
        if change.after is not None:
            disk.make_ready(root, change.path, change.after)
    for change in whole.changes:
        _refuse_if_moved(root, change)
    for change in whole.changes:
        if change.after is not None:
            disk.put_in_place(root, change.path)
        else:
            disk.drop(root, change.path)
    for folder in emptied:
        disk.drop_folder(root, folder)
    disk.sync_folders(root, [change.path for change in whole.changes])


def _refuse_if_moved(root: Path, change: Change) -> None:
    standing = look(root, change.path)
    if standing.obstacle or content_digest(standing.held) != content_digest(change.before):
        raise Moved(f"{change.path} changed while it was about to be written")


def _new_folders(root: Path, changes: Iterable[Change]) -> tuple[str, ...]:
    parents = {
        str(folder)
        for change in changes
        if change.after is not None
        for folder in PurePosixPath(change.path).parents
    }
    return tuple(sorted(folder for folder in parents if not (root / folder).exists()))


def take_back(root: Path) -> list[str] | None:
    """Puts back what a write that did not end has changed; None where there was none. A file that
    a person has edited since stays as it is, and is named. Raises OSError and Unreadable."""
    disk.drop(root, disk.temporary(WRITING))
    begun = read_changes(root, WRITING)
    if begun is None:
        return None
    left = []
    for change in reversed(begun.changes):
        disk.drop(root, disk.temporary(change.path))
        standing = look(root, change.path)
        if content_digest(standing.held) == content_digest(change.before) and not standing.obstacle:
            continue
        if standing.obstacle or not change.was_made(standing.held):
            left.append(change.path)
        elif change.before is None:
            disk.drop(root, change.path)
        else:
            _put_back(root, change.path, change.before)
    for folder in reversed(begun.folders):
        disk.drop_folder(root, folder)
    disk.sync_folders(root, [change.path for change in begun.changes])
    disk.drop(root, WRITING)
    disk.sync_folders(root, [WRITING])
    return left


def _put_back(root: Path, path: str, held: Held) -> None:
    for folder in [*PurePosixPath(path).parents][-2::-1]:
        disk.make_folder(root, str(folder))
    disk.put(root, path, held)


def interrupted(root: Path) -> bool:
    """Whether a write is at work, or was killed."""
    return not is_free(root, WRITING)


def last(root: Path) -> Changes | None:
    """The last write that changed anything. Raises Unreadable."""
    return read_changes(root, UNDO)


def reversed_changes(root: Path, made: Iterable[Change]) -> list[Change]:
    """What takes these changes back, in the order that undoes the last first. The mode that a
    person gave a file since is theirs, and stays."""
    taken = []
    for change in reversed(list(made)):
        now, was = look(root, change.path).held, change.before
        if now is not None and was is not None and was.mode is not None:
            was = replace(was, mode=now.mode)
        if content_digest(now) != content_digest(was):
            taken.append(Change.of(change.path, now, was))
    return taken


def read_changes(root: Path, path: str) -> Changes | None:
    """Raises Unreadable: what came with a repository may be anything."""
    standing = look(root, path)
    if standing.held is None and not standing.obstacle:
        return None
    try:
        if standing.held is None:
            raise ValueError(standing.obstacle)
        return _restored(json.loads(standing.held.content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        remedy = "nothing was changed; compare the tree with what was committed, then delete it"
        raise Unreadable(path, f"is not what a write left: {error}", remedy) from None


def _stored(whole: Changes) -> str:
    fields = {
        "schema": SCHEMA,
        "kind": whole.kind,
        "folders": list(whole.folders),
        "changes": [
            {"path": one.path, "before": _held_fields(one.before), "after": one.digest}
            for one in whole.changes
        ],
    }
    return json.dumps(fields, indent=1) + "\n"


def _held_fields(held: Held | None) -> dict[str, Any] | None:
    """Text as text, so that a person can get it back by hand."""
    if held is None:
        return None
    try:
        return {"text": held.content.decode(), "mode": held.mode}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(held.content).decode(), "mode": held.mode}


def _restored(data: Any) -> Changes:
    if data["schema"] != SCHEMA:
        raise ValueError(f"it does not say that it is {SCHEMA}")
    changes = tuple(
        Change(_inside(one["path"]), _held(one["before"]), str(one["after"]))
        for one in data["changes"]
    )
    return Changes(str(data["kind"]), changes, tuple(map(_inside, data["folders"])))


def _inside(path: Any) -> str:
    if not isinstance(path, str) or not is_inside(path):
        raise ValueError(f"{path!r} is no path of the tree")
    return path


def _held(fields: Mapping[str, Any] | None) -> Held | None:
    if fields is None:
        return None
    text = fields.get("text")
    content = text.encode() if text is not None else base64.b64decode(fields["base64"])
    mode = fields["mode"]
    if mode is not None and not 0 <= mode <= 0o777:
        raise ValueError(f"{mode!r} is no mode of a file")
    return Held(content, mode)
