"""The last write taken back: exactly, and never an edit with it."""

import json
from pathlib import Path

import pytest

from opsready.hats.written.changes import UNDO, WRITING
from opsready.hats.written.disk import alone
from opsready.hats.written.undo import NothingToUndo, Undone, take_back_begun, undo
from opsready.sources.read import Unreadable
from tests.cli.trees import plant
from tests.hats.written.packs import states, without_our_notes, write

V1 = {"Dockerfile": "FROM a\nRUN b\nUSER 1\n", "deploy/plan": "plan\n", "deploy/apply": "apply\n"}
V2 = {
    "Dockerfile": "FROM a\nRUN b\nUSER 1\nCMD c\n",
    "deploy/plan": "plan 2\n",
    "deploy/apply": "apply 2\n",
    "deploy/envs/staging": "x = 1\n",
}


def taken_back(root: Path) -> dict[str, str]:
    with alone(root):
        return {one.path: one.done for one in undo(root)}


def test_a_first_write_taken_back_leaves_the_tree_as_it_was(tmp_path: Path) -> None:
    before = without_our_notes(plant(tmp_path, {"app.py": "x = 1\n", "deploy/README.md": "mine\n"}))
    write(tmp_path, V2)
    assert taken_back(tmp_path) == dict.fromkeys(sorted(V2), "removed")
    assert without_our_notes(tmp_path) == before


def test_updates_merges_and_conflicts_are_taken_back_exactly(tmp_path: Path) -> None:
    write(tmp_path, V1)
    plant(
        tmp_path,
        {
            "Dockerfile": b"FROM mine \xff\nRUN b\nUSER 1",
            "deploy/plan": "my plan\n",
        },
    )
    (tmp_path / "deploy/apply").chmod(0o755)
    before = without_our_notes(tmp_path)
    plan = write(tmp_path, {**V2, "Dockerfile": V1["Dockerfile"].replace("RUN b", "RUN c\nRUN b")})
    assert states(plan) == {
        "Dockerfile": "conflict",
        "deploy/apply": "updated",
        "deploy/envs/staging": "new",
        "deploy/plan": "conflict",
    }
    assert taken_back(tmp_path) == {
        "Dockerfile.opsready-new": "removed",
        "deploy/apply": "restored",
        "deploy/envs/staging": "removed",
        "deploy/plan.opsready-new": "removed",
    }
    assert without_our_notes(tmp_path) == before
    assert (tmp_path / "deploy/apply").stat().st_mode & 0o777 == 0o755


def test_a_merge_is_taken_back_to_the_persons_text(tmp_path: Path) -> None:
    write(tmp_path, V1)
    before = without_our_notes(plant(tmp_path, {"Dockerfile": "FROM mine\nRUN b\nUSER 1\n"}))
    assert states(write(tmp_path, V2))["Dockerfile"] == "merged"
    taken_back(tmp_path)
    assert without_our_notes(tmp_path) == before


def test_what_was_written_again_after_is_the_same_as_before(tmp_path: Path) -> None:
    write(tmp_path, V1)
    write(tmp_path, V2)
    once = without_our_notes(tmp_path)
    taken_back(tmp_path)
    write(tmp_path, V2)
    assert without_our_notes(tmp_path) == once


def test_a_file_that_was_edited_since_is_left_and_the_next_write_still_knows_it(
    tmp_path: Path,
) -> None:
    write(tmp_path, V1)
    write(tmp_path, V2)
    plant(tmp_path, {"Dockerfile": V2["Dockerfile"].replace("FROM a", "FROM mine")})
    with alone(tmp_path):
        undone = undo(tmp_path)
    assert undone[0] == Undone("Dockerfile", "left", "it was edited since it was written")
    assert [one.done for one in undone[1:]] == ["restored", "removed", "restored"]
    assert states(write(tmp_path, V2)) == {
        "Dockerfile": "kept",
        "deploy/apply": "updated",
        "deploy/envs/staging": "new",
        "deploy/plan": "updated",
    }


def test_a_text_beside_a_file_that_was_edited_since_is_left(tmp_path: Path) -> None:
    write(tmp_path, V1)
    plant(tmp_path, {"deploy/plan": "my plan\n"})
    write(tmp_path, V2)
    plant(tmp_path, {"deploy/plan.opsready-new": "half done\n"})
    assert taken_back(tmp_path)["deploy/plan"] == "left"
    assert (tmp_path / "deploy/plan.opsready-new").read_text() == "half done\n"
    assert states(write(tmp_path, V1))["deploy/plan"] == "kept"


def test_a_file_that_was_deleted_since_needs_no_taking_back_but_one_that_was_changed_does(
    tmp_path: Path,
) -> None:
    write(tmp_path, V1)
    write(tmp_path, V2)
    (tmp_path / "deploy/envs/staging").unlink()
    (tmp_path / "deploy/plan").unlink()
    done = taken_back(tmp_path)
    assert (done["deploy/envs/staging"], done["deploy/plan"]) == ("removed", "left")
    assert not (tmp_path / "deploy/plan").exists()


def test_the_mode_that_a_person_gave_a_file_since_stays(tmp_path: Path) -> None:
    write(tmp_path, V1)
    write(tmp_path, V2)
    (tmp_path / "deploy/plan").chmod(0o755)
    taken_back(tmp_path)
    assert (tmp_path / "deploy/plan").read_text() == "plan\n"
    assert (tmp_path / "deploy/plan").stat().st_mode & 0o777 == 0o755


def test_a_write_that_changed_nothing_is_not_the_last_one(tmp_path: Path) -> None:
    before = without_our_notes(tmp_path)
    write(tmp_path, V1)
    write(tmp_path, V1)
    taken_back(tmp_path)
    assert without_our_notes(tmp_path) == before


@pytest.mark.parametrize("files", [{}, {"app.py": "x = 1\n"}])
def test_where_there_was_no_write_there_is_nothing_to_take_back(
    tmp_path: Path, files: dict[str, str | bytes]
) -> None:
    with pytest.raises(NothingToUndo, match="there is no write to take back"):
        undo(plant(tmp_path, files))


def test_a_write_is_taken_back_once(tmp_path: Path) -> None:
    write(tmp_path, V1)
    taken_back(tmp_path)
    with pytest.raises(NothingToUndo, match="the last write was taken back already"):
        undo(tmp_path)


def test_another_commits_record_is_not_taken_back(tmp_path: Path) -> None:
    write(tmp_path, V1)
    record = tmp_path / ".opsready/pack.json"
    record.write_text(record.read_text().replace("it must", "it may"))
    before = without_our_notes(tmp_path)
    with pytest.raises(NothingToUndo, match="is not as the last write left it"):
        undo(tmp_path)
    assert without_our_notes(tmp_path) == before


@pytest.mark.parametrize("name", [UNDO, WRITING])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "Expecting property name"),
        ("[]", "list indices must be integers"),
        ('{"schema": "other"}', "it does not say that it is opsready/changes/1"),
        ("{}", "'schema'"),
    ],
)
def test_notes_that_are_none_of_ours_are_refused(
    tmp_path: Path, name: str, text: str, why: str
) -> None:
    plant(tmp_path, {name: text})
    with pytest.raises(Unreadable) as refused:
        undo(tmp_path) if name == UNDO else take_back_begun(tmp_path, print)
    assert str(refused.value).startswith(f"{name}: is not what a write left: {why}")


@pytest.mark.parametrize("path", ["../out", ".git/hooks/pre-commit", "/tmp/out", "a/../../out"])
def test_notes_that_came_with_a_repository_lead_nowhere_else(tmp_path: Path, path: str) -> None:
    """Cloned with such a file in it, a tree could otherwise have anything written anywhere."""
    change = {"path": path, "before": {"text": "evil", "mode": 0o755}, "after": ""}
    notes = {"schema": "opsready/changes/1", "kind": "write", "folders": [], "changes": [change]}
    root = plant(tmp_path / "tree", {WRITING: json.dumps(notes)})
    before = without_our_notes(tmp_path)
    with pytest.raises(Unreadable, match="is no path of the tree"):
        take_back_begun(root, print)
    assert without_our_notes(tmp_path) == before
