"""Judges a stage: what may be said of it, and what may not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from opsready.documents.protection import Protection
from opsready.hats.pack import LeftOut
from opsready.rehearsal.proof import Journal, Rung
from opsready.review.review import Review
from opsready.sources.source import Bundle
from opsready.spec.origin import Conflict, Origin
from opsready.spec.spec import Key, Spec
from opsready.verdict.catalog import COMPLETION, GOOD_SENTENCES, MANDATES, TRIED
from opsready.verdict.compiler.subjects import Setting
from opsready.verdict.criterion import Brief, Criterion, Judgement, Status
from opsready.verdict.scope import Scope, scope_of
from opsready.verdict.stated import stated_criteria

READY, UNMET, UNPROVEN = 0, 1, 3
"""The exit codes of a verdict; 2 is for input that cannot be read."""


@dataclass(frozen=True)
class Judged:
    """A criterion, and what came of it."""

    criterion: Criterion
    judgement: Judgement

    @property
    def status(self) -> Status:
        """Met, unmet or unproven."""
        return self.judgement.status


@dataclass(frozen=True)
class Verdict:
    """What may be said. `assumptions` are the values of the spec that nobody stated and nothing
    showed, with the reason for each; `missing` the inputs of the stage that nobody gave."""

    criteria: tuple[Judged, ...]
    scope: Scope
    assumptions: tuple[tuple[Key, object, Origin], ...] = ()
    missing: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether every criterion is met; a verdict on nothing is none."""
        return bool(self.criteria) and all(j.status is Status.MET for j in self.criteria)

    @property
    def exit_code(self) -> int:
        """0 ready, 1 something is unmet or broke, 3 nothing broke but something is unproven."""
        if self.ready:
            return READY
        return UNMET if self.of(Status.UNMET) else UNPROVEN

    def of(self, status: Status) -> list[Judged]:
        """The criteria that came out so, in order."""
        return [judged for judged in self.criteria if judged.status is status]


def judge(
    spec: Spec,
    bundle: Bundle,
    review: Review,
    journal: Journal,
    protection: Protection | None = None,
    left_out: Sequence[LeftOut] = (),
) -> Verdict:
    """The verdict on the tree and what the hats add to it (`bundle` holds both), with what they
    left out as the reason where something is missing.

    A tree with units of operations is judged by their criteria, one without by the four good
    sentences of the stage; the mandates and the completion criteria hold for both.
    """
    brief = Brief(spec, bundle, review, journal, protection, tuple(left_out))
    own = stated_criteria(bundle, Setting.of(spec.operations)) or GOOD_SENTENCES
    criteria = (*MANDATES, *COMPLETION, *TRIED, *own)
    judged = tuple(_judged(criterion, brief) for criterion in criteria)
    assumptions = tuple((key, value_at(spec, key), origin) for key, origin in spec.assumptions)
    missing = tuple(bundle.inputs.missing())
    scope = scope_of(journal, with_protection=protection is not None)
    return Verdict(judged, scope, assumptions, missing, spec.conflicts)


def _judged(criterion: Criterion, brief: Brief) -> Judged:
    judgement = criterion.judge(brief)
    missing = [name for name in brief.bundle.inputs.missing() if name in criterion.inputs]
    if missing and judgement.status is not Status.UNMET:
        judgement = _without_input(judgement, missing)
    return Judged(criterion, judgement)


def _without_input(judgement: Judgement, missing: Iterable[str]) -> Judgement:
    """What it should be held against is not there, so nothing above *checked* counts."""
    reasons = (*(f"the stage was given no {name}" for name in missing), *judgement.reasons)
    rung = min(judgement.rung, Rung.CHECKED, key=lambda rung: rung.height)
    return replace(judgement, status=Status.UNPROVEN, rung=rung, reasons=reasons)


def value_at(spec: Spec, key: Key) -> object:
    """The value at a dotted key, list items by name; None where there is none."""
    value: object = spec.operations.model_dump(mode="json", by_alias=True)
    rest = key.split(".")
    while rest:
        if isinstance(value, dict):
            value = value.get(rest.pop(0))
        elif isinstance(value, list):
            value, rest = _item(value, rest)
        else:
            return None
    return value


def _item(items: list[object], rest: list[str]) -> tuple[object, list[str]]:
    """Names may hold dots: the longest that fits is the item's."""
    for length in range(len(rest), 0, -1):
        name = ".".join(rest[:length])
        for item in items:
            if isinstance(item, dict) and item.get("name") == name:
                return item, rest[length:]
    return None, []
