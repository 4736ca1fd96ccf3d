"""Which release was the previous one, from made histories."""

from pathlib import Path

import pytest

from opsready.rehearsal.previous import previous_release, steps_of
from opsready.sources.history import NoHistory
from opsready.sources.read import read
from tests.rehearsal.build import commit, git, make_tree

FIRST = {"app.py": "pass\n", "migrations/0001_first.sql": "CREATE TABLE a ()\n"}
SECOND = {"migrations/0002_second.sql": "CREATE TABLE b ()\n"}


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return tmp_path / "tree"


def files_of(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize(
    ("path", "is_step"),
    [
        ("migrations/versions/0001_a.py", True),
        ("alembic/versions/ab12_a.py", True),
        ("shop/migrations/0001_initial.py", True),
        ("kinto/core/storage/postgresql/migrations/migration_001_002.sql", True),
        ("migrations/env.py", False),
        ("shop/migrations/__init__.py", False),
        ("migrations/README.md", False),
        ("app/versions.py", False),
    ],
)
def test_a_step_is_known_by_where_it_lies(path: str, is_step: bool) -> None:
    assert bool(steps_of([path])) is is_step


def test_what_is_not_committed_yet_follows_the_last_commit(tree: Path, room: Path) -> None:
    make_tree(tree, FIRST)
    name = commit(tree, "first")
    make_tree(tree, {**SECOND, "app.py": "print()\n"})
    found = previous_release(read(tree), "", room)
    assert found.name == f"commit {name[:12]}"
    assert files_of(found.folder) == ["app.py", "migrations/0001_first.sql"]
    assert (found.folder / "app.py").read_text() == "pass\n"


def test_the_newest_commit_with_other_migrations_is_taken(tree: Path, room: Path) -> None:
    make_tree(tree, FIRST)
    commit(tree, "first")
    make_tree(tree, {"app.py": "before = 1\n"})
    name = commit(tree, "before the migration")
    make_tree(tree, SECOND)
    commit(tree, "second")
    make_tree(tree, {"app.py": "after = 1\n"})
    commit(tree, "after it")
    found = previous_release(read(tree), "", room)
    assert found.name == f"commit {name[:12]}"
    assert (found.folder / "app.py").read_text() == "before = 1\n"


def test_where_versions_are_tagged_the_newest_such_is_taken(tree: Path, room: Path) -> None:
    make_tree(tree, FIRST)
    name = commit(tree, "first", tag="v1.0")
    make_tree(tree, {"app.py": "not_released = 1\n"})
    commit(tree, "not released")
    make_tree(tree, SECOND)
    commit(tree, "second", tag="nightly")
    found = previous_release(read(tree), "", room)
    assert found.name == f"v1.0 ({name[:12]})"


def test_a_folder_of_a_repository_has_the_history_of_that_folder(tmp_path: Path) -> None:
    make_tree(tmp_path / "repository" / "shop", FIRST)
    name = commit(tmp_path / "repository", "first")
    make_tree(tmp_path / "repository", {"README.md": "# Shops\n"})
    commit(tmp_path / "repository", "nothing of the shop")
    shop = tmp_path / "repository" / "shop"
    make_tree(shop, SECOND)
    commit(tmp_path / "repository", "second")
    room = tmp_path / "room"
    room.mkdir()
    found = previous_release(read(shop), "", room)
    assert found.name == f"commit {name[:12]}"
    assert files_of(found.folder) == ["app.py", "migrations/0001_first.sql"]


def test_a_person_may_name_a_commit_or_a_folder(tree: Path, room: Path, tmp_path: Path) -> None:
    make_tree(tree, FIRST)
    name = commit(tree, "first")
    make_tree(tree, SECOND)
    commit(tree, "second")
    assert previous_release(read(tree), "HEAD", room).steps == {*FIRST, *SECOND} - {"app.py"}
    assert previous_release(read(tree), "HEAD~1", room).name == f"HEAD~1 ({name[:12]})"
    make_tree(tmp_path / "old", FIRST)
    given = previous_release(read(tree), str(tmp_path / "old"), room)
    assert (given.name, given.folder) == ("the folder old", tmp_path / "old")


def refused(tree: Path, told: str, room: Path) -> str:
    with pytest.raises(NoHistory) as refusal:
        previous_release(read(tree), told, room)
    return str(refusal.value)


def test_without_a_history_the_reason_is_said(tree: Path, room: Path) -> None:
    make_tree(tree, FIRST)
    assert "is no git repository" in refused(tree, "", room)


def test_a_name_that_is_neither_a_commit_nor_a_folder_is_refused(tree: Path, room: Path) -> None:
    make_tree(tree, FIRST)
    commit(tree, "first")
    assert refused(tree, "v9", room).startswith("`v9` names no commit here")


def test_where_all_versions_have_the_same_migrations_there_is_none(tree: Path, room: Path) -> None:
    make_tree(tree, FIRST)
    commit(tree, "first")
    make_tree(tree, {"app.py": "print()\n"})
    commit(tree, "second")
    why = "no version in its history has other migrations than this tree"
    assert refused(tree, "", room) == why


def test_a_tree_that_the_repository_around_it_does_not_hold_has_none(tmp_path: Path) -> None:
    make_tree(tmp_path / "repository", {"README.md": "# Shops\n", ".gitignore": "fetched\n"})
    commit(tmp_path / "repository", "first")
    fetched, room = tmp_path / "repository" / "fetched", tmp_path / "room"
    make_tree(fetched, FIRST)
    room.mkdir()
    why = "no commit of the repository around it holds this tree"
    assert refused(fetched, "", room) == why


def test_a_shallow_clone_says_that_it_is_one(tmp_path: Path, room: Path) -> None:
    make_tree(tmp_path / "origin", FIRST)
    commit(tmp_path / "origin", "first")
    make_tree(tmp_path / "origin", SECOND)
    commit(tmp_path / "origin", "second")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{tmp_path / 'origin'}", str(clone))
    assert refused(clone, "", room).endswith("(the clone is shallow: `git fetch --unshallow`)")


def test_nothing_of_the_tree_is_run(tree: Path, room: Path, tmp_path: Path) -> None:
    make_tree(tree, {**FIRST, ".gitattributes": "* filter=evil diff=evil\n"})
    commit(tree, "first")
    make_tree(tree, SECOND)
    commit(tree, "second")
    ran = tmp_path / "ran"
    for key in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.fsmonitor"):
        git(tree, "config", key, f"touch {ran}; cat")
    for key in ("core.pager", "gpg.program", "core.hooksPath"):
        git(tree, "config", key, f"touch {ran}")
    previous_release(read(tree), "", room)
    assert not ran.exists()
    assert "migrations/0001_first.sql" in files_of(room)


def test_a_link_in_the_history_is_not_followed(tree: Path, room: Path) -> None:
    make_tree(tree, FIRST)
    (tree / "secrets").symlink_to("/etc/passwd")
    commit(tree, "first")
    make_tree(tree, SECOND)
    found = previous_release(read(tree), "", room)
    assert files_of(found.folder) == ["app.py", "migrations/0001_first.sql"]
