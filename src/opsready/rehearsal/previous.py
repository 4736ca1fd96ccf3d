"""The release before this one: which it is, and where its files come from."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from opsready.sources.history import History, NoHistory
from opsready.sources.source import Bundle

# Steps of Alembic (`versions/`), Django, Flask-Migrate, yoyo, and of a service's own numbering.
_STEP = re.compile(r"(?:^|/)(?:migrations|versions)/(?:[^/]+/)*[^/]+\.(?:py|sql)$")
_NO_STEP = frozenset({"__init__.py", "env.py"})
_VERSION = re.compile(r"^(?:[\w.-]*[-/@])?v?\d+(?:\.\d+)+$")
# Far more than anybody rolls back over; each costs git some milliseconds.
_LOOKED_AT = 200


@dataclass(frozen=True)
class Previous:
    """`name` says which release it is; `folder` holds its files. `steps` are its migrations."""

    name: str
    folder: Path
    steps: frozenset[str]


def previous_release(bundle: Bundle, told: str, room: Path) -> Previous:
    """The one that was told, a folder or a commit; else, of the history around the tree, the
    newest version tag, or where there is none the newest commit, that has other migrations.
    `room` is an empty folder for its files. Raises `NoHistory`."""
    if told and Path(told).is_dir():
        folder = Path(told).resolve()
        paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*"))
        return Previous(f"the folder {folder.name}", folder, steps_of(paths))
    history = History(bundle.root)
    if told:
        return _written(history, history.commit(told), told, room)
    commit, name = _found(history, steps_of(source.path for source in bundle.sources))
    return _written(history, commit, name, room)


def steps_of(paths: Iterable[str]) -> frozenset[str]:
    """The files that bring a schema forward, each by its path."""
    found = (path for path in paths if _STEP.search(path))
    return frozenset(path for path in found if path.rpartition("/")[2] not in _NO_STEP)


def _written(history: History, commit: str, name: str, room: Path) -> Previous:
    history.write(commit, room)
    steps = steps_of(blob.path for blob in history.blobs(commit))
    said = f"commit {commit[:12]}" if commit.startswith(name) else f"{name} ({commit[:12]})"
    return Previous(said, room, steps)


def _found(history: History, steps: frozenset[str]) -> tuple[str, str]:
    """A commit, and how to call it."""
    if not steps:
        raise NoHistory("which files are its migrations is not known")
    for commit, name in _releases(history):
        then = steps_of(blob.path for blob in history.blobs(commit))
        if then and then != steps:
            return commit, name
    if not history.commits():
        raise NoHistory("no commit of the repository around it holds this tree")
    shallow = " (the clone is shallow: `git fetch --unshallow`)" if history.is_shallow else ""
    raise NoHistory(f"no version in its history has other migrations than this tree{shallow}")


def _releases(history: History) -> Iterator[tuple[str, str]]:
    """Who tags versions releases those; who does not releases every commit."""
    head = history.commit("HEAD")
    tags = [(name, commit) for name, commit in history.tags() if _VERSION.match(name)]
    if tags:
        yield from ((commit, name) for name, commit in tags[:_LOOKED_AT])
        return
    yield head, head
    yield from ((commit, commit) for commit in history.commits()[1:_LOOKED_AT])
