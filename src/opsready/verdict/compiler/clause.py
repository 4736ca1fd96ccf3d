"""A clause: one thing that a sentence says, and the questions that a meaning may ask of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from opsready.verdict.compiler.quantity import Quantity, Unit
from opsready.verdict.compiler.term import Term


@dataclass(frozen=True)
class Clause:
    """`terms` are said here; `condition` stands behind when, if or until; `context` is what the
    clause takes from before it: the label of the sentence, or the subject of the clause before.

    `negated` turns the whole clause round; a single term may be `denied` beside. `joined_by` is
    the word that opened the condition, `exception` what stands behind unless or except, `purpose`
    what it is said to be good for, which claims nothing. `is_headline` says that a colon follows,
    and behind it what the clause means. `sentence` is the whole, in which terms have their places.
    """

    text: str
    sentence: str
    terms: tuple[Term, ...]
    condition: tuple[Term, ...] = ()
    context: tuple[Term, ...] = ()
    negated: bool = False
    joined_by: str = ""
    exception: str = ""
    purpose: str = ""
    is_headline: bool = False

    @property
    def said(self) -> tuple[Term, ...]:
        """The terms of the clause and of its condition, without what it takes from before."""
        return self.terms + self.condition

    @property
    def only_measures(self) -> bool:
        """Whether it gives a figure to what stands before it: "timeout: 5 seconds"."""
        meant = frozenset[str]().union(*(term.concepts for term in self.said))
        return meant <= {"window", "last", "respond"} and any(term.quantity for term in self.said)

    def reading(self, concept: str, other: str) -> "Clause":
        """The clause in which code that means one concept means another instead."""

        def read(terms: tuple[Term, ...]) -> tuple[Term, ...]:
            return tuple(
                replace(term, concepts=term.concepts - {concept} | {other})
                if term.is_code and concept in term.concepts
                else term
                for term in terms
            )

        return replace(
            self, terms=read(self.terms), condition=read(self.condition), context=read(self.context)
        )

    def names(self, concepts: Iterable[str]) -> bool:
        """Whether the clause itself, or its condition, speaks of one of these."""
        wanted = frozenset(concepts)
        return any(term.concepts & wanted for term in self.said)

    def knows(self, concepts: Iterable[str]) -> bool:
        """Whether one of these is said here or taken from before."""
        wanted = frozenset(concepts)
        return any(term.concepts & wanted for term in self.said + self.context)

    def conditioned_on(self, concepts: Iterable[str]) -> bool:
        """Whether one of these stands in the condition."""
        wanted = frozenset(concepts)
        return any(term.concepts & wanted for term in self.condition)

    def first(self, concepts: Iterable[str]) -> Term | None:
        """The first term that speaks of one of these."""
        wanted = frozenset(concepts)
        return next((term for term in self.said if term.concepts & wanted), None)

    def denies(self, concepts: Iterable[str]) -> bool:
        """Whether the clause says of these that they are not so."""
        term = self.first(concepts)
        return self.negated ^ bool(term and term.denied)

    def orders(self, function: str, concepts: Iterable[str]) -> bool:
        """Whether a grammar word ("before", "after") leads to one of these."""
        wanted = frozenset(concepts)
        said = self.said
        starts = [place for place, term in enumerate(said) if term.function == function]
        return any(
            term.concepts & wanted for start in starts for term in said[start + 1 : start + 6]
        )

    def quantities(self, unit: Unit) -> list[Quantity]:
        """The figures of a unit, in order."""
        return [t.quantity for t in self.said if t.quantity and t.quantity.unit is unit]

    @property
    def code(self) -> list[str]:
        """What it quotes as code, each span whole where its words stand together."""
        spans: list[list[Term]] = []
        for before, term in zip((None, *self.said), self.said, strict=False):
            if not term.is_code:
                continue
            if before is not None and before.is_code and term.start == before.end + 1:
                spans[-1].append(term)
            else:
                spans.append([term])
        return [" ".join(term.text for term in span) for span in spans]
