"""Stages are made and cleared side by side, and none is cleared while somebody holds it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from opsready.rehearsal.stage.place import clear_after_the_dead, make_place
from opsready.rehearsal.stage.trouble import CannotStage

MAKES_AND_CLEARS = """
from opsready.rehearsal.stage.place import make_place
for _ in range(150):
    place = make_place()
    assert place.lock is not None
    assert place.directory.is_dir()
    place.clear()
    assert not place.directory.exists()
"""


def test_many_at_once_do_not_clear_each_others(stages: Path) -> None:
    line = [sys.executable, "-c", MAKES_AND_CLEARS]
    running = [subprocess.Popen(line, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    ended = [(one.communicate()[1], one.returncode) for one in running]
    assert ended == [("", 0)] * 4
    assert list(stages.iterdir()) == []


NOBODY = 65534


@contextmanager
def an_ordinary_user(folder: Path) -> Iterator[None]:
    """To root no folder is closed."""
    if os.geteuid() != 0:
        yield
        return
    os.chown(folder, NOBODY, -1)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_folders_that_the_service_closed_are_removed_by_an_ordinary_user_too(stages: Path) -> None:
    with an_ordinary_user(stages):
        place = make_place()
        within = place.directory / "tree" / "closed" / "within"
        within.mkdir(parents=True)
        (within / "file").touch()
        within.chmod(0o500)
        within.parent.chmod(0)
        place.clear()
    assert list(stages.iterdir()) == []


def test_one_that_nobody_holds_is_cleared(stages: Path) -> None:
    kept, dead = make_place(), make_place()
    assert dead.lock is not None
    dead.lock.close()
    clear_after_the_dead()
    assert list(stages.iterdir()) == [kept.directory]
    kept.clear()


def test_a_folder_with_such_a_name_that_is_no_stage_is_let_alone(stages: Path) -> None:
    folder = stages / "opsready-stage-of-somebody"
    folder.mkdir()
    clear_after_the_dead()
    assert folder.is_dir()
    folder.rmdir()


def test_without_room_there_is_no_stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(CannotStage, match="no room for a rehearsal in "):
        make_place()
