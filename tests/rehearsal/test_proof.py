"""Proofs as nouns and as JSON."""

import json

import pytest

from opsready.rehearsal.proof import Journal, Proof, Result, Rung

PROOF = Proof(
    probe="service_starts_healthy",
    claim="the service starts",
    result=Result.HELD,
    why="",
    evidence={"ready_after_s": 0.4},
    seconds=1.23456,
    reads={"app.py": "aa"},
    tools={"postgresql": "18.4"},
)


def test_a_proof_is_the_same_after_a_way_through_json() -> None:
    data = json.loads(json.dumps(PROOF.to_json()))
    assert list(data)[:6] == ["probe", "claim", "result", "why", "evidence", "seconds"]
    assert data["seconds"] == 1.235
    assert Proof.from_json(data) == Proof(**{**PROOF.__dict__, "seconds": 1.235})


@pytest.mark.parametrize("key", ["probe", "result", "evidence", "reads", "rung"])
def test_a_proof_that_lacks_a_key_is_refused(key: str) -> None:
    data = PROOF.to_json()
    del data[key]
    with pytest.raises(KeyError):
        Proof.from_json(data)


def test_a_result_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="probably"):
        Proof.from_json(PROOF.to_json() | {"result": "probably"})


def test_only_held_is_held() -> None:
    for result in Result:
        journal = Journal((Proof("p", "c", result, "why"),))
        assert journal.held("p") is (result is Result.HELD)
    assert not Journal().held("p")
    assert not Journal((PROOF.unproven("a file changed"),)).held(PROOF.probe)


def test_rungs_stand_one_above_the_other() -> None:
    heights = [rung.height for rung in Rung]
    assert heights == sorted(heights)
    assert Rung.LIVE.height > Rung.REHEARSED.height > Rung.CLAIMED.height
