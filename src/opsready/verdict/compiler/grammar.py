"""Takes a sentence apart into clauses.

Segments end at marks and conjunctions. A segment with a predicate of its own is a new clause,
which takes its subject from the clause before where it names none; one without continues what
stands before it. What follows "when" or "if" is a condition; what precedes a colon is the
subject of all that follows it, unless it announces a list.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from opsready.verdict.compiler.clause import Clause
from opsready.verdict.compiler.term import Term, lexicon, read_terms

_MARKS = frozenset({",", ";", ":", ".", "—", "–", "--", "(", ")", "?", "!", "->", "=>", "→"})
_BREAKS = _MARKS | {"and", "or", "but", "with", "if"}
_STOPS = frozenset({";", ".", "?", "!"})
_EXCEPTIONS = frozenset({"unless", "except"})
_DENIALS = frozenset({"clause", "refuses", "phrase", "optional"})
_NEGATION = frozenset({"clause", "refuses"})
_LOCAL_NEGATION = frozenset({"phrase"})
_PLACES = frozenset({"in", "on", "at", "for", "from", "into"})
# Verbs of an aim: "… to check", "… to show".
_AIMS = frozenset({"verify", "cover"})
# What can be listed behind it, with or without a colon.
_ANNOUNCES = frozenset({"cover", "document", "runbook", "procedure"})
# Nouns of the lexicon that are predicates where they stand as verbs.
_HAPPENS = frozenset(
    {"drain", "lose", "route", "alert", "rollback", "apply", "approval", "timeout", "plan"}
)
# What a condition is made of: a clause behind it that speaks of this still belongs to it.
_MEASURED = frozenset({"error_rate", "latency", "throughput", "saturation", "availability"})


@dataclass(frozen=True)
class Segment:
    """Terms between two breaks; `leads` are the marks and conjunctions before them."""

    leads: tuple[str, ...]
    terms: tuple[Term, ...]
    opens: str = ""

    @property
    def has_predicate(self) -> bool:
        """Whether it says that something happens or is so."""
        return self._predicate is not None

    @property
    def names_a_thing(self) -> bool:
        """Whether something known stands before its predicate."""
        before = self.terms[: self._predicate]
        return any(term.is_code or term.concepts - _DENIALS for term in before)

    @property
    def _predicate(self) -> int | None:
        """The place of the first word that says what happens. An unknown word that opens the
        segment and looks like a verb in the present tense is one: "and makes tea"."""
        acts = lexicon().sections["acts"] | {"refuses"}
        for place, term in enumerate(self.terms):
            if term.function == "aux" or _is_verb_form(term):
                return place
            if not term.is_code and (term.concepts & acts or term.concepts == {"exist"}):
                return place
            opens = place == 0 and len(self.terms) > 1 and _joins(self)
            if opens and term.is_unknown and re.search(r"[^s]s$", term.text):
                return place
        return None

    @property
    def is_negated(self) -> bool:
        """Whether an odd number of its words negate it as a whole."""
        return sum(bool(term.concepts & _NEGATION) for term in self.terms) % 2 == 1

    def speaks_of(self, concepts: frozenset[str]) -> bool:
        """Whether one of its terms means one of these."""
        return any(term.concepts & concepts for term in self.terms)

    @property
    def comes_first(self) -> str:
        """The word of time that opens it: "before anything is applied, …"."""
        first = self.terms[0]
        opens = first.function in {"before", "after"} and self.has_predicate
        return first.text.lower() if opens else ""

    @property
    def is_participle(self) -> bool:
        """Whether it opens with one, as in "is reviewed and approved"."""
        first = self.terms[0]
        return "and" in self.leads and first.text.lower().endswith("ed") and not first.is_unknown

    def starts_with(self, concept: str) -> bool:
        """Whether its first term of meaning means this."""
        first = next((term for term in self.terms if term.concepts), None)
        return first is not None and concept in first.concepts


def _joins(segment: "Segment") -> bool:
    return bool({"and", "but"} & {*segment.leads})


@dataclass
class _Draft:
    """A clause under construction; `place` says where the next words would go."""

    terms: list[Term]
    negated: bool
    context: tuple[Term, ...] = ()
    condition: list[Term] = field(default_factory=list)
    exception: list[Term] = field(default_factory=list)
    purpose: list[Term] = field(default_factory=list)
    joined_by: str = ""
    is_list: bool = False
    is_headline: bool = False
    in_condition: bool = False
    starts: int | None = None

    @property
    def has_predicate(self) -> bool:
        return Segment((), tuple(self.terms)).has_predicate

    @property
    def is_passive(self) -> bool:
        """Whether it ends in a participle behind "is": more of them may follow."""
        return any(term.function == "aux" for term in self.terms)

    @property
    def has_purpose(self) -> bool:
        """Whether it has come to say what it is good for."""
        known = [n for n, (t, a) in enumerate(pairwise(self.terms)) if _opens_purpose(t, a)]
        return any(term.concepts for n in known for term in self.terms[:n])

    @property
    def is_complete(self) -> bool:
        """Whether it says something without a verb: "no secrets in the repository"."""
        places = any(term.text.lower() in _PLACES for term in self.terms if term.function == "")
        return self.negated or places

    @property
    def announces(self) -> bool:
        return any(term.concepts & _ANNOUNCES for term in self.terms)

    @property
    def subject(self) -> tuple[Term, ...]:
        """What stands before the predicate; all of it where there is none."""
        acts = lexicon().sections["acts"]
        subject: list[Term] = []
        for term in self.terms:
            if term.function == "aux" or (term.concepts and term.concepts <= acts):
                break
            if term.concepts - acts:
                subject.append(term)
        return tuple(subject) or self.context


def read_clauses(sentence: str) -> tuple[Clause, ...]:
    """The clauses of a sentence, in order. Every term of it stands in one of them."""
    drafts: list[_Draft] = []
    label: tuple[Term, ...] = ()
    waiting: list[Term] = []
    opened_by, starts = "", None
    for segment in _segments(read_terms(sentence)):
        last = drafts[-1] if drafts and not _STOPS & {*segment.leads} else None
        if last is not None and ":" in segment.leads and not last.announces:
            label = (*label, *(term for term in last.terms if term.concepts))
            starts = last.terms[0].start
            last.is_headline = True
            if not last.has_predicate:
                drafts.pop()
            last = None
        if waiting and not _is_main(segment):
            waiting += segment.terms
        elif last is None and (opens := segment.opens or segment.comes_first):
            waiting, opened_by = [*segment.terms], opens
        elif last is not None and _continues(last, segment):
            _continue(last, segment)
        else:
            drafts.append(_begin(segment, last, label, waiting, opened_by))
            drafts[-1].starts = starts
            waiting, opened_by, starts = [], "", None
    if waiting:
        drafts.append(_Draft(waiting, negated=False, context=label))
    return tuple(_clause(sentence, draft) for draft in drafts)


def _segments(terms: Sequence[Term]) -> Iterator[Segment]:
    leads: list[str] = []
    opens = ""
    inside: list[Term] = []
    for term in terms:
        if term.function in _BREAKS:
            if inside:
                yield Segment(tuple(leads), _denied(inside), opens)
                leads, opens, inside = [], "", []
            leads.append(term.text.lower() if term.function == "or" else term.function or "")
            opens = term.text.lower() if term.function == "if" else opens
        else:
            inside.append(term)
    if inside:
        yield Segment(tuple(leads), _denied(inside), opens)


def _denied(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Marks what stands behind "without" and the like."""
    start = next((n for n, t in enumerate(terms) if t.concepts & _LOCAL_NEGATION), len(terms))
    return tuple(replace(term, denied=n > start) for n, term in enumerate(terms))


def _is_verb_form(term: Term) -> bool:
    """Nouns that are verbs too count as predicates where they are inflected like one."""
    if term.is_code:
        return False
    return bool(term.concepts & _HAPPENS) and term.text.split()[0].lower().endswith(("s", "ed"))


def _is_main(segment: Segment) -> bool:
    """Whether a condition that stands first has come to its end."""
    if "," not in segment.leads or segment.opens:
        return False
    return segment.has_predicate or segment.speaks_of(_HAPPENS)


def _continues(last: _Draft, segment: Segment) -> bool:
    """Whether a segment belongs to the clause before it."""
    if segment.opens or "with" in segment.leads or "(" in segment.leads:
        return True
    if ":" in segment.leads:
        return True
    if {"and", "or"} & {*segment.leads} and not last.has_predicate and not last.condition:
        # "fast and slow alerts fire": the subject is still being named
        names = segment.names_a_thing and not ("," in segment.leads and last.is_complete)
        return names or not segment.has_predicate
    if last.has_purpose and not {",", ";"} & {*segment.leads}:
        return True
    if last.in_condition and not {",", "but"} & {*segment.leads}:
        return "or" in segment.leads or segment.speaks_of(_MEASURED)
    if last.is_list:
        return not _is_finite(segment) or segment.starts_with("procedure")
    return not segment.has_predicate or (last.is_passive and segment.is_participle)


def _is_finite(segment: Segment) -> bool:
    """Whether it has a verb of its own, not just words that may be verbs elsewhere."""
    acts = lexicon().sections["acts"]
    first = next((term for term in segment.terms if not term.function), None)
    says = first is not None and first.text.lower().endswith("s") and segment.has_predicate
    return (says and bool(first and (first.is_unknown or first.concepts & acts))) or any(
        term.function == "aux" for term in segment.terms
    )


def _continue(last: _Draft, segment: Segment) -> None:
    if segment.opens in _EXCEPTIONS and not last.negated:
        last.exception += segment.terms
    elif segment.opens:
        last.joined_by, last.in_condition = segment.opens, True
        last.condition += segment.terms
    elif last.in_condition and not _leaves_condition(segment):
        last.condition += segment.terms
    else:
        last.in_condition = False
        last.is_list |= last.announces or ":" in segment.leads
        negated = segment.is_negated
        last.terms += [replace(term, denied=term.denied ^ negated) for term in segment.terms]


def _leaves_condition(segment: Segment) -> bool:
    if "," in segment.leads:
        return not any(term.quantity for term in segment.terms)
    return "with" in segment.leads and segment.speaks_of(frozenset({"receiver", "route"}))


def _begin(
    segment: Segment,
    last: _Draft | None,
    label: tuple[Term, ...],
    waiting: list[Term],
    opened_by: str,
) -> _Draft:
    draft = _Draft([*segment.terms], segment.is_negated, label)
    draft.condition, draft.joined_by = [*waiting], opened_by
    if last is not None and not _has_subject(segment):
        draft.context = tuple(dict.fromkeys((*label, *last.subject)))
        draft.negated ^= last.negated and _shares_negation(last, segment)
    draft.is_list = draft.announces
    return draft


def _has_subject(segment: Segment) -> bool:
    acts = lexicon().sections["acts"]
    for term in segment.terms:
        if term.function == "aux" or term.concepts & acts or _is_verb_form(term):
            return False
        if term.concepts - _DENIALS:
            return True
    return False


def _shares_negation(last: _Draft, segment: Segment) -> bool:
    """ "does not plan or apply", "does not plan and require": the second verb stays negated."""
    if {"or", "nor"} & {*segment.leads}:
        return True
    if segment.is_negated or any(term.function == "aux" for term in segment.terms):
        return False
    verb = next((term for term in segment.terms if term.concepts), None)
    after_do = any(term.text.lower() in {"do", "does", "did", "will"} for term in last.terms)
    return after_do and verb is not None and not verb.text.lower().endswith(("s", "ed"))


def _opens_purpose(term: Term, after: Term) -> bool:
    return term.function == "purpose" or (term.function == "to" and bool(after.concepts & _AIMS))


def _without_purpose(draft: _Draft) -> None:
    """Takes out "to check …": it says what the rest is good for. What a condition or a second
    verb adds to a purpose goes with it."""
    terms = draft.terms
    for place, (term, after) in enumerate(pairwise(terms)):
        if _opens_purpose(term, after) and any(known.concepts for known in terms[:place]):
            draft.purpose, draft.terms = terms[place:], terms[:place]
            draft.purpose += draft.condition
            draft.condition, draft.joined_by = [], ""
            return


def _clause(sentence: str, draft: _Draft) -> Clause:
    _without_purpose(draft)
    said = draft.terms + draft.condition
    start, end = min(term.start for term in said), max(term.end for term in said)
    start = draft.starts if draft.starts is not None else start
    return Clause(
        _with_backticks(sentence, start, end),
        sentence,
        tuple(draft.terms),
        tuple(draft.condition),
        draft.context,
        draft.negated,
        draft.joined_by,
        _slice(sentence, draft.exception),
        _slice(sentence, draft.purpose),
        draft.is_headline,
    )


def _with_backticks(sentence: str, start: int, end: int) -> str:
    """Code stands between the places of its words: its marks are no part of any."""
    start -= sentence[start - 1 : start] == "`"
    end += sentence[end : end + 1] == "`"
    return sentence[start:end]


def _slice(sentence: str, terms: Sequence[Term]) -> str:
    return sentence[terms[0].start : terms[-1].end] if terms else ""
