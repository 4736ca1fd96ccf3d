"""A verdict as DESIGN §4 fixes its JSON."""

from collections.abc import Sequence
from typing import Any

from opsready.verdict.judge import Judged, Verdict
from opsready.verdict.next_step import next_step
from opsready.verdict.weakening.weakening import Weakening


def verdict_fields(
    verdict: Verdict, weakenings: Sequence[Weakening] | None = None
) -> dict[str, Any]:
    """The fields of the JSON object; `scope` in one sentence, `shown` and `not_shown` apart.
    `weakened` is there where somebody asked for it."""
    fields = _fields(verdict)
    if weakenings is not None:
        fields["weakened"] = [_weakening(weakening) for weakening in weakenings]
    return fields


def _weakening(weakening: Weakening) -> dict[str, Any]:
    return {
        "kind": str(weakening.kind),
        "what": weakening.what,
        "before": weakening.before,
        "after": weakening.after,
        "path": weakening.path or None,
        "line": weakening.line or None,
    }


def _fields(verdict: Verdict) -> dict[str, Any]:
    return {
        "ready": verdict.ready,
        "scope": str(verdict.scope),
        "shown": list(verdict.scope.shown),
        "not_shown": list(verdict.scope.not_shown),
        "next": next_step(verdict),
        "criteria": [_criterion(judged) for judged in verdict.criteria],
        "assumptions": [
            {"key": key, "value": value, "why": origin.why}
            for key, value, origin in verdict.assumptions
        ],
        "missing_inputs": list(verdict.missing),
        "conflicts": [
            {"key": known.key, "stated": known.stated, "inferred": known.inferred}
            for known in verdict.conflicts
        ],
    }


def _criterion(judged: Judged) -> dict[str, Any]:
    """`path` and `line` are null for the stage's own criteria."""
    criterion, judgement = judged.criterion, judged.judgement
    return {
        "id": criterion.id,
        "must": criterion.must,
        "status": str(judgement.status),
        "rung": str(judgement.rung),
        "needs": str(criterion.needs),
        "evidence": [dict(entry) for entry in judgement.evidence],
        "why": judgement.why,
        "by": list(criterion.by),
        "todo": list(judgement.todo),
        "instead": judgement.instead or None,
        "path": criterion.path or None,
        "line": criterion.line or None,
    }
