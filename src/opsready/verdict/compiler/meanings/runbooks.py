"""What can be shown of runbooks."""

import re

from opsready.verdict.compiler.clause import Clause
from opsready.verdict.compiler.meaning import Meaning, Need, any_of
from opsready.verdict.compiler.term import Term

_ENTRIES = any_of("restart failover flush certificate rotation outage bad_release failure_mode")
_THINGS = any_of(
    "database cache queue dependency secret service budget spent saturation resilience"
)
_STEPS = any_of("command step_by_step diagnosis expected_output remedy works_check escalation undo")
_PARTS = (
    ("command", "runbook-step-without-command"),
    ("step_by_step", "runbook-step-without-command"),
    ("diagnosis", "remedy-before-diagnosis"),
    ("expected_output", "diagnosis-without-expectation"),
    ("escalation", "escalation-without-figure"),
)
_BOOK = any_of("runbook procedure documentation")
_ANNOUNCES = any_of("runbook cover document procedure exist command step_by_step")
_SEPARATES = re.compile(r"[,;:]|\b(and|or|with)\b")


def entries_named(clause: Clause) -> list[str]:
    """The entries that a clause asks a runbook to have, as it names them."""
    groups: list[list[Term]] = []
    for before, term in zip((None, *clause.terms), clause.terms, strict=False):
        between = clause.sentence[before.end : term.start] if before else ""
        if before is None or _SEPARATES.search(between):
            groups.append([])
        groups[-1].append(term)
    named = [_behind_announcement(group) for group in groups]
    return [clause.sentence[group[0].start : group[-1].end] for group in named if _is_entry(group)]


def _behind_announcement(group: list[Term]) -> list[Term]:
    """Without "the runbook covers" and "commands for" before it, and grammar words around it."""
    last = max((n for n, t in enumerate(group) if t.concepts & _ANNOUNCES), default=-1)
    rest = group[last + 1 :]
    while rest and rest[0].function is not None:
        rest = rest[1:]
    while rest and rest[-1].function is not None:
        rest = rest[:-1]
    return rest


def _is_entry(group: list[Term]) -> bool:
    told = any(term.is_unknown or term.concepts & (_ENTRIES | _THINGS) for term in group)
    return told and not any(term.concepts & any_of("praise link fire") for term in group)


def _names_an_entry(clause: Clause) -> bool:
    """A known failure; in what is called a runbook, any name that stands behind "covers"."""
    if clause.names(_ENTRIES):
        return True
    if not clause.knows(any_of("runbook")):
        return False
    if clause.names(_THINGS - any_of("service")):
        return True
    announced = [n for n, t in enumerate(clause.terms) if t.concepts & any_of("cover document")]
    behind = clause.terms[announced[0] + 1 :] if announced else ()
    return any(term.is_unknown for term in behind)


def _is_about_failures(clause: Clause) -> bool:
    return clause.knows(any_of("runbook")) or clause.names(_ENTRIES)


def _only_pages(clause: Clause) -> bool:
    return any(term.text.lower() in {"only", "just", "merely", "simply"} for term in clause.terms)


MEANINGS = (
    Meaning(
        "runbook-covers-an-entry",
        (
            "DONE-3",
            "runbook-placeholder",
            "runbook_diagnosis_runs",
        ),
        (_BOOK, any_of("cover document exist runbook procedure")),
        mandate="DONE-3",
        reads=_ENTRIES | _THINGS | any_of("procedure documentation rollback down request"),
        unless=any_of("link fire alert on_call"),
        needs=(Need("entry that it covers", _names_an_entry),),
        names=True,
        with_concept=_PARTS,
    ),
    Meaning(
        "runbook-entry-has-its-parts",
        (
            "runbook-part-missing",
            "runbook_diagnosis_runs",
        ),
        (_BOOK, _STEPS),
        mandate="SRE-3",
        reads=_STEPS | any_of("cover document exist procedure link on_call expose"),
        only_if=_is_about_failures,
        with_concept=_PARTS,
    ),
    Meaning(
        "runbook-only-pages",
        ("runbook-only-escalates",),
        (any_of("runbook"), any_of("on_call alert escalation")),
        mandate="SRE-3",
        reads=any_of("cover alert on_call team"),
        unless=any_of("link"),
        is_fault=True,
        only_if=_only_pages,
    ),
    Meaning(
        "rollback-is-written-down",
        (
            "no-rollback",
            "runbook-step-without-command",
            "runbook_diagnosis_runs",
        ),
        (any_of("rollback"), any_of("document procedure runbook")),
        mandate="OPS-3",
        reads=_ENTRIES | _THINGS | _STEPS | any_of("helm secret_store previous release"),
        unless=any_of("automatic"),
        needs=(Need("step", lambda clause: len(clause.terms) > 4),),
        names=True,
    ),
)
