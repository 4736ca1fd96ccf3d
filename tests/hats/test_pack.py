"""The pack that a review judges is the tree that `write` would leave."""

from pathlib import Path

import pytest

from opsready.hats.pack import Artifact, needed, read_pack
from opsready.hats.written.record import read_record
from opsready.sources.read import read
from tests.build import make_bundle
from tests.cli.trees import plant
from tests.hats.written.packs import artifacts, write

V1 = {"Dockerfile": "FROM a\nRUN b\nUSER 1\n", "deploy/plan": "plan\n", "deploy/apply": "apply\n"}
V2 = {
    "Dockerfile": "FROM a\nRUN b\nUSER 1\nCMD c\n",
    "deploy/plan": "plan 2\n",
    "deploy/apply": "apply 2\n",
    "deploy/new": "new\n",
}


@pytest.mark.parametrize(
    ("edits", "deleted"),
    [
        ({}, ()),
        ({"Dockerfile": "FROM mine\nRUN b\nUSER 1\n"}, ()),
        ({"Dockerfile": "FROM a\r\nRUN b\r\nUSER 1\r\n"}, ()),
        ({"deploy/plan": "my plan\n"}, ()),
        ({"deploy/new": "mine\n"}, ()),
        ({"deploy/new": b"\0"}, ()),
        ({"deploy/apply": b"\xff"}, ()),
        ({}, ("deploy/plan", ".opsready/pack.json")),
        ({}, ("deploy/plan",)),
    ],
)
def test_what_is_judged_is_what_would_be_written(
    tmp_path: Path, edits: dict[str, str | bytes], deleted: tuple[str, ...]
) -> None:
    write(tmp_path, V1)
    plant(tmp_path, edits)
    for path in deleted:
        (tmp_path / path).unlink()
    pack = read_pack(read(tmp_path)).merged_with(artifacts(V2), read_record(tmp_path).known)
    judged = {source.path: source.text for source in pack.bundle.sources}
    written = {artifact.path for artifact in pack.written}
    plan = write(tmp_path, V2)
    assert judged == {s.path: s.text for s in read(tmp_path).sources}
    assert written == {f.path for f in plan.files if f.state in {"new", "updated", "merged"}}


def test_a_link_in_the_place_of_a_file_is_a_persons(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").symlink_to("elsewhere")
    pack = read_pack(read(tmp_path)).merged_with(artifacts(V1))
    assert [artifact.path for artifact in pack.written] == ["deploy/plan", "deploy/apply"]


RULES = Artifact("rules.yml", "groups: []\n", "sre", "why")
TESTS = Artifact("tests/rules.test.yml", "tests: []\n", "sre", "why", ("rules.yml",))


@pytest.mark.parametrize(
    ("theirs", "base", "written"),
    [
        (None, None, ["rules.yml", "tests/rules.test.yml"]),
        ("groups: [mine]\n", None, ["rules.yml"]),
        ("groups: [edited]\n", "groups: []\n", ["rules.yml", "tests/rules.test.yml"]),
        ("groups: []\n", None, ["rules.yml", "tests/rules.test.yml"]),
    ],
    ids=["no file there", "a person's file", "ours, edited", "the same text"],
)
def test_what_needs_a_file_of_ours_is_not_written_beside_a_persons(
    theirs: str | None, base: str | None, written: list[str]
) -> None:
    bundle = make_bundle({"rules.yml": theirs} if theirs else None)
    kept, out = needed([RULES, TESTS], bundle, {"rules.yml": base} if base else {})
    assert [artifact.path for artifact in kept] == written
    why = "it is about what would stand in rules.yml, and a person wrote that"
    told = [] if TESTS in kept else [f"tests/rules.test.yml: {why}"]
    assert [str(left) for left in out] == told
