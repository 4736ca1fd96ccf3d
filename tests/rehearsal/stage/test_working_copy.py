"""The copy in which a service runs."""

from pathlib import Path

import pytest

from opsready.hats.pack import Artifact
from opsready.rehearsal.stage import working_copy
from opsready.rehearsal.stage.trouble import CannotStage
from opsready.rehearsal.stage.working_copy import copy_tree


def files_below(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def write(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


def test_what_belongs_to_the_service_is_copied_and_tools_folders_are_not(tmp_path: Path) -> None:
    tree = write(
        tmp_path / "tree",
        *("app.py", "data/x.bin", ".env.example", ".git/config", ".venv/bin/python"),
        *("node_modules/a/index.js", ".opsready/observed.json", "my-env/pyvenv.cfg"),
    )
    copy_tree(tree, tmp_path / "copy")
    assert files_below(tmp_path / "copy") == [".env.example", "app.py", "data/x.bin"]


def test_what_the_hats_write_is_added(tmp_path: Path) -> None:
    tree = write(tmp_path / "tree", "app.py")
    written = [Artifact("deploy/Dockerfile", "FROM scratch\n", "ops-engineer", "builds it")]
    copy_tree(tree, tmp_path / "copy", written)
    assert (tmp_path / "copy" / "deploy" / "Dockerfile").read_text() == "FROM scratch\n"
    assert files_below(tree) == ["app.py"]


def test_a_link_out_of_the_tree_is_left_out_and_one_inside_is_followed(tmp_path: Path) -> None:
    tree = write(tmp_path / "tree", "app.py")
    write(tmp_path, "secret.txt")
    (tree / "out").symlink_to(tmp_path / "secret.txt")
    (tree / "in").symlink_to(tree / "app.py")
    (tree / "loop").symlink_to(tree)
    copy_tree(tree, tmp_path / "copy")
    assert files_below(tmp_path / "copy") == ["app.py", "in"]


def test_a_tree_full_of_data_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_copy, "BYTES_AT_MOST", 10)
    with pytest.raises(CannotStage, match="the tree holds more than"):
        copy_tree(write(tmp_path / "tree", "a-longer-name.py"), tmp_path / "copy")
