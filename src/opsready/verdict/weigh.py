"""Weighs a claim: what the tree shows, what its checks found, what its probes proved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opsready.rehearsal.proof import Proof, Result, Rung
from opsready.review.finding import Finding
from opsready.verdict.criterion import Brief, Claim, Judgement, Sight, Status
from opsready.verdict.instruments import Kind, instruments

_WORST = (Status.UNMET, Status.UNPROVEN, Status.MET)
_SHOWN_AT_MOST = 3
NOT_YET = "which this version of opsready does not have yet"
"""How a reason ends that waits for a later version."""

_REHEARSE = "opsready rehearse --only"


@dataclass(frozen=True)
class Answer:
    """What one check or probe says of a claim. `todo` is the probe's id where running it would
    make it say more."""

    status: Status
    rung: Rung
    why: str
    evidence: Mapping[str, Any]
    todo: str = ""


def weigh(claims: Sequence[Claim], brief: Brief) -> Judgement:
    """The judgement of a criterion that says all of these: as bad as the worst of them."""
    if not claims:
        raise ValueError("a criterion that claims nothing cannot be judged")
    judged = [_judge(claim, brief) for claim in claims]
    status = next(status for status in _WORST if any(j.status is status for j in judged))
    needed = max(claim.needs.height for claim in claims)
    # A claim that needs less than the others does not pull the whole down to what it needs.
    held = [
        judgement.rung
        for claim, judgement in zip(claims, judged, strict=True)
        if claim.needs.height == needed or judgement.rung.height < claim.needs.height
    ]
    return Judgement(
        status,
        min(held, key=lambda rung: rung.height),
        _once(reason for j in judged if j.status is status for reason in j.reasons),
        tuple(_each(entry for judgement in judged for entry in judgement.evidence)),
        _once(todo for judgement in judged for todo in judgement.todo),
    )


def _judge(claim: Claim, brief: Brief) -> Judgement:
    sight = claim.look(brief) if claim.look else None
    answers = [_ask(id, brief, claim) for id in claim.by]
    evidence = tuple(answer.evidence for answer in answers)
    todo = tuple(answer.todo for answer in answers if answer.todo)
    rung = _rung(answers)
    if sight is not None and not sight.agrees:
        return _unseen(sight, answers, evidence, todo)
    status = next(s for s in _WORST if s is Status.MET or any(a.status is s for a in answers))
    reasons = _once(a.why for a in answers if a.status is status and a.why)
    if status is Status.MET and sight is not None:
        rung = max(rung, sight.rung, key=lambda rung: rung.height)
    if status is Status.MET and rung.height < claim.needs.height:
        status = Status.UNPROVEN
        reasons = (f"{claim.says}: {rung} only, and it needs {claim.needs}",)
    return Judgement(status, rung, reasons, evidence, todo)


def _unseen(
    sight: Sight,
    answers: Sequence[Answer],
    evidence: tuple[Mapping[str, Any], ...],
    todo: tuple[str, ...],
) -> Judgement:
    """What the claim names is not there, so no check or probe has anything to say for it; what
    they say against it, and what is open beside, is still said."""
    against = any(answer.status is Status.UNMET for answer in answers)
    status = Status.UNMET if against or sight.agrees is False else Status.UNPROVEN
    place = f" ({sight.path}:{sight.line})" if sight.path else ""
    said = (a.why for a in answers if a.why and (a.status is Status.UNMET or not against))
    return Judgement(status, Rung.CLAIMED, _once([sight.why + place, *said]), evidence, todo)


def _rung(answers: Sequence[Answer]) -> Rung:
    """The highest that all together give: what did not hold gives nothing, and nothing counts
    above *checked* while a probe is open."""
    if not answers or any(answer.rung is Rung.CLAIMED and _reads(answer) for answer in answers):
        return Rung.CLAIMED
    if any(answer.status is not Status.MET for answer in answers):
        return Rung.CHECKED if any(_reads(answer) for answer in answers) else Rung.CLAIMED
    return max((answer.rung for answer in answers), key=lambda rung: rung.height)


def _reads(answer: Answer) -> bool:
    return "check" in answer.evidence


def _ask(id: str, brief: Brief, claim: Claim) -> Answer:
    known = instruments().get(id)
    if known is None:
        return _missing(id, "check" if "-" in id else "probe")
    if known.kind is Kind.CHECK:
        return _ask_check(id, brief)
    proof = brief.journal.of(id)
    if proof is None and known.kind is Kind.PLANNED:
        return _missing(id, "probe")
    narrow = claim.narrow.get(id)
    return _ask_probe(id, narrow(proof) if proof is not None and narrow is not None else proof)


def _missing(id: str, kind: str) -> Answer:
    why = f"needs the {kind} {id}, {NOT_YET}"
    return Answer(Status.UNPROVEN, Rung.CLAIMED, why, {kind: id, "result": "missing"})


def _ask_check(id: str, brief: Brief) -> Answer:
    found = brief.review.of(id)
    allowed = [f for f in brief.review.findings if f.check == id and f.suppressed is not None]
    evidence = {"check": id, "result": "clean", "allowed": len(allowed)}
    if found:
        listed = [{"path": f.path, "line": f.line, "message": f.message} for f in found]
        evidence |= {"result": "found", "findings": listed}
        return Answer(Status.UNMET, Rung.CLAIMED, _findings_said(found), evidence)
    if id in brief.review.ran:
        return Answer(Status.MET, Rung.CHECKED, "", evidence)
    missing = next((m.why for m in brief.review.not_run if m.check == id), "it was left out")
    why = f"the check {id} could not judge: {missing}"
    evidence |= {"result": "not_run", "why": missing}
    return Answer(Status.UNPROVEN, Rung.CLAIMED, why, evidence)


def _findings_said(found: Sequence[Finding]) -> str:
    said = [f"{f.path}:{f.line} {f.message}" for f in found[:_SHOWN_AT_MOST]]
    more = len(found) - len(said)
    return "; ".join([*said, f"and {more} more of {found[0].check}"] if more else said)


def _ask_probe(id: str, proof: Proof | None) -> Answer:
    if proof is None or proof.result is Result.NOT_RUN:
        why = proof.why if proof is not None else f"never run: prove it with `{_REHEARSE} {id}`"
        evidence = {"probe": id, "result": "not_run", "why": why}
        todo = id if _REHEARSE in why else ""  # else it ran, and would not run again
        said = f"{id} was {why}" if why.startswith("never run") else f"{id} was not run: {why}"
        return Answer(Status.UNPROVEN, Rung.CLAIMED, said, evidence, todo)
    evidence = {"probe": id, "result": str(proof.result), "path": f".opsready/evidence/{id}.json"}
    if proof.result is Result.BROKE:
        why = f"{id} broke: {proof.why}"
        return Answer(Status.UNMET, Rung.CLAIMED, why, {**evidence, "why": proof.why})
    return Answer(Status.MET, proof.rung, "", evidence)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _each(entries: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each check and probe once, in the order in which they were asked."""
    return list({entry.get("check") or entry.get("probe"): entry for entry in entries}.values())
