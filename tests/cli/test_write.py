"""`opsready write` as a user meets it: states, exit codes, what it says, and what it leaves."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from opsready.hats.pack import Artifact
from opsready.hats.written.disk import alone
from tests.cli.answer import OPSREADY, Answer, call
from tests.cli.trees import plant
from tests.hats.written.packs import artifacts, snapshot, without_our_notes

ORDERS = Path(__file__).parents[2] / "examples" / "orders"
SHOP = {
    "Procfile": "web: uvicorn shop:app --port 8080\n",
    "requirements.txt": "uvicorn==0.30.0\n",
    "shop.py": "from fastapi import FastAPI\napp = FastAPI()\n",
}
V1 = {"Dockerfile": "FROM a\nRUN b\nUSER 1\n", "deploy/plan": "plan\n"}
V2 = {"Dockerfile": "FROM a\nRUN b\nUSER 2\n", "deploy/plan": "plan 2\n"}
Worn = Callable[[dict[str, str]], None]


@pytest.fixture
def hats(monkeypatch: pytest.MonkeyPatch) -> Worn:
    """Lets the hats write what a test is about."""

    def write(files: dict[str, str]) -> None:
        written: tuple[Artifact, ...] = tuple(artifacts(files))
        monkeypatch.setattr("opsready.pipeline.wear_hats", lambda *_: written)
        monkeypatch.setattr("opsready.pipeline.left_out", lambda *_: ())

    return write


def write(root: Path, *options: str) -> Answer:
    return call("write", root, *options)


def states(root: Path, *options: str) -> dict[str, str]:
    files = write(root, *options, "--format", "json").fields("write")["files"]
    return {file["path"]: file["state"] for file in files}


def test_a_real_service_gets_a_pack_once(tmp_path: Path) -> None:
    root = plant(tmp_path, dict(SHOP))
    first = states(root)
    assert {"Dockerfile", ".dockerignore"} <= first.keys()
    assert set(first.values()) == {"new"}
    before = snapshot(root)
    assert states(root) == dict.fromkeys(first, "same")
    assert snapshot(root) == before
    assert write(root).out.startswith(f"nothing to write: {len(first)} same")


def test_the_pack_of_the_example_is_written_once_and_taken_back(tmp_path: Path) -> None:
    """All that the hats write is read by the second command, and says nothing new to it."""
    root = tmp_path / "orders"
    shutil.copytree(ORDERS, root, ignore=shutil.ignore_patterns(".opsready", "__pycache__"))
    before = without_our_notes(root)
    first = states(root)
    assert set(first.values()) == {"new"}
    assert states(root) == dict.fromkeys(first, "same")
    assert write(root, "--undo").code == 0
    assert without_our_notes(root) == before


def test_a_changed_spec_updates_what_nobody_edited_and_merges_the_rest(tmp_path: Path) -> None:
    root = plant(tmp_path, dict(SHOP))
    write(root)
    edited = (root / "Dockerfile").read_text().replace("FROM ${BASE}\n", "FROM ${BASE}  # mine\n")
    plant(root, {"Dockerfile": edited, "Procfile": "web: uvicorn shop:app --port 9090\n"})
    assert states(root)["Dockerfile"] == "merged"
    text = (root / "Dockerfile").read_text()
    assert "# mine" in text
    assert 'CMD ["uvicorn", "shop:app", "--port", "9090"]' in text


def test_what_was_done_is_said_with_lines_and_the_way_out(tmp_path: Path, hats: Worn) -> None:
    hats(V1)
    assert write(tmp_path).out == (
        "wrote 2 of 2 files: 2 new\n\nnew       Dockerfile\nnew       deploy/plan\n"
    )
    plant(tmp_path, {"Dockerfile": "FROM a\nRUN b\nUSER mine\n"})
    hats(V2)
    answer = write(tmp_path)
    assert (answer.code, answer.err) == (1, "")
    assert answer.out == (
        "wrote 1 of 2 files: 1 updated, 1 conflict\n"
        "\n"
        "conflict  Dockerfile\n"
        "          a person and the hat changed the same lines; line 3 of yours; the hat's text is "
        "in\n          Dockerfile.opsready-new\n"
        "updated   deploy/plan\n"
        "\n"
        "A file in conflict was left as it is. Take what you want from the text beside it,\n"
        "then delete that: the next write goes on from there.\n"
    )


def test_what_is_not_written_is_said_with_its_reason(tmp_path: Path) -> None:
    """The spec contradicts the code, which is followed and said; the tree's own stays."""
    root = plant(tmp_path, dict(SHOP))
    plant(root, {"infra/main.tf": 'resource "aws_sqs_queue" "orders" {}\n'})
    plant(root, {"opsready.yaml": "runtime:\n  port: 9000\n"})
    answer = write(root)
    assert answer.code == 0
    assert answer.err == "yours stands: runtime.port: 9000, though Procfile:1 says 8080\n"
    why = "the tree has Terraform of its own (infra/main.tf), and two would fight over one service"
    unmeasured = (
        "no metric of the service is known, and no route that would show some: add one, or state "
        "health.metrics and run `opsready observe`"
    )
    assert answer.out == (
        "wrote 2 of 2 files: 2 new\n\nnew       .dockerignore\nnew       Dockerfile\n\n"
        f"not written: infrastructure and pipeline: {why}\n"
        f"not written: objectives and alerts: {unmeasured}\n"
        f"not written: docs/operations/runbooks: {why}\n"
    )
    assert write(root, "--format", "json").fields("write")["left_out"] == [
        {"what": "infrastructure and pipeline", "why": why},
        {"what": "objectives and alerts", "why": unmeasured},
        {"what": "docs/operations/runbooks", "why": why},
    ]


def test_the_json_names_lines_and_the_text_beside_the_file(tmp_path: Path, hats: Worn) -> None:
    hats(V1)
    write(tmp_path)
    plant(tmp_path, {"Dockerfile": "FROM a\nRUN b\nUSER mine\n"})
    hats(V2)
    answer = write(tmp_path, "--format", "json")
    assert answer.code == 1
    assert answer.fields("write")["files"] == [
        {
            "path": "Dockerfile",
            "state": "conflict",
            "why": "a person and the hat changed the same lines",
            "lines": [[3, 3]],
            "beside": "Dockerfile.opsready-new",
        },
        {"path": "deploy/plan", "state": "updated"},
    ]


def test_a_dry_run_shows_what_would_change_and_writes_nothing(tmp_path: Path, hats: Worn) -> None:
    hats(V1)
    assert write(tmp_path, "--dry-run").out.startswith("would write 2 of 2 files: 2 new\n")
    assert snapshot(tmp_path) == {}
    write(tmp_path)
    before = snapshot(tmp_path)
    hats({"Dockerfile": V1["Dockerfile"] + "CMD c\n", "deploy/plan": "plan\n"})
    assert write(tmp_path, "--dry-run").out == (
        "would write 1 of 2 files: 1 same, 1 updated\n"
        "\n"
        "updated   Dockerfile\n"
        "\n"
        "--- a/Dockerfile\n"
        "+++ b/Dockerfile\n"
        "@@ -1,3 +1,4 @@\n"
        " FROM a\n"
        " RUN b\n"
        " USER 1\n"
        "+CMD c\n"
    )
    assert (
        "+CMD c"
        in write(tmp_path, "--dry-run", "--format", "json").fields("write")["files"][0]["diff"]
    )
    assert snapshot(tmp_path) == before


def test_what_a_hat_wrote_does_not_become_what_was_said(tmp_path: Path) -> None:
    """Otherwise an assumption would turn into a statement by being written once."""
    root = plant(tmp_path, dict(SHOP))

    def origins() -> dict[str, str]:
        fields = call("init", root, "--print", "--format", "json").fields("init")
        return {key: origin["basis"] for key, origin in fields["origins"].items()}

    before = origins()
    write(root)
    assert origins() == before
    text = (root / "Dockerfile").read_text()
    plant(root, {"Dockerfile": text + "# a note of mine\n"})
    assert states(root)["Dockerfile"] == "kept"


def test_a_diff_shows_no_secret_of_a_persons_file(tmp_path: Path, hats: Worn) -> None:
    hats({"a.env": "x\ny\nz\n"})
    write(tmp_path)
    url = "postgresql://shop:tR8vKq2mZx9wLp4n@db/shop"
    plant(tmp_path, {"a.env": f"DATABASE={url}\nx\ny\nz\n"})
    hats({"a.env": "x\ny\nZ\n"})
    shown = write(tmp_path, "--dry-run").out
    assert "+Z" in shown
    assert "tR8vKq2mZx9wLp4n" not in shown


def test_a_write_is_taken_back_with_one_word(tmp_path: Path, hats: Worn) -> None:
    hats(V1)
    before = without_our_notes(tmp_path)
    write(tmp_path)
    answer = write(tmp_path, "--undo")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        "the last write is taken back\n\nremoved   Dockerfile\nremoved   deploy/plan\n"
    )
    assert without_our_notes(tmp_path) == before
    again = write(tmp_path, "--undo")
    assert (again.code, again.out, again.err) == (
        2,
        "",
        f"opsready: {tmp_path}: the last write was taken back already\n",
    )


def test_a_file_edited_since_is_not_taken_back(tmp_path: Path, hats: Worn) -> None:
    hats(V1)
    write(tmp_path)
    plant(tmp_path, {"Dockerfile": "mine\n"})
    answer = write(tmp_path, "--undo", "--format", "json")
    assert answer.code == 1
    assert answer.fields("write") == {
        "schema": "opsready/write/1",
        "files": [],
        "undone": [
            {"path": "Dockerfile", "done": "left", "why": "it was edited since it was written"},
            {"path": "deploy/plan", "done": "removed", "why": ""},
        ],
    }
    assert (tmp_path / "Dockerfile").read_text() == "mine\n"


def test_undo_and_dry_run_exclude_each_other(tmp_path: Path) -> None:
    answer = write(tmp_path, "--undo", "--dry-run")
    assert (answer.code, answer.out) == (2, "")
    assert answer.reason.startswith("opsready: --undo and --dry-run exclude each other.")


def test_a_tree_that_gives_nothing_to_write_says_so(tmp_path: Path) -> None:
    answer = write(plant(tmp_path, {"README.md": "# Shop\n"}))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        "the hats have nothing to write here; `opsready init --print` shows what is decided\n\n"
        "not written: image: it is written for Python, and the language is not known\n"
        "not written: infrastructure and pipeline: they are written for Python, and the language "
        "is not known\n"
        "not written: docs/operations/runbooks: they are written for Python, and the language "
        "is not known\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


def test_what_is_excluded_is_not_written(tmp_path: Path) -> None:
    assert ".dockerignore" not in states(plant(tmp_path, dict(SHOP)), "--exclude", ".dockerignore")
    assert not (tmp_path / ".dockerignore").exists()


def test_a_spec_that_lies_elsewhere_is_obeyed(tmp_path: Path) -> None:
    root = plant(tmp_path / "tree", dict(SHOP))
    plant(tmp_path, {"spec.yaml": "service: {name: shop}\nruntime: {port: 7070}\n"})
    write(root, "--spec", str(tmp_path / "spec.yaml"))
    assert "EXPOSE 7070" in (root / "Dockerfile").read_text()
    assert not (root / "opsready.yaml").exists()


def test_another_write_at_work_is_waited_for_by_the_user(tmp_path: Path, hats: Worn) -> None:
    hats(V1)
    with alone(tmp_path):
        answer = write(tmp_path)
    assert (answer.code, answer.out, answer.err) == (
        2,
        "",
        f"opsready: {tmp_path}: another `opsready write` is at work; wait for it to end\n",
    )


def test_a_path_that_leads_out_of_the_tree_is_refused(tmp_path: Path, hats: Worn) -> None:
    hats({"deploy/envs/../../../x": "x\n"})
    answer = write(tmp_path)
    assert (answer.code, answer.out, answer.err) == (
        2,
        "",
        "opsready: deploy/envs/../../../x: is no place in the tree that a hat may write to; "
        "look for the name in opsready.yaml that leads there\n",
    )
    assert snapshot(tmp_path) == {}


def test_an_interrupted_write_is_taken_back_first_and_said(tmp_path: Path, hats: Worn) -> None:
    hats(V1)
    write(tmp_path)
    (tmp_path / ".opsready/undo.json").rename(tmp_path / ".opsready/writing.json")
    hats(V2)
    dry = write(tmp_path, "--dry-run")
    assert dry.err == "an earlier write did not end; `opsready write` takes it back first\n"
    answer = write(tmp_path)
    assert answer.err == "an earlier write did not end: what it had changed is taken back\n"
    assert answer.out.startswith("wrote 2 of 2 files: 2 new\n")
    assert (tmp_path / "Dockerfile").read_text() == V2["Dockerfile"]


# A limit on the size of a file is met as a full disk is: in the middle of writing one.
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from opsready.cli.main import run_command
sys.exit(run_command(sys.argv[2:]))
"""


@pytest.mark.parametrize("limit", [10, 700])
def test_a_disk_that_is_full_leaves_the_tree_as_it_was(tmp_path: Path, limit: int) -> None:
    root = plant(tmp_path, dict(SHOP))
    before = snapshot(root)
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), "write", root], capture_output=True, text=True
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.endswith(": File too large; nothing was changed\n")
    assert snapshot(root) == before


def test_a_folder_that_may_not_be_written_to_leaves_the_tree_as_it_was(
    tmp_path: Path, hats: Worn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests may run as root, whom no folder refuses: the refusal is put in the system's mouth."""
    hats(V1)
    root = plant(tmp_path / "tree", {"deploy/README.md": "mine\n"})
    truly_open = os.open

    def refuse(path: Path | str, flags: int, *rest: int) -> int:
        if str(path).endswith("deploy/.plan.opsready-tmp"):
            raise PermissionError(13, "Permission denied", str(path))
        return truly_open(path, flags, *rest)

    monkeypatch.setattr(os, "open", refuse)
    answer = write(root)
    assert (answer.code, answer.out, answer.err) == (
        2,
        "",
        f"opsready: {root}/deploy/.plan.opsready-tmp: Permission denied; nothing was changed\n",
    )
    assert without_our_notes(root) == {"deploy": "folder", "deploy/README.md": b"mine\n"}


def test_the_command_line_itself_writes(tmp_path: Path) -> None:
    root = plant(tmp_path, dict(SHOP))
    ran = subprocess.run([*OPSREADY, "write", root], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (root / "Dockerfile").is_file()
