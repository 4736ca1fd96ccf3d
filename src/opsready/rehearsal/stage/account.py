"""PostgreSQL refuses to run as root: whom it, and Redis with it, run as when we are root."""

import os
import pwd
import shutil
import stat
from pathlib import Path

from opsready.rehearsal.stage.process import Account
from opsready.rehearsal.stage.trouble import CannotStage

_NAMES = ("postgres", "nobody")


def unprivileged() -> Account | None:
    """Whom to become; None where we are nobody special already."""
    if os.geteuid() != 0:
        return None
    for name in _NAMES:
        try:
            known = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(known.pw_uid, known.pw_gid)
    raise CannotStage(f"root needs an account named {' or '.join(_NAMES)} to run databases as")


def give(path: Path, account: Account | None) -> None:
    """Makes a directory the account's own, and no one else's."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    if account is not None:
        os.chown(path, account.uid, account.gid)


def reachable(program: Path, installation: Path, room: Path, account: Account | None) -> Path:
    """Where the account can start the program: its own place, or a copy of its installation.

    A virtual environment below a home of mode 0700 is closed to others, and opening it would
    change the user's own files. `installation` is a folder above the program, or the program.
    Raises CannotStage where there is no room for a copy.
    """
    if account is None or _open_to_others(program):
        return program
    # At the same depth as it is, so that what is beside it is found where its programs look.
    copy = room / installation.parent.name / installation.name
    # Where a wheel keeps the libraries that its programs load: `<package>.libs`, by auditwheel.
    libraries = installation.parent.with_name(f"{installation.parent.name}.libs")
    try:
        if not copy.exists():
            _copy(installation, copy, account)
            if libraries.is_dir():
                _copy(libraries, room / libraries.name, account)
    except OSError as error:
        # Of many files copytree names each.
        why = error.strerror or str(error.args[0][-1][-1])
        raise CannotStage(f"no room for a copy of {program.name} in {room}: {why}") from None
    return copy if copy.is_file() else copy / program.relative_to(installation)


def _copy(installation: Path, copy: Path, account: Account) -> None:
    copy.parent.mkdir(exist_ok=True)
    copy.parent.chmod(0o711)
    if installation.is_dir():
        shutil.copytree(installation, copy, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy2(installation, copy)
    for part in (copy, *copy.rglob("*")):
        os.chown(part, account.uid, account.gid, follow_symlinks=False)


def _open_to_others(program: Path) -> bool:
    wanted = stat.S_IROTH | stat.S_IXOTH
    inside = program.resolve()
    return all(
        part.stat().st_mode & (wanted if part == inside else stat.S_IXOTH)
        for part in (inside, *inside.parents)
    )
