"""The one thing to do next, after a verdict."""

from collections import Counter
from collections.abc import Sequence

from opsready.hats.pack import UNWRITTEN
from opsready.verdict.criterion import Status
from opsready.verdict.judge import Judged, Verdict
from opsready.verdict.weigh import NOT_YET

_LISTED_AT_MOST = 3


def next_step(verdict: Verdict) -> str:
    """What brings the verdict furthest: mend what is shown to be false; else say what keeps files
    from being written; else prove what can be proven here; else rewrite what nobody could prove;
    else give what the tree lacks."""
    unmet, unproven = verdict.of(Status.UNMET), verdict.of(Status.UNPROVEN)
    if verdict.ready:
        return "keep it so: let CI run opsready verdict, with --against the main branch"
    if unmet:
        return f"mend {_named(unmet[0])}: {unmet[0].judgement.reasons[0]}"
    if "code" in verdict.missing:
        return "name the folder that holds the service's code: without it nothing can be tried"
    unsaid = next((reason for judged in unproven for reason in _unsaid(judged)), None)
    if unsaid is not None:
        return f"let the rest be written: {unsaid} (opsready init writes that file)"
    probes = tuple(dict.fromkeys(id for judged in unproven for id in judged.judgement.todo))
    if probes:
        return f"prove what can be proven here: opsready rehearse{_only(probes)}"
    vague = next((judged for judged in unproven if judged.judgement.instead), None)
    if vague is not None:
        return f"write {_named(vague)} so that it can be verified: {vague.judgement.instead}"
    return f"give what keeps most open: {_most_common(unproven)}"


def _unsaid(judged: Judged) -> list[str]:
    """What keeps a hat from writing, where a line of the spec is all that it takes."""
    told = [r.removeprefix(UNWRITTEN) for r in judged.judgement.reasons if r.startswith(UNWRITTEN)]
    return [reason for reason in told if reason.endswith("in opsready.yaml")]


def _named(judged: Judged) -> str:
    criterion = judged.criterion
    return f"{criterion.path}:{criterion.line}" if criterion.path else criterion.id


def _only(probes: Sequence[str]) -> str:
    few = len(probes) <= _LISTED_AT_MOST
    return "".join(f" --only {probe}" for probe in probes) if few else " --stale"


def _most_common(unproven: Sequence[Judged]) -> str:
    """The reason that keeps most criteria open; one that waits for a later version comes last."""
    counted = Counter(reason for judged in unproven for reason in judged.judgement.reasons)
    ours = [reason for reason, _ in counted.most_common() if not reason.endswith(NOT_YET)]
    return next(iter([*ours, *counted]), "nothing says why")
