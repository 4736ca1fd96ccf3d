"""Weaker watching: alerts that are gone, fire later or wake nobody, objectives in files lowered."""

from collections.abc import Iterator

from opsready.documents.openslo import Slo, SloFile
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.sources.source import Bundle
from opsready.verdict.weakening.weakening import Kind, Standing, Weakening


def weaker_watch(before: Standing, after: Standing) -> Iterator[Weakening]:
    """What is watched less than before."""
    yield from _alerts(before.bundle, after.bundle)
    yield from _objectives(before.bundle, after.bundle)


def _alerts(old: Bundle, new: Bundle) -> Iterator[Weakening]:
    known = {_identity(alert): alert for alert in new.assembled(RuleBook).alerts}
    for was in old.assembled(RuleBook).alerts:
        now = known.get(_identity(was))
        what = f"alert {was.name}"
        if now is None:
            yield Weakening(Kind.ALERT, what, was.expression.text, "gone")
            continue
        for before, after in _changes(was, now):
            yield Weakening(Kind.ALERT, what, before, after, now.path, now.line)


def _identity(alert: Alert) -> tuple[str, str]:
    """Several alerts of one name differ by severity, as the tiers of a burn alert do."""
    return alert.name, alert.severity or ""


def _changes(was: Alert, now: Alert) -> Iterator[tuple[str, str]]:
    if now.for_s > was.for_s:
        yield f"for {was.for_s:g} s", f"for {now.for_s:g} s"
    if was.pages and not now.pages:
        yield "wakes a person", "wakes nobody"
    if was.runbook and not now.runbook:
        yield "links a runbook", "links none"
    if was.expression.canonical == now.expression.canonical:
        return
    old, new = list(was.expression.conditions), list(now.expression.conditions)
    if len(old) != len(new):
        yield was.expression.text, now.expression.text
        return
    for before, after in zip(old, new, strict=True):
        higher, lower = after.bound > before.bound, after.bound < before.bound
        later = higher if before.op.startswith(">") else lower
        if (before.op == after.op and later) or before.op != after.op:
            yield f"{before.op} {before.bound:g}", f"{after.op} {after.bound:g}"


def _objectives(old: Bundle, new: Bundle) -> Iterator[Weakening]:
    known = {slo.name: slo for file in new.documents(SloFile) for slo in file.slos}
    for was in (slo for file in old.documents(SloFile) for slo in file.slos):
        now = known.get(was.name)
        what = f"objective {was.name}"
        if now is None:
            yield Weakening(Kind.OBJECTIVE, what, _promise(was), "gone")
        elif (now.target_ratio or 0) < (was.target_ratio or 0) or now.window_s != was.window_s:
            place = (now.path, now.target_line or now.line)
            yield Weakening(Kind.OBJECTIVE, what, _promise(was), _promise(now), *place)


def _promise(slo: Slo) -> str:
    target = f"{slo.target_ratio * 100:g} %" if slo.target_ratio is not None else "no target"
    window = f"{slo.window_s / 86400:g} days" if slo.window_s else "no window"
    return f"{target} over {window}"
