"""Proofs as a person reads them."""

from opsready.rehearsal.proof import Journal, Result

_WORD = {Result.HELD: "held", Result.BROKE: "BROKE", Result.NOT_RUN: "not run"}


def journal_text(journal: Journal) -> str:
    """How many held, then one line for each, with the reason where there is one."""
    counts = {result: sum(p.result is result for p in journal.proofs) for result in Result}
    lines = [", ".join(f"{n} {_WORD[result]}" for result, n in counts.items() if n) or "no probes"]
    for proof in journal.proofs:
        lines += ["", f"{_WORD[proof.result]:8} {proof.claim}  [{proof.probe}]"]
        if proof.why:
            lines.append(f"         {proof.why}")
    return "\n".join(lines)
