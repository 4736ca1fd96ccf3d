"""One entry of a runbook: whether it is about what a claim names, and what its rehearsal showed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from opsready.rehearsal.proof import Proof, Result
from opsready.verdict.compiler.term import Term, read_terms

# Words that make an entry's name longer and do not tell it from others.
_SAYS_LITTLE = frozenset({"request", "procedure", "service", "runbook", "step_by_step", "down"})


def is_about(entry: str) -> Callable[[str, str], bool]:
    """Of an entry's name and path: whether it speaks of this, in these words or others of the same
    meaning."""
    wanted = [
        term
        for term in read_terms(entry)
        if term.is_unknown or (term.concepts and not term.concepts <= _SAYS_LITTLE)
    ]

    def about(name: str, path: str) -> bool:
        terms = read_terms(f"{name} {path.rpartition('/')[2]}")
        return all(any(_same(term, other) for other in terms) for term in wanted)

    return about


def alone(*entries: str) -> Callable[[Proof], Proof]:
    """The proof of `runbook_diagnosis_runs` for these entries alone: that another one could not be
    rehearsed, or said something else, is nothing against them."""
    abouts = [is_about(entry) for entry in entries]

    def narrowed(proof: Proof) -> Proof:
        # A proof that went stale has another reason than the one it was stored with.
        stands = proof.result is not Result.NOT_RUN or proof.evidence.get("open") == proof.why
        if not stands or proof.result is Result.HELD:
            return proof
        told = proof.evidence.get("entries", ())
        found = [_of(proof, [e for e in told if about(e["entry"], e["path"])]) for about in abouts]
        worst = (Result.BROKE, Result.NOT_RUN, Result.HELD)
        return min(found, key=lambda one: worst.index(one.result), default=proof)

    return narrowed


def _of(proof: Proof, told: Sequence[Mapping[str, Any]]) -> Proof:
    """What the pages of one entry showed; one that was rehearsed whole is enough."""
    wrong = [f"{where}: {why}" for each in told for where, why in each["otherwise"].items()]
    if wrong:
        return proof.with_result(Result.BROKE, wrong[0])
    if any(each["rung"] == "rehearsed" for each in told):
        return proof.with_result(Result.HELD, "")
    if not told:
        return proof
    first = told[0]
    why = next(iter(first["not_run"].values()), "its diagnosis has no command")
    ran = f'{first["rehearsed"]} of {first["commands"]} commands of "{first["entry"]}" ran'
    return proof.with_result(Result.NOT_RUN, f"{ran}: {why}")


def _same(term: Term, other: Term) -> bool:
    shared = term.concepts & other.concepts
    return bool(shared) or term.text.lower() == other.text.lower()
