"""Compiles a completion criterion: what would verify it, or what is wrong with the sentence."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from opsready.review.mandate import MANDATES
from opsready.verdict.compiler.clause import Clause
from opsready.verdict.compiler.grammar import read_clauses
from opsready.verdict.compiler.meaning import Meaning, any_of
from opsready.verdict.compiler.meanings.catalog import MEANINGS
from opsready.verdict.compiler.subjects import ANYWHERE, Setting, Subject, subject_of
from opsready.verdict.compiler.term import Term, lexicon
from opsready.verdict.instruments import checks_of

# What belongs to operations and has no instrument here: clear, and still unverified.
_WITHOUT_INSTRUMENT = frozenset(
    {"backup", "dns", "load_test", "access", "helm", "coverage", "trace", "resilience", "lint"}
    | {
        "test",
        "unit_test",
        "own_command",
        "resource_limit",
        "personal_data",
        "structured",
        "correlation",
    }
)
# Words that every sentence of operations may use and that claim nothing by themselves.
_NEUTRAL = any_of(
    "service endpoint request team staging production documentation release configuration values "
    "container severity on_call trigger procedure ready healthy step_by_step application_code "
    "security plan in_flight route window under_load down startup connectivity previous "
    "dependency change symptom"
)


class Fault(StrEnum):
    """What is wrong with a sentence that cannot be verified; the worst is listed first."""

    CONTRADICTS = "contradicts"
    OPTIONAL = "optional"
    VAGUE = "vague"
    UNVERIFIED = "unverified"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Part:
    """A clause with what came of it. `meanings` are ids, `by` what decides it."""

    text: str
    meanings: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    fault: Fault | None = None
    why: str = ""
    suggestion: str = ""
    unread: tuple[str, ...] = ()
    clause: Clause | None = None


@dataclass(frozen=True)
class Compiled:
    """A sentence with its parts. It is verifiable when all of them are."""

    text: str
    parts: tuple[Part, ...]
    fault: Fault | None
    by: tuple[str, ...]
    why: str
    suggestion: str | None

    @property
    def verifiable(self) -> bool:
        """Whether every part of the sentence can be shown to be true or false."""
        return self.fault is None


def compile_criterion(text: str, setting: Setting = ANYWHERE) -> Compiled:
    """What would verify the sentence, clause by clause."""
    said = [_compile(clause, setting) for clause in _told_apart(read_clauses(text))]
    parts = tuple(_without_headlines(said))
    if not parts:
        return Compiled(text, (), Fault.VAGUE, (), "it says nothing", None)
    found = [part.fault for part in parts if part.fault]
    if Fault.OUTSIDE in found and any(part.fault is not Fault.OUTSIDE for part in parts):
        found = [Fault.UNVERIFIED if fault is Fault.OUTSIDE else fault for fault in found]
    fault = next((fault for fault in Fault if fault in found), None)
    by = () if fault is Fault.CONTRADICTS else _unique(id for part in parts for id in part.by)
    suggestion = next((part.suggestion for part in parts if part.fault and part.suggestion), None)
    return Compiled(text, parts, fault, by, _why(parts), suggestion)


def _without_headlines(parts: Sequence[Part]) -> Iterator[Part]:
    """ "It is validated: it builds" says what it means by it: vague words before a colon claim
    nothing where what stands behind it can be verified."""
    for place, part in enumerate(parts):
        is_headline = part.clause is not None and part.clause.is_headline
        explained = is_headline and part.fault is Fault.VAGUE and parts[place + 1 :]
        if not (explained and parts[place + 1].fault is None):
            yield part


def _told_apart(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """`/healthz` is what its clause calls it; beside a readiness route it is for liveness."""
    if not any(clause.knows({"readiness", "liveness"}) for clause in clauses):
        return clauses
    return tuple(
        clause.reading("health_check", "readiness" if clause.knows({"readiness"}) else "liveness")
        for clause in clauses
    )


def _compile(clause: Clause, setting: Setting) -> Part:
    meanings = _telling(clause)
    ids = tuple(meaning.id for meaning in meanings)
    fault = _denial(clause, meanings) or _option(clause) or _gap(clause, meanings)
    if fault is not None:
        return replace(fault, suggestion=_instead(clause, fault, setting))
    by = _unique(id for m in meanings for id in _resolved(m.answers_with(clause)))
    unread = (*_unread(clause, meanings), *_exception(clause))
    if unread:
        why = f"nothing here reads or tries {_quoted(unread)}"
        return Part(clause.text, ids, by, Fault.UNVERIFIED, why, unread=unread, clause=clause)
    return Part(clause.text, ids, by, clause=clause)


def _telling(clause: Clause) -> list[Meaning]:
    """The meanings that together understand the clause, the one that understands most first;
    what it only begins to say counts where it says nothing else."""
    said = [meaning for meaning in MEANINGS if meaning.is_said_by(clause)]
    whole = [meaning for meaning in said if not meaning.missing(clause)] or said
    told: list[Meaning] = []
    for meaning in sorted(whole, key=lambda known: -_extent(clause, known)):
        rest = [term for term in _significant(clause) if not any(m.understands(term) for m in told)]
        if not told or any(meaning.understands(term) for term in rest):
            told.append(meaning)
    return told


def _extent(clause: Clause, meaning: Meaning) -> int:
    return sum(meaning.understands(term) for term in clause.said if term.concepts)


def _significant(clause: Clause) -> list[Term]:
    """The terms that claim something: a thing of operations, not a word that helps to say it."""
    things = lexicon().sections["things"] | lexicon().sections["outside"]
    return [term for term in clause.said if term.concepts & things - _NEUTRAL]


def _denial(clause: Clause, meanings: list[Meaning]) -> Part | None:
    """The clause asks for the opposite of what must be so."""
    opposed = next((meaning for meaning in meanings if meaning.opposes(clause)), None)
    subject = subject_of(clause)
    if opposed is not None:
        mandate = opposed.mandate
    elif not meanings and clause.negated and subject and not _is_concrete(clause):
        mandate = subject.mandate
    else:
        return None
    known = MANDATES.get(mandate)
    against = f"{known.id} (no {known.must_not})" if known else "what an operations stage needs"
    why = f'"{clause.text}" asks for the opposite of {against}'
    return Part(clause.text, fault=Fault.CONTRADICTS, why=why, clause=clause)


def _option(clause: Clause) -> Part | None:
    said = (*clause.said, *clause.context)
    word = next((term for term in said if "optional" in term.concepts), None)
    if word is None:
        return None
    why = f'"{word.text}" says what may be, not what is'
    return Part(clause.text, fault=Fault.OPTIONAL, why=why, clause=clause)


def _instead(clause: Clause, part: Part, setting: Setting) -> str:
    """What to write: nothing where the sentence is clear and only has no instrument."""
    subject = subject_of(clause)
    mended = part.fault in {Fault.VAGUE, Fault.OPTIONAL, Fault.CONTRADICTS}
    return subject.suggestion(setting) if subject and mended else ""


def _gap(clause: Clause, meanings: list[Meaning]) -> Part | None:
    """The clause has no meaning, or none that it says whole."""
    missing = _unique(need for meaning in meanings[:1] for need in meaning.missing(clause))
    if meanings and not missing:
        return None
    subject = subject_of(clause)
    fault = Fault.VAGUE if missing else _fault_without_meaning(clause, subject)
    lacks = ", no ".join(missing) or (subject.lacks if subject else "figure")
    why = {
        Fault.VAGUE: f'"{clause.text}" names no {lacks}',
        Fault.UNVERIFIED: f'nothing here reads or tries "{clause.text}"',
        Fault.OUTSIDE: f'"{clause.text}" is no claim about how the service is operated',
    }[fault]
    if fault is Fault.UNVERIFIED and clause.names({"own_command", "test", "unit_test", "lint"}):
        why += ": no probe runs a project's own commands"
    return Part(clause.text, (), (), fault, why, clause=clause)


def _fault_without_meaning(clause: Clause, subject: Subject | None) -> Fault:
    if clause.names({"interface"}):
        return Fault.OUTSIDE
    if _is_concrete(clause) and not _is_praise(clause):
        known = subject is not None and clause.knows(subject.concepts - _NEUTRAL)
        return Fault.UNVERIFIED if known or clause.knows(_WITHOUT_INSTRUMENT) else Fault.OUTSIDE
    if subject is not None:
        return Fault.VAGUE
    return Fault.UNVERIFIED if clause.knows(_WITHOUT_INSTRUMENT) else Fault.OUTSIDE


def _is_praise(clause: Clause) -> bool:
    """Whether it only says that something is there or good, in however many words."""
    said = clause.names(lexicon().sections["vague"]) and not clause.names(_WITHOUT_INSTRUMENT)
    return said and not clause.code and not any(term.quantity for term in clause.said)


def _is_concrete(clause: Clause) -> bool:
    """Whether it names something that could be looked for: a figure, a name, an unknown word."""
    return bool(clause.code) or any(term.quantity or term.is_unknown for term in clause.said)


def _unread(clause: Clause, meanings: list[Meaning]) -> tuple[str, ...]:
    """The words of a clause that no meaning understands, neighbours together."""
    named = any(meaning.names for meaning in meanings)
    significant = _significant(clause)
    left: list[tuple[int, int]] = []
    gap = 0
    said = clause.said
    for term, after in zip(said, (*said[1:], None), strict=True):
        alien = term.is_unknown and not (named or term.is_code or _qualifies(term, after))
        unheard = term in significant and not any(m.understands(term) for m in meanings)
        if not (alien or unheard):
            gap += 1
        elif left and gap <= 1:
            left[-1], gap = (left[-1][0], term.end), 0
        else:
            left.append((term.start, term.end))
            gap = 0
    return tuple(clause.sentence[start:end] for start, end in left)


def _qualifies(term: Term, after: Term | None) -> bool:
    """An adverb, or a word right before the thing that it narrows down."""
    return term.text.endswith("ly") or (after is not None and bool(after.concepts))


def _exception(clause: Clause) -> tuple[str, ...]:
    return (f"unless {clause.exception}",) if clause.exception else ()


def _resolved(ids: Iterable[str]) -> Iterable[str]:
    for id in ids:
        yield from checks_of(id) or (id,) if id in MANDATES else (id,)


def _why(parts: Sequence[Part]) -> str:
    faults = [part.why for part in parts if part.fault]
    if faults:
        return "; ".join(_unique(faults))
    decided = [(part.text, ", ".join(part.by)) for part in parts]
    if len(decided) == 1:
        return f"decided by {decided[0][1]}"
    return "; ".join(f'"{text}" is decided by {by}' for text, by in decided)


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts)


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
