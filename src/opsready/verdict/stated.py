"""Criteria that a unit or a file states: each compiled, and judged clause by clause."""

import re
from collections.abc import Callable, Iterable

from opsready.rehearsal.proof import Proof, Rung
from opsready.sources.source import Bundle
from opsready.sources.units import UnitCriterion
from opsready.verdict.compiler.clause import Clause
from opsready.verdict.compiler.compile import Compiled, Part, compile_criterion
from opsready.verdict.compiler.meanings.alerts import threshold, window
from opsready.verdict.compiler.meanings.runbooks import entries_named
from opsready.verdict.compiler.quantity import Unit
from opsready.verdict.compiler.subjects import Setting
from opsready.verdict.criterion import Brief, Claim, Criterion, Judgement, Look, Status
from opsready.verdict.instruments import rung_of
from opsready.verdict.runbook_entry import alone
from opsready.verdict.sights import (
    KINDS,
    alert_fires_at,
    alerts_reach,
    all_of,
    approval_is_asked,
    has,
    health_answers_within,
    image_is_unprivileged,
    pipeline_runs,
    readiness_needs,
    runbook_has,
    slo_promises,
)
from opsready.verdict.weigh import weigh


def stated_criteria(bundle: Bundle, setting: Setting) -> tuple[Criterion, ...]:
    """The criteria of the tree's units of operations, compiled."""
    units = [unit for unit in bundle.units if unit.is_for_operations]
    return tuple(
        _criterion(f"{_stem(unit.path)}-{number}", stated, setting)
        for unit in units
        for number, stated in enumerate(unit.criteria, start=1)
    )


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


def _criterion(id: str, stated: UnitCriterion, setting: Setting) -> Criterion:
    compiled = compile_criterion(stated.text, setting)
    claims = claims_of(compiled)

    def judge(brief: Brief) -> Judgement:
        return judge_compiled(compiled, claims, brief)

    needs = max((c.needs for c in claims), key=lambda rung: rung.height, default=Rung.CHECKED)
    return Criterion(
        id, stated.text, needs, judge, compiled.by, ("code",), stated.path, stated.line
    )


def judge_compiled(compiled: Compiled, claims: tuple[Claim, ...], brief: Brief) -> Judgement:
    """A sentence of which a part cannot be verified stays unproven whatever its other parts
    have; one that is shown to be false by them is unmet."""
    known = weigh(claims, brief) if claims else None
    if compiled.verifiable and known is not None:
        return known
    if known is not None and known.status is Status.UNMET:
        return known
    evidence, todo = (known.evidence, known.todo) if known else ((), ())
    return Judgement(
        Status.UNPROVEN, Rung.CLAIMED, (compiled.why,), evidence, todo, compiled.suggestion or ""
    )


def claims_of(compiled: Compiled) -> tuple[Claim, ...]:
    """One claim for each part that something decides; none where the sentence asks for the
    opposite of what should be."""
    if not compiled.by:
        return ()
    return tuple(
        Claim(part.text, part.by, rung_of(part.by), _look(part), _narrow(part))
        for part in compiled.parts
        if part.by
    )


def _narrow(part: Part) -> dict[str, Callable[[Proof], Proof]]:
    """Of the runbooks' rehearsal only the entries count that the part names."""
    named = entries_named(part.clause) if part.clause is not None else []
    is_about_some = named and "runbook-covers-an-entry" in part.meanings
    return {"runbook_diagnosis_runs": alone(*named)} if is_about_some else {}


def _look(part: Part) -> Look | None:
    """What the tree must show beside: the things and figures that the part names."""
    if part.clause is None:
        return None
    looks = [has(_ABOUT[id]) for id in part.meanings if id in _ABOUT]
    looks += [look for id in part.meanings for look in _looks_for(id, part.clause)]
    return all_of(looks) if looks else None


# What must be there before it can be true of it.
_ABOUT = {
    "nobody-deploys-by-hand": "way of deploying",
    "a-change-deploys-itself": "way of deploying",
    "deploy-is-verified": "way of deploying",
    "deploy-leaves-a-record": "way of deploying",
    "failure-stops-the-deploy": "way of deploying",
    "rollback-restores-the-previous": "way of deploying",
    "one-deploy-at-a-time": "way of deploying",
    "image-is-pinned": "image definition",
    "image-tag-moves": "image definition",
    "values-stand-apart": "infrastructure",
    "infrastructure-stands-apart": "infrastructure",
    "infrastructure-is-mixed-in": "infrastructure",
    "slo-has-a-budget": "objective",
    "burn-alerts-fire": "alert rule",
    "spent-budget-has-a-policy": "objective",
    "healthy-is-defined": "alert rule",
    "alert-fires-on-a-failure": "alert rule",
    "alert-fires-while-healthy": "alert rule",
    "alert-stays-quiet-meanwhile": "alert rule",
    "alert-is-noise": "alert rule",
    "alert-on-a-single-event": "alert rule",
    "alert-links-a-runbook": "alert rule",
    "alert-rules-are-tested": "alert rule",
    "alert-reaches-the-on-call": "alert rule",
    "runbook-entry-has-its-parts": "runbook",
    "runbook-only-pages": "runbook",
    "rollback-is-written-down": "runbook",
}


def _looks_for(meaning: str, clause: Clause) -> Iterable[Look]:
    match meaning:
        case "infrastructure-is-planned" | "pipeline-runs-a-command":
            yield from (pipeline_runs(code) for code in clause.code if " " in code)
        case "apply-is-approved":
            yield approval_is_asked
        case "image-runs-unprivileged" | "image-runs-as-root":
            yield image_is_unprivileged
        case "health-answers-in-time":
            bounds = [q.value for q in clause.quantities(Unit.SECONDS)]
            yield from (health_answers_within(bound) for bound in bounds[:1])
        case "readiness-follows-dependency":
            yield from _dependencies(clause)
        case "alert-fires-on-a-signal":
            bound, span = threshold(clause), window(clause)
            if bound is not None and span is not None:
                yield alert_fires_at(bound.value, span.value)
        case "alert-reaches-its-receiver":
            named = [term for term in clause.said if "receiver" in term.concepts]
            yield from (alerts_reach(term.text) for term in named)
        case "slo-has-objective-and-window" | "slo-figures":
            ratios, spans = clause.quantities(Unit.RATIO), clause.quantities(Unit.SECONDS)
            yield slo_promises(ratios[0].value, max(span.value for span in spans))
        case "runbook-covers-an-entry":
            yield from (runbook_has(entry) for entry in entries_named(clause))


def _dependencies(clause: Clause) -> Iterable[Look]:
    for term in clause.said:
        for concept in term.concepts & KINDS.keys():
            name = term.text.lower()
            general = re.fullmatch(rf"{concept}|db|datastore|data store|broker|message queue", name)
            kinds = KINDS[concept] if general else frozenset({name, _FULL.get(name, name)})
            yield readiness_needs(name, kinds)


_FULL = {"postgres": "postgresql", "mongo": "mongodb"}
