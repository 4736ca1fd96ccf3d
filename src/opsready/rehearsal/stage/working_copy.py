"""A copy of the tree in which the service runs: nothing of the user's is ever written to."""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from opsready.hats.pack import Artifact
from opsready.rehearsal.stage.trouble import CannotStage

# The tree of a service is code; what is larger holds data that a rehearsal does not need.
BYTES_AT_MOST = 2 << 30
LEFT_OUT = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".opsready",
        ".venv",
        "venv",
        "env",
        ".tox",
        ".nox",
        "node_modules",
        "__pycache__",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".terraform",
    }
)


def copy_tree(root: Path, destination: Path, written: Iterable[Artifact] = ()) -> None:
    """The files of the tree, then those that the hats added. Raises CannotStage."""
    budget = BYTES_AT_MOST
    try:
        for path in files_of(root):
            budget -= path.lstat().st_size
            if budget < 0:
                raise CannotStage(f"the tree holds more than {BYTES_AT_MOST >> 30} GiB")
            _copy(path, destination / path.relative_to(root))
        for artifact in written:
            target = destination / artifact.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(artifact.text, encoding="utf-8")
    except OSError as error:
        raise CannotStage(f"the tree cannot be copied: {error}") from None


def files_of(root: Path) -> Iterator[Path]:
    """Every file that belongs to the service, in a stable order. Links that lead out of the tree
    are left out, and so are those to folders, which may lead back."""
    inside = root.resolve()
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if name not in LEFT_OUT and not _is_virtual_environment(Path(folder, name))
        )
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                continue
            if path.is_file():
                yield path


def _is_virtual_environment(folder: Path) -> bool:
    return (folder / "pyvenv.cfg").is_file()


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target)
