"""What a verdict speaks of."""

from opsready.rehearsal.proof import Journal, Result
from opsready.verdict.scope import scope_of
from tests.verdict.build import make_proof


def test_without_a_rehearsal_nothing_was_run() -> None:
    assert str(scope_of(Journal())) == (
        "nothing was shown by running it on this machine. Not shown: that the code host enforces "
        "an approval (a "
        "setting outside of the tree); IAM permissions, quotas and the provider's own validation; "
        "the real pager, and that somebody answers it; real traffic, data and hosts: size, "
        "network, neighbours."
    )


def test_what_held_is_shown_and_brings_its_own_limits() -> None:
    scope = scope_of(Journal((make_proof("sigterm_loses_nothing"),)))
    assert scope.shown == ("sigterm loses nothing",)
    assert "a load balancer in front, and its health checks" in scope.not_shown


def test_what_broke_or_was_not_run_is_not_shown() -> None:
    proofs = (make_proof("a", Result.BROKE, "x"), make_proof("b", Result.NOT_RUN, "y"))
    assert scope_of(Journal(proofs)).shown == ()


def test_an_approval_is_open_until_the_code_host_was_asked() -> None:
    every = Journal(tuple(make_proof(p) for p in ("pipeline_steps_run", "image_builds")))
    assert any("approval" in limit for limit in scope_of(every).not_shown)
    asked = scope_of(every, with_protection=True)
    assert not any("approval" in limit for limit in asked.not_shown)


def test_a_base_that_stood_in_for_another_is_named() -> None:
    base = {"named": "python:3.12-slim", "used": "localhost/base", "stands_in": True}
    proof = make_proof("image_builds").with_evidence({"base": base})
    open_to = scope_of(Journal((proof,))).not_shown
    assert open_to[-1] == "the base image python:3.12-slim: localhost/base stood in for it"
    own = proof.with_evidence({"base": {**base, "stands_in": False}})
    assert not any("stood in" in limit for limit in scope_of(Journal((own,))).not_shown)
