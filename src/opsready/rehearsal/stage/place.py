"""The directory of a stage: made for it, held while it lasts, removed with all that it holds."""

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from opsready.rehearsal.stage import family
from opsready.rehearsal.stage.trouble import CannotStage

_PREFIX = "opsready-stage-"
_MAKING = "opsready-making-"
_LOCK = "lock"


@dataclass(frozen=True)
class Place:
    """`directory` is unique on this machine, and its name is the mark of all that runs there."""

    directory: Path
    lock: IO[str] | None

    @property
    def mark(self) -> str:
        """What every process of the stage carries in its environment."""
        return self.directory.name

    def clear(self) -> None:
        """Ends whatever still carries the mark, and removes the directory."""
        family.kill(0, self.mark)
        _remove(self.directory)
        if self.lock is not None:
            self.lock.close()


def make_place() -> Place:
    """A new one; what stages left whose own process was killed outright is cleared first. Raises
    CannotStage."""
    try:
        clear_after_the_dead()
        # Another rehearsal clears what nobody holds: the name by which it looks comes last.
        making = Path(tempfile.mkdtemp(prefix=_MAKING)).resolve()
        # Databases run as another account when we are root, and have to reach their folders.
        making.chmod(0o711)
        (making / _LOCK).touch()
        lock = _locked(making)
        directory = making.with_name(_PREFIX + making.name.removeprefix(_MAKING))
        return Place(making.rename(directory), lock)
    except OSError as error:
        where = tempfile.gettempdir()
        raise CannotStage(f"no room for a rehearsal in {where}: {error}") from None


def clear_after_the_dead() -> None:
    """Ends and removes what is left of stages that nobody holds any more."""
    for directory in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(FileNotFoundError):  # its own stage, or another, was quicker
            if directory.lstat().st_uid == os.geteuid() and (lock := _locked(directory)):
                Place(directory, lock).clear()


def _locked(directory: Path) -> IO[str] | None:
    """The stage's lock, which ends with the process that holds it; None where that one lives.
    Raises FileNotFoundError where it is gone: a lock made anew would be another one."""
    lock = (directory / _LOCK).open("r+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def _remove(directory: Path) -> None:
    """All of it, folders that the service closed or made read-only included."""
    if not directory.exists():
        return
    try:
        shutil.rmtree(directory)
    except PermissionError:
        _open(directory)
        shutil.rmtree(directory)


def _open(directory: Path) -> None:
    """Lets us into every folder of it."""
    waiting = [directory]
    while waiting:
        folder = waiting.pop()
        folder.chmod(stat.S_IRWXU)
        waiting += [each for each in folder.iterdir() if each.is_dir() and not each.is_symlink()]
