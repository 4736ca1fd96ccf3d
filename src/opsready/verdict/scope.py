"""What a verdict speaks of: what this machine showed, and what it could not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsready.rehearsal.proof import Journal, Proof, Result


@dataclass(frozen=True)
class Scope:
    """`shown` are claims that were tried here and held; `not_shown` is what no rehearsal on a
    machine can show, whatever it proves."""

    shown: tuple[str, ...]
    not_shown: tuple[str, ...]

    def __str__(self) -> str:
        shown = f"tried on this machine and held: {_list(self.shown)}" if self.shown else ""
        nothing = "nothing was shown by running it on this machine"
        return f"{shown or nothing}. Not shown: {_list(self.not_shown)}."


@dataclass(frozen=True)
class Limit:
    """Something that stays open while these probes are what stands behind a verdict; without
    probes it always does."""

    what: str
    probes: tuple[str, ...] = ()


# DESIGN §1, §7 and §8: what the stand-ins of a rehearsal are not.
APPROVAL = Limit("that the code host enforces an approval (a setting outside of the tree)")
LIMITS = (
    APPROVAL,
    Limit("IAM permissions, quotas and the provider's own validation"),
    Limit("the real pager, and that somebody answers it"),
    Limit("real traffic, data and hosts: size, network, neighbours"),
    Limit(
        "dependencies that a stand-in played: third parties over HTTP",
        ("service_starts_healthy", "readiness_follows_dependency"),
    ),
    Limit("a load balancer in front, and its health checks", ("sigterm_loses_nothing",)),
    Limit("a registry, and that the image of today is built tomorrow", ("image_builds",)),
    Limit(
        "what migrations do to production's own data, and how long they take there",
        ("old_release_on_new_schema",),
    ),
    Limit("that a remedy of a runbook mends", ("runbook_diagnosis_runs",)),
    Limit("what only production's traffic makes the metrics say", ("metrics_are_emitted",)),
    Limit(
        "the provider itself: an emulator took its place",
        ("terraform_plans_and_applies", "pipeline_steps_run", "runbook_diagnosis_runs"),
    ),
)


def scope_of(journal: Journal, *, with_protection: bool = False) -> Scope:
    """What the proofs that held show, and the limits of exactly those. `with_protection` where
    the code host's own account of its environments was given."""
    held = [proof for proof in journal.proofs if proof.result is Result.HELD]
    limits = [limit for limit in LIMITS if not (with_protection and limit is APPROVAL)]
    return Scope(
        tuple(proof.claim for proof in held),
        (*_limits(limits, [proof.probe for proof in held]), *_bases(held)),
    )


def _bases(held: Iterable[Proof]) -> Iterable[str]:
    """An image may have been built on what stands in for the base that its definition names."""
    for proof in held:
        base = proof.evidence.get("base")
        if isinstance(base, dict) and base.get("stands_in"):
            yield f"the base image {base.get('named')}: {base.get('used')} stood in for it"


def _limits(limits: Iterable[Limit], held: Sequence[str]) -> Iterable[str]:
    for limit in limits:
        if not limit.probes or any(probe in limit.probes for probe in held):
            yield limit.what


def _list(texts: Iterable[str]) -> str:
    return "; ".join(text.rstrip(".") for text in texts)
