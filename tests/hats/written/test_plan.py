"""A pack written into a tree, once and again: what becomes of each file."""

import json
import os
from pathlib import Path

import pytest

from opsready.hats.written.disk import Busy, alone
from opsready.hats.written.plan import plan_write
from opsready.sources.read import Unreadable
from tests.cli.trees import plant
from tests.hats.written.packs import artifacts, snapshot, states, without_our_notes, write

V1 = {"Dockerfile": "FROM a\nRUN b\nUSER 1\n", "deploy/plan": "#!/bin/sh\nplan\n"}
V2 = {"Dockerfile": "FROM a\nRUN b\nUSER 1\nCMD c\n", "deploy/plan": "#!/bin/sh\nplan\n"}


def test_a_first_write_leaves_the_files_a_record_and_their_bases(tmp_path: Path) -> None:
    assert states(write(tmp_path, V1)) == {"Dockerfile": "new", "deploy/plan": "new"}
    assert [path for path, held in snapshot(tmp_path).items() if held != "folder"] == [
        ".opsready/.gitignore",
        ".opsready/base/Dockerfile",
        ".opsready/base/deploy/plan",
        ".opsready/pack.json",
        ".opsready/undo.json",
        "Dockerfile",
        "deploy/plan",
    ]
    record = json.loads((tmp_path / ".opsready/pack.json").read_text())
    assert record["files"][0] == {
        "path": "Dockerfile",
        "hat": "ops-engineer",
        "because": "it must",
        "digest": "a7d2b6f77a57da6607a8031711d00cd2b8e98558e29c3f940e1ad167c3007110",
    }


def test_the_same_pack_written_twice_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, V1)
    before = snapshot(tmp_path)
    assert states(write(tmp_path, V1)) == {"Dockerfile": "same", "deploy/plan": "same"}
    assert snapshot(tmp_path) == before


def test_the_same_pack_leaves_the_same_bytes_in_any_tree_and_order(tmp_path: Path) -> None:
    write(plant(tmp_path / "a", {}), V1)
    write(plant(tmp_path / "b", {}), dict(reversed(V1.items())))
    assert without_our_notes(tmp_path / "a") == without_our_notes(tmp_path / "b")


def test_a_file_that_nobody_edited_is_updated(tmp_path: Path) -> None:
    write(tmp_path, V1)
    assert states(write(tmp_path, V2)) == {"Dockerfile": "updated", "deploy/plan": "same"}
    assert (tmp_path / "Dockerfile").read_text() == V2["Dockerfile"]


def test_an_edit_is_merged_with_what_is_new_and_stays_an_edit(tmp_path: Path) -> None:
    write(tmp_path, V1)
    plant(tmp_path, {"Dockerfile": "FROM mine\nRUN b\nUSER 1\n"})
    assert states(write(tmp_path, V2))["Dockerfile"] == "merged"
    assert (tmp_path / "Dockerfile").read_text() == "FROM mine\nRUN b\nUSER 1\nCMD c\n"
    assert states(write(tmp_path, V2))["Dockerfile"] == "kept"
    assert states(write(tmp_path, V1))["Dockerfile"] == "merged"
    assert (tmp_path / "Dockerfile").read_text() == "FROM mine\nRUN b\nUSER 1\n"


def test_a_file_of_a_person_is_kept_and_never_becomes_ours(tmp_path: Path) -> None:
    plant(tmp_path, {"Dockerfile": "FROM scratch\n"})
    for pack in (V1, V2):
        plan = write(tmp_path, pack)
        kept = plan.files[0]
        assert (kept.path, kept.state, kept.why) == ("Dockerfile", "kept", "a person wrote it")
    assert (tmp_path / "Dockerfile").read_text() == "FROM scratch\n"
    assert not (tmp_path / ".opsready/base/Dockerfile").exists()


def test_what_a_person_deleted_stays_deleted(tmp_path: Path) -> None:
    write(tmp_path, V1)
    (tmp_path / "Dockerfile").unlink()
    assert states(write(tmp_path, V2))["Dockerfile"] == "kept"
    assert not (tmp_path / "Dockerfile").exists()


def test_a_file_that_no_hat_writes_any_more_is_left_and_named_until_it_is_deleted(
    tmp_path: Path,
) -> None:
    write(tmp_path, V1)
    only = {"Dockerfile": V1["Dockerfile"]}
    (_, left) = write(tmp_path, only).files
    assert (left.path, left.state, left.why) == (
        "deploy/plan",
        "kept",
        "no hat writes it any more; delete it if nothing needs it",
    )
    (tmp_path / "deploy/plan").unlink()
    assert states(write(tmp_path, only)) == {"Dockerfile": "same"}
    assert not (tmp_path / ".opsready/base/deploy/plan").exists()
    assert "deploy/plan" not in (tmp_path / ".opsready/pack.json").read_text()


def test_what_is_excluded_is_neither_written_nor_named(tmp_path: Path) -> None:
    write(tmp_path, V1)
    assert states(write(tmp_path, {"Dockerfile": "x\n"}, ["deploy"])) == {"Dockerfile": "updated"}
    assert (tmp_path / "deploy/plan").exists()


# ── conflicts ─────────────────────────────────────────────────────────────────────────────────

CLASH = {**V1, "Dockerfile": "FROM a\nRUN b\nUSER 7\n"}
OWN = "FROM a\nRUN b\nUSER mine\n"
BESIDE = "Dockerfile.opsready-new"


def clashed(root: Path) -> Path:
    """A tree with a conflict in line 3 of the Dockerfile."""
    write(root, V1)
    plant(root, {"Dockerfile": OWN})
    file = write(root, CLASH).files[0]
    assert (file.state, file.lines, file.beside) == ("conflict", ((3, 3),), BESIDE)
    return root


def test_of_a_conflict_both_texts_are_there(tmp_path: Path) -> None:
    clashed(tmp_path)
    assert (tmp_path / "Dockerfile").read_text() == OWN
    assert (tmp_path / BESIDE).read_text() == CLASH["Dockerfile"]
    before = snapshot(tmp_path)
    assert states(write(tmp_path, CLASH))["Dockerfile"] == "conflict"
    assert snapshot(tmp_path) == before


def test_a_conflict_is_settled_by_removing_the_text_beside_the_file(tmp_path: Path) -> None:
    clashed(tmp_path)
    (tmp_path / BESIDE).unlink()
    assert states(write(tmp_path, CLASH))["Dockerfile"] == "kept"
    more = {**CLASH, "Dockerfile": CLASH["Dockerfile"].replace("RUN b", "RUN b2")}
    assert states(write(tmp_path, {**more}))["Dockerfile"] == "conflict"  # it touches line 3
    (tmp_path / BESIDE).unlink()
    more["Dockerfile"] = "ARG x\n" + more["Dockerfile"]
    assert states(write(tmp_path, more))["Dockerfile"] == "merged"
    assert (tmp_path / "Dockerfile").read_text() == "ARG x\n" + OWN
    assert not (tmp_path / f".opsready/base/{BESIDE}").exists()


def test_a_conflict_is_settled_by_putting_the_hats_text_in_place(tmp_path: Path) -> None:
    clashed(tmp_path)
    (tmp_path / BESIDE).rename(tmp_path / "Dockerfile")
    assert states(write(tmp_path, CLASH))["Dockerfile"] == "same"
    assert states(write(tmp_path, V2))["Dockerfile"] == "updated"


def test_a_conflict_that_is_gone_takes_our_text_beside_it_away(tmp_path: Path) -> None:
    clashed(tmp_path)
    plant(tmp_path, {"Dockerfile": V1["Dockerfile"]})
    assert states(write(tmp_path, CLASH))["Dockerfile"] == "updated"
    assert not (tmp_path / BESIDE).exists()


def test_a_newer_text_takes_the_place_of_the_one_beside_the_file(tmp_path: Path) -> None:
    clashed(tmp_path)
    write(tmp_path, {**CLASH, "Dockerfile": "FROM a\nRUN b\nUSER 8\n"})
    assert (tmp_path / BESIDE).read_text() == "FROM a\nRUN b\nUSER 8\n"


def test_what_a_person_made_of_the_text_beside_a_file_is_left(tmp_path: Path) -> None:
    clashed(tmp_path)
    plant(tmp_path, {BESIDE: "half done\n"})
    file = write(tmp_path, {**CLASH, "Dockerfile": "FROM a\nRUN b\nUSER 8\n"}).files[0]
    assert (file.state, file.beside, file.why) == (
        "conflict",
        "",
        f"a person and the hat changed the same lines; {BESIDE} is in the way of the hat's text: "
        "move it and write again",
    )
    assert (tmp_path / BESIDE).read_text() == "half done\n"
    (tmp_path / BESIDE).rename(tmp_path / "Dockerfile")  # settled so, on the text that was offered
    file = write(tmp_path, CLASH).files[0]
    assert (file.state, (tmp_path / "Dockerfile").read_text()) == ("kept", "half done\n")


# ── what may stand in the way ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (lambda at: at.symlink_to("elsewhere"), "a link stands there, which is left alone"),
        (lambda at: at.symlink_to("/etc/hostname"), "a link stands there, which is left alone"),
        (lambda at: at.mkdir(), "a folder stands there, which is left alone"),
        (os.mkfifo, "a device or pipe stands there, which is left alone"),
        (lambda at: os.truncate(_touched(at), 3_000_000), "it has more than 2,000,000 bytes"),
    ],
    ids=["link", "link out of the tree", "folder", "pipe", "large"],
)
@pytest.mark.parametrize("is_written", [False, True])
def test_what_is_no_file_of_ours_is_kept(
    tmp_path: Path, prepare: object, why: str, is_written: bool
) -> None:
    if is_written:
        write(tmp_path, V1)
        (tmp_path / "Dockerfile").unlink()
    assert callable(prepare)
    prepare(tmp_path / "Dockerfile")
    file = write(tmp_path, V2).files[0]
    assert (file.state, file.why.startswith(why)) == ("kept", True)


def _touched(path: Path) -> Path:
    path.touch()
    return path


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (lambda at: at.symlink_to("/tmp"), "deploy is a link, and no folder"),
        (lambda at: at.write_text(""), "deploy is a file, and no folder"),
    ],
)
def test_a_folder_that_is_none_is_not_entered(tmp_path: Path, prepare: object, why: str) -> None:
    assert callable(prepare)
    prepare(tmp_path / "deploy")
    before = os.listdir("/tmp")
    plan = write(tmp_path, V1)
    assert states(plan) == {"Dockerfile": "new", "deploy/plan": "kept"}
    assert plan.files[1].why == why
    assert "plan" not in set(os.listdir("/tmp")) - set(before)


@pytest.mark.parametrize(
    "path",
    [
        "../out",
        "/etc/out",
        "deploy/../../out",
        ".git/hooks/pre-commit",
        "a/.GIT/config",
        ".opsready/base/x",
        "a//b",
        "a/./b",
        "bell\a",
        "x.opsready-new",
        "",
    ],
)
def test_no_path_leads_out_of_the_tree_or_into_its_history(tmp_path: Path, path: str) -> None:
    root = plant(tmp_path / "tree", {})
    with pytest.raises(Unreadable, match="is no place in the tree that a hat may write to"):
        plan_write(root, artifacts({**V1, path: "x\n"}))
    assert snapshot(tmp_path) == {"tree": "folder"}


def test_bytes_that_are_no_text_are_merged_by_line_or_left(tmp_path: Path) -> None:
    write(tmp_path, V1)
    plant(tmp_path, {"Dockerfile": b"FROM \xff\nRUN b\nUSER 1\n", "deploy/plan": b"\0\1"})
    plan = write(tmp_path, {**V2, "deploy/plan": "other\n"})
    assert states(plan) == {"Dockerfile": "merged", "deploy/plan": "conflict"}
    assert (tmp_path / "Dockerfile").read_bytes() == b"FROM \xff\nRUN b\nUSER 1\nCMD c\n"
    assert (tmp_path / "deploy/plan").read_bytes() == b"\0\1"
    assert (tmp_path / "deploy/plan.opsready-new").read_text() == "other\n"


def test_line_ends_of_windows_and_a_missing_last_one_stay(tmp_path: Path) -> None:
    write(tmp_path, V1)
    crlf = V1["Dockerfile"].replace("\n", "\r\n").encode()
    plant(tmp_path, {"Dockerfile": crlf, "deploy/plan": "#!/bin/sh\nplan"})
    base = tmp_path / ".opsready/base/Dockerfile"
    base.write_bytes(crlf)  # as a checkout makes it
    plan = write(tmp_path, {**V2, "deploy/plan": "#!/bin/bash\nplan\n"})
    assert states(plan) == {"Dockerfile": "updated", "deploy/plan": "conflict"}
    assert (tmp_path / "Dockerfile").read_bytes() == crlf + b"CMD c\r\n"
    assert (tmp_path / "deploy/plan").read_text() == "#!/bin/sh\nplan"


@pytest.mark.parametrize("mode", [0o755, 0o600, 0o444])
def test_the_mode_of_a_file_stays(tmp_path: Path, mode: int) -> None:
    write(tmp_path, V1)
    (tmp_path / "Dockerfile").chmod(mode)
    write(tmp_path, V2)
    assert (tmp_path / "Dockerfile").stat().st_mode & 0o777 == mode
    assert (tmp_path / "Dockerfile").read_text() == V2["Dockerfile"]


def test_a_base_that_was_tampered_with_is_none(tmp_path: Path) -> None:
    """Were it believed, the edit would pass for our own text, and be written over."""
    write(tmp_path, V1)
    plant(tmp_path, {"Dockerfile": "mine\n", ".opsready/base/Dockerfile": "mine\n"})
    assert states(write(tmp_path, V2))["Dockerfile"] == "kept"
    assert (tmp_path / "Dockerfile").read_text() == "mine\n"


def test_without_its_record_a_pack_is_a_persons_but_for_what_is_the_same(tmp_path: Path) -> None:
    write(tmp_path, V1)
    (tmp_path / ".opsready/pack.json").unlink()
    assert states(write(tmp_path, V2)) == {"Dockerfile": "kept", "deploy/plan": "same"}


GOOD = {"path": "Dockerfile", "hat": "a", "because": "b", "digest": "c"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not JSON: Expecting property name"),
        ("[" * 100_000, "is not JSON: "),
        ("[]", "does not say that it is opsready/pack/1"),
        ('{"schema": "opsready/pack/1"}', "must list files, each with because, digest, hat, path"),
        (
            json.dumps({"schema": "opsready/pack/1", "files": [{**GOOD, "path": "../x"}]}),
            "must list files",
        ),
        (
            json.dumps({"schema": "opsready/pack/1", "files": [{**GOOD, "more": "x"}]}),
            "must list files",
        ),
    ],
)
def test_a_broken_record_is_refused(tmp_path: Path, text: str, why: str) -> None:
    plant(tmp_path, {".opsready/pack.json": text})
    with pytest.raises(Unreadable) as refused:
        plan_write(tmp_path, artifacts(V1))
    assert str(refused.value).startswith(f".opsready/pack.json: {why}")


def test_a_folder_of_ours_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/.opsready").symlink_to(tmp_path)
    with pytest.raises(Unreadable, match=r"\.opsready is a link, and no folder"):
        plan_write(tmp_path / "tree", artifacts(V1))


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(Busy), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass
