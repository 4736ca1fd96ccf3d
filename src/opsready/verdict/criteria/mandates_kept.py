"""OPS-1 to OPS-6 and SRE-1 to SRE-5: no finding of the mandate blocks.

A mandate about something that the tree has none of is not kept, it is untried.
"""

from collections.abc import Callable

from opsready.documents.openslo import SloFile
from opsready.documents.rulebook import RuleBook
from opsready.documents.runbook import Runbooks
from opsready.facts.automation import read_automation
from opsready.rehearsal.proof import Rung
from opsready.review.mandate import MANDATES, Mandate
from opsready.sources.kinds import Kind
from opsready.verdict.criterion import Brief, Criterion, Judgement, Status
from opsready.verdict.instruments import checks_of

INFRASTRUCTURE = (Kind.TERRAFORM, Kind.KUBERNETES, Kind.COMPOSE, Kind.DOCKERFILE)


def _deploys(brief: Brief) -> bool:
    found = read_automation(brief.bundle)
    return bool(found.paths or found.scripts)


def _is_healthy_somewhere(brief: Brief) -> bool:
    health = brief.spec.operations.health
    return bool(health.readiness or health.liveness)


def _alerts(brief: Brief) -> bool:
    return bool(brief.bundle.assembled(RuleBook).alerts)


# What must be there for the mandate to say anything, and what it is called.
ABOUT: dict[str, tuple[str, Callable[[Brief], bool]]] = {
    "OPS-1": ("way of deploying", _deploys),
    "OPS-2": ("file", lambda brief: bool(brief.bundle.sources)),
    "OPS-3": ("way of deploying", _deploys),
    "OPS-4": ("health route", _is_healthy_somewhere),
    "OPS-5": ("way of deploying", _deploys),
    "OPS-6": ("infrastructure", lambda brief: bool(brief.bundle.of_kind(*INFRASTRUCTURE))),
    "SRE-1": ("alert rule", _alerts),
    "SRE-2": ("file of objectives", lambda brief: bool(brief.bundle.documents(SloFile))),
    "SRE-3": ("runbook", lambda brief: bool(brief.bundle.assembled(Runbooks).entries)),
    "SRE-4": ("alert rule", _alerts),
    "SRE-5": ("alert rule", _alerts),
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
        return Judgement(Status.UNMET, Rung.CLAIMED, why, evidence)
    open_ = [id for id in checks if id not in brief.review.ran]
    what, is_there = ABOUT[mandate]
    if not checks:
        why = f"this version of opsready has no check of {mandate} yet"
    elif open_:
        why = f"{', '.join(open_)} could not judge: {_reason(open_[0], brief)}"
    elif not is_there(brief):
        why = f"the tree has no {what} to hold against it"
    else:
        return Judgement(Status.MET, Rung.CHECKED, "", evidence)
    return Judgement(Status.UNPROVEN, Rung.CLAIMED, why, evidence)


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
