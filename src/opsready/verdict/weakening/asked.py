"""Weaker demands: criteria that are gone or ask for less, boxes unticked, checks allowed."""

import difflib
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from opsready.review.allow import Allowance, read_allowances
from opsready.sources.source import Bundle
from opsready.sources.units import UnitCriterion
from opsready.verdict.compiler.clause import Clause
from opsready.verdict.compiler.compile import Compiled, compile_criterion
from opsready.verdict.compiler.quantity import Quantity
from opsready.verdict.instruments import rung_of
from opsready.verdict.weakening.weakening import Kind, Standing, Weakening

# Below this two sentences have little in common but their form.
_ALIKE = 0.5


def weaker_demands(before: Standing, after: Standing) -> Iterator[Weakening]:
    """What is asked for less than before."""
    yield from _criteria(before.bundle, after.bundle)
    yield from _allowances(before.bundle, after.bundle)


def _criteria(old: Bundle, new: Bundle) -> Iterator[Weakening]:
    added = _stated(new)
    kept = {was.text: now for was in _stated(old) for now in added if was.text == now.text}
    free = [now for now in added if now.text not in kept]
    for was in _stated(old):
        now = kept.get(was.text)
        if now is not None:
            if was.done and now.done is False:
                what = f'criterion "{was.text}"'
                yield Weakening(Kind.CRITERION, what, "ticked", "open", now.path, now.line)
            continue
        now = _closest(was, free)
        if now is None:
            yield Weakening(Kind.CRITERION, f'criterion "{was.text}"', "stated", "gone")
            continue
        free.remove(now)
        lost = _lost(compile_criterion(was.text), compile_criterion(now.text))
        if lost:
            what = f'criterion "{was.text}"'
            yield Weakening(Kind.CRITERION, what, lost, f'"{now.text}"', now.path, now.line)


def _stated(bundle: Bundle) -> list[UnitCriterion]:
    return [criterion for unit in bundle.units for criterion in unit.criteria]


def _closest(was: UnitCriterion, free: Iterable[UnitCriterion]) -> UnitCriterion | None:
    """What became of a sentence: the most alike of those that are new in the same file."""
    same_file = [now for now in free if now.path == was.path]
    ratios = [difflib.SequenceMatcher(None, was.text, now.text).ratio() for now in same_file]
    best = max(range(len(ratios)), key=ratios.__getitem__, default=None)
    return same_file[best] if best is not None and ratios[best] >= _ALIKE else None


def _lost(was: Compiled, now: Compiled) -> str:
    """What the old sentence had and the new one has not; empty where it asks for no less."""
    if was.verifiable and not now.verifiable:
        return "could be verified"
    if rung_of(now.by).height < rung_of(was.by).height:
        return f"needed {rung_of(was.by)}"
    missing = [id for id in was.by if id not in now.by]
    if missing:
        return f"needed {', '.join(missing)}"
    old, new = _figures(was), _figures(now)
    looser = [q for q in old if q not in new]
    return "had other figures" if looser and old != new else ""


def _figures(compiled: Compiled) -> list[Quantity]:
    clauses: list[Clause] = [part.clause for part in compiled.parts if part.clause is not None]
    return [term.quantity for clause in clauses for term in clause.said if term.quantity]


def _allowances(old: Bundle, new: Bundle) -> Iterator[Weakening]:
    """New ones, and those that last longer; several of one check in one file go by their order."""
    known = _by_check_and_file(old)
    for identity, allowances in _by_check_and_file(new).items():
        for was, now in zip_longest(known.get(identity, ()), allowances):
            if now is None or (was is not None and was.until >= now.until):
                continue
            before = f"allowed until {was.until}" if was else "not allowed"
            after = f"allowed until {now.until}: {now.reason}"
            yield Weakening(Kind.ALLOWANCE, now.check, before, after, now.path, now.line)


def _by_check_and_file(bundle: Bundle) -> dict[tuple[str, str], list[Allowance]]:
    found: dict[tuple[str, str], list[Allowance]] = {}
    for allowance in read_allowances(bundle):
        found.setdefault((allowance.check, allowance.path), []).append(allowance)
    return found
