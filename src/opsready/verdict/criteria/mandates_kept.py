"""OPS-1 to OPS-6 and SRE-1 to SRE-5: no finding of the mandate blocks.

A mandate about something that the tree has none of is not kept, it is untried.
"""

from opsready.rehearsal.proof import Rung
from opsready.review.mandate import MANDATES, Mandate
from opsready.verdict.criterion import Brief, Criterion, Judgement, Status
from opsready.verdict.instruments import checks_of
from opsready.verdict.sights import has

# What must be there for the mandate to say anything.
ABOUT = {
    "OPS-1": "way of deploying",
    "OPS-2": "file",
    "OPS-3": "way of deploying",
    "OPS-4": "health route",
    "OPS-5": "way of deploying",
    "OPS-6": "infrastructure",
    "SRE-1": "alert rule",
    "SRE-2": "objective",
    "SRE-3": "runbook",
    "SRE-4": "alert rule",
    "SRE-5": "alert rule",
}


def _judge(mandate: str, brief: Brief) -> Judgement:
    """Unmet by any blocker that nobody allowed."""
    checks = checks_of(mandate)
    blockers = [f for f in brief.review.blockers if f.mandate == mandate]
    evidence = tuple({"check": id, "result": _result(id, brief)} for id in checks)
    if blockers:
        first = blockers[0]
        more = f" (and {len(blockers) - 1} more)" if len(blockers) > 1 else ""
        why = f"{first.path}:{first.line} {first.message}{more}"
        return Judgement(Status.UNMET, Rung.CLAIMED, (why,), evidence)
    optional = {missing.check for missing in brief.review.not_run if missing.optional}
    open_ = [id for id in checks if id not in brief.review.ran and id not in optional]
    sight = has(ABOUT[mandate])(brief)
    if not checks:
        why = f"this version of opsready has no check of {mandate} yet"
    elif open_:
        why = f"{', '.join(open_)} could not judge: {_reason(open_[0], brief)}"
    elif not sight.agrees:
        why = sight.why
    else:
        return Judgement(Status.MET, Rung.CHECKED, (), evidence)
    return Judgement(Status.UNPROVEN, Rung.CLAIMED, (why,), evidence)


def _result(id: str, brief: Brief) -> str:
    if brief.review.of(id):
        return "found"
    return "clean" if id in brief.review.ran else "not_run"


def _reason(id: str, brief: Brief) -> str:
    return next((m.why for m in brief.review.not_run if m.check == id), "it was left out")


def _criterion(mandate: Mandate) -> Criterion:
    def judge(brief: Brief) -> Judgement:
        return _judge(mandate.id, brief)

    return Criterion(
        id=mandate.id,
        must=f"No {mandate.must_not}",
        needs=Rung.CHECKED,
        judge=judge,
        by=checks_of(mandate.id),
        inputs=("code",),
    )


CRITERIA = tuple(_criterion(MANDATES[id]) for id in ABOUT)
