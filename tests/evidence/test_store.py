"""Stored proofs: what is written, what makes them stale, and what is no evidence at all."""

import json
from pathlib import Path

import pytest

from opsready.evidence.store import BadEvidence, Evidence, load, save, store_text

PROOF = {
    "probe": "service_starts_healthy",
    "result": "held",
    "evidence": {"ready_after_s": 0.4},
    "reads": {"app.py": "aa", "opsready.yaml#runtime": "bb"},
    "tools": {"postgresql": "18.4"},
}


def store_of(tmp_path: Path) -> Path:
    return tmp_path / ".opsready" / "evidence" / "service_starts_healthy.json"


def test_a_proof_is_read_as_it_was_stored(tmp_path: Path) -> None:
    save(tmp_path, "service_starts_healthy", PROOF)
    assert load(tmp_path, "service_starts_healthy") == Evidence(
        PROOF, {"app.py": "aa", "opsready.yaml#runtime": "bb"}, {"postgresql": "18.4"}
    )


def test_the_file_says_what_it_is_and_is_for_everyone_to_read(tmp_path: Path) -> None:
    path = save(tmp_path, "service_starts_healthy", PROOF)
    assert path == store_of(tmp_path)
    assert json.loads(path.read_text())["schema"] == "opsready/evidence/1"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [p.name for p in path.parent.iterdir()] == ["service_starts_healthy.json"]


def test_a_probe_that_never_ran_has_no_evidence(tmp_path: Path) -> None:
    assert load(tmp_path, "image_builds") is None


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        ({"app.py": "aa", "opsready.yaml#runtime": "bb"}, ()),
        ({"app.py": "a2", "opsready.yaml#runtime": "bb"}, ("app.py",)),
        ({"opsready.yaml#runtime": "bb"}, ("app.py",)),
        ({"app.py": "aa", "new.py": "cc", "opsready.yaml#runtime": "bb"}, ("new.py",)),
    ],
    ids=["the same", "changed", "gone", "new"],
)
def test_evidence_names_what_is_not_as_it_was(now: dict[str, str], changed: tuple[str]) -> None:
    assert Evidence(PROOF, PROOF["reads"], {}).changed(now) == changed


def test_another_version_of_a_tool_is_shown_and_a_missing_tool_is_not() -> None:
    evidence = Evidence(PROOF, {}, {"postgresql": "18.4", "redis": "6.2.14"})
    assert evidence.other_tools({"postgresql": "17.1"}) == ("postgresql 18.4, now 17.1",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not JSON"),
        ("[]", "does not say that it is opsready/evidence/1"),
        ('{"schema": "opsready/evidence/9"}', "does not say that it is opsready/evidence/1"),
        ('{"schema": "opsready/evidence/1", "probe": "x"}', "is the proof of 'x'"),
        (
            '{"schema": "opsready/evidence/1", "probe": "service_starts_healthy"}',
            "does not say what it rests on",
        ),
    ],
)
def test_a_file_that_is_no_evidence_is_named_with_the_reason(
    tmp_path: Path, text: str, why: str
) -> None:
    store_of(tmp_path).parent.mkdir(parents=True)
    store_of(tmp_path).write_text(text)
    with pytest.raises(BadEvidence, match=why):
        load(tmp_path, "service_starts_healthy")


def test_a_link_cannot_lead_evidence_out_of_the_tree(tmp_path: Path) -> None:
    tree, elsewhere = tmp_path / "tree", tmp_path / "elsewhere"
    tree.mkdir()
    elsewhere.mkdir()
    (tree / ".opsready").symlink_to(elsewhere)
    with pytest.raises(BadEvidence, match="outside of the tree"):
        save(tree, "service_starts_healthy", PROOF)
    assert list(elsewhere.iterdir()) == []


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = store_text(tmp_path, ".opsready/observed.json", "first")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        store_text(tmp_path, ".opsready/observed.json", "second")
    assert path.read_text() == "first"
    assert [p.name for p in path.parent.iterdir()] == ["observed.json"]
