"""Files of a tree that is somebody's: looked at without following a link, replaced whole."""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

FOLDER = ".opsready"
"""Where we keep what is ours."""
TEMPORARY = ".opsready-tmp"
# As large as a text that is read (sources/read.py); more is data, which no hat wrote.
BYTES_AT_MOST = 2_000_000


class Busy(Exception):
    """Another process writes into this tree."""


@dataclass(frozen=True)
class Held:
    """What a file holds. A `mode` of None is what the system gives a new one."""

    content: bytes
    mode: int | None = None


@dataclass(frozen=True)
class Standing:
    """What stands at a path: a file, nothing, or something that is not ours to touch, which
    `obstacle` names."""

    held: Held | None = None
    obstacle: str = ""


def is_inside(path: str) -> bool:
    """Whether a path keeps to the tree and out of its history: nobody may be led elsewhere by
    the name of an environment, or by a file in `.opsready/` that came with a repository."""
    parts = path.split("/")
    return (
        bool(path)
        and path.isprintable()
        and "\\" not in path
        and not any(part in {"", ".", ".."} or part.lower() == ".git" for part in parts)
    )


def look(root: Path, path: str) -> Standing:
    """What stands at a path below a resolved root; no link is followed. Raises OSError where a
    file cannot be read."""
    obstacle, mode = _found(root, path)
    if obstacle or mode is None:
        return Standing(obstacle=obstacle)
    if not stat.S_ISREG(mode):
        return Standing(obstacle=f"{_name_of(mode)} stands there, which is left alone")
    return _read(root / path)


def is_free(root: Path, path: str) -> bool:
    """Whether nothing stands there, nor in the way to it."""
    return _found(root, path) == ("", None)


def _found(root: Path, path: str) -> tuple[str, int | None]:
    """The obstacle on the way to a path, and the mode of what stands there, if anything does."""
    for folder in [*PurePosixPath(path).parents][-2::-1]:
        mode = _mode(root / folder)
        if mode is None:
            return "", None
        if not stat.S_ISDIR(mode):
            return f"{folder} is {_name_of(mode)}, and no folder", None
    return "", _mode(root / path)


def _mode(path: Path) -> int | None:
    try:
        return os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _name_of(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a link"
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a file" if stat.S_ISREG(mode) else "a device or pipe"


def _read(path: Path) -> Standing:
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(opened, "rb") as file:
        content = file.read(BYTES_AT_MOST + 1)
        mode = os.fstat(opened).st_mode & 0o777
    if len(content) > BYTES_AT_MOST:
        return Standing(obstacle=f"it has more than {BYTES_AT_MOST:,} bytes, and is left alone")
    return Standing(Held(content, mode))


def temporary(path: str) -> str:
    """Where a file is made ready: beside its place, so that it can take it in one step."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/.{name}{TEMPORARY}" if folder else f".{name}{TEMPORARY}"


def make_ready(root: Path, path: str, held: Held) -> None:
    """The whole file, on the disk, beside its place. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    opened = os.open(root / temporary(path), flags, 0o666)
    try:
        left = memoryview(held.content)
        while left:
            left = left[os.write(opened, left) :]
        if held.mode is not None:
            _take_after(root / path, opened)
            os.fchmod(opened, held.mode)
        os.fsync(opened)
    finally:
        os.close(opened)


def _take_after(path: Path, opened: int) -> None:
    """Owner and group stay as they were, where we may say so: root writes in a user's tree."""
    with suppress(FileNotFoundError, PermissionError):
        about = os.lstat(path)
        os.fchown(opened, about.st_uid, about.st_gid)


def put_in_place(root: Path, path: str) -> None:
    """What was made ready, in one step. Raises OSError."""
    (root / temporary(path)).replace(root / path)


def put(root: Path, path: str, held: Held) -> None:
    """Replaces a file of ours, whole or not at all, and on the disk when this returns. Raises
    OSError."""
    drop(root, temporary(path))
    try:
        make_ready(root, path, held)
        put_in_place(root, path)
    except OSError:
        drop(root, temporary(path))
        raise
    sync_folders(root, [path])


def drop(root: Path, path: str) -> None:
    """Removes a file, if there is one. Raises OSError."""
    with suppress(FileNotFoundError, NotADirectoryError):
        (root / path).unlink()


def make_folder(root: Path, path: str) -> None:
    """Raises OSError."""
    with suppress(FileExistsError):
        (root / path).mkdir()


def drop_folder(root: Path, path: str) -> None:
    """Removes a folder unless something is in it."""
    try:
        (root / path).rmdir()
    except OSError as error:
        if error.errno not in {errno.ENOENT, errno.ENOTDIR, errno.ENOTEMPTY, errno.EEXIST}:
            raise


def sync_folders(root: Path, paths: list[str]) -> None:
    """Names are on the disk, too: a file that was replaced stays so when the power fails."""
    for folder in sorted({root / PurePosixPath(path).parent for path in paths}):
        with suppress(FileNotFoundError, NotADirectoryError):
            opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Inside, no other process writes: the system holds the lock, and frees it when we are
    killed. Leaves no folder of ours where nothing was put into it. Raises Busy and OSError."""
    make_folder(root, FOLDER)
    opened = os.open(root / FOLDER, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _lock(opened)
        try:
            yield
        finally:
            drop_folder(root, FOLDER)
    finally:
        os.close(opened)


def _lock(opened: int) -> None:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy from None
