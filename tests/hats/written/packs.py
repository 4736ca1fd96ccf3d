"""Packs written into trees, and what stands there afterwards."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from opsready.hats.pack import Artifact
from opsready.hats.written.changes import make
from opsready.hats.written.disk import alone
from opsready.hats.written.plan import Plan, plan_write


def artifacts(files: Mapping[str, str]) -> list[Artifact]:
    return [Artifact(path, text, "ops-engineer", "it must") for path, text in files.items()]


def write(root: Path, files: Mapping[str, str], exclude: Sequence[str] = ()) -> Plan:
    """What the command does once the hats have written."""
    with alone(root):
        plan = plan_write(root, artifacts(files), exclude)
        if plan.changes:
            make(root, "write", plan.changes)
    return plan


def states(plan: Plan) -> dict[str, str]:
    return {file.path: str(file.state) for file in plan.files}


def snapshot(root: Path) -> dict[str, bytes | str]:
    """Everything below the root: bytes of files, where links lead, folders."""
    found: dict[str, bytes | str] = {}
    for folder, folders, names in os.walk(root):
        for name in [*folders, *names]:
            path = Path(folder, name)
            key = path.relative_to(root).as_posix()
            if path.is_symlink():
                found[key] = f"-> {path.readlink()}"
            else:
                found[key] = path.read_bytes() if path.is_file() else "folder"
    return dict(sorted(found.items()))


def without_our_notes(root: Path) -> dict[str, bytes | str]:
    """The tree, its record and its bases: all but what `--undo` keeps, and an empty folder."""
    ours = {".opsready", ".opsready/undo.json"}
    return {path: held for path, held in snapshot(root).items() if path not in ours}
