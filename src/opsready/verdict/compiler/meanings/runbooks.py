"""What can be shown of runbooks."""

from opsready.verdict.compiler.clause import Clause
from opsready.verdict.compiler.meaning import Meaning, Need, any_of

_ENTRIES = any_of("restart failover flush certificate rotation outage bad_release failure_mode")
_THINGS = any_of(
    "database cache queue dependency secret service budget spent saturation resilience"
)
_STEPS = any_of("command step_by_step diagnosis expected_output remedy works_check escalation undo")
_BOOK = any_of("runbook")


def _names_an_entry(clause: Clause) -> bool:
    """A known failure, or any name that stands behind "covers"."""
    if clause.names(_ENTRIES | _THINGS - any_of("service")):
        return True
    covers = next(
        (n for n, t in enumerate(clause.terms) if t.concepts & any_of("cover document")), None
    )
    behind = clause.terms[covers + 1 :] if covers is not None else ()
    return any(term.is_unknown for term in behind)


def _only_pages(clause: Clause) -> bool:
    return any(term.text.lower() in {"only", "just", "merely", "simply"} for term in clause.terms)


MEANINGS = (
    Meaning(
        "runbook-covers-an-entry",
        ("DONE-3", "runbook_diagnosis_runs"),
        (_BOOK, any_of("cover document exist runbook")),
        mandate="DONE-3",
        reads=_ENTRIES | _THINGS | any_of("procedure documentation rollback down request"),
        unless=any_of("link fire alert on_call"),
        needs=(Need("entry that it covers", _names_an_entry),),
        names=True,
        with_concept=(("command", "SRE-3"), ("step_by_step", "SRE-3")),
    ),
    Meaning(
        "runbook-entry-has-its-parts",
        ("SRE-3", "runbook_diagnosis_runs"),
        (_BOOK, _STEPS),
        mandate="SRE-3",
        reads=_STEPS | any_of("cover document exist procedure link on_call expose"),
    ),
    Meaning(
        "runbook-only-pages",
        ("SRE-3",),
        (_BOOK, any_of("on_call alert escalation")),
        mandate="SRE-3",
        reads=any_of("cover alert on_call team"),
        unless=any_of("link"),
        is_fault=True,
        turned=lambda clause: not _only_pages(clause),
    ),
    Meaning(
        "rollback-is-written-down",
        ("OPS-3", "SRE-3", "runbook_diagnosis_runs"),
        (any_of("rollback"), any_of("document procedure runbook")),
        mandate="OPS-3",
        reads=_ENTRIES | _THINGS | _STEPS | any_of("helm secret_store previous release"),
        unless=any_of("automatic"),
        needs=(Need("step", lambda clause: len(clause.terms) > 4),),
        names=True,
    ),
)
