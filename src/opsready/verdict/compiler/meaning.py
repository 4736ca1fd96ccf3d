"""A meaning: something that a clause can say, what would show it, and what must be said for it."""

from collections.abc import Callable
from dataclasses import dataclass

from opsready.verdict.compiler.clause import Clause
from opsready.verdict.compiler.term import Term

Concepts = frozenset[str]


def any_of(concepts: str) -> Concepts:
    """A group of concepts, written with blanks between them."""
    return frozenset(concepts.split())


@dataclass(frozen=True)
class Need:
    """What a clause must say for a meaning to be something that can be shown to be false."""

    name: str
    is_said: Callable[[Clause], bool]


@dataclass(frozen=True)
class Meaning:
    """A clause has it when it speaks of one concept of every group of `about`; the first group
    may stand before the clause, and the last is what a denial is about.

    `by` are ids of checks and probes. `mandate` is what the opposite would break, empty where no
    mandate speaks of it. `is_fault` marks what must not be so: "secrets in the repository".
    `turned` finds what turns a clause round without a negation: "approval after apply".
    `names` says that unknown words are names of things (an entry, a receiver), and understood.
    `only_if` is a further condition on the clause. `with_concept` adds ids where the clause
    speaks of a concept beside.
    """

    id: str
    by: tuple[str, ...]
    about: tuple[Concepts, ...]
    mandate: str = ""
    reads: Concepts = frozenset()
    unless: Concepts = frozenset()
    needs: tuple[Need, ...] = ()
    is_fault: bool = False
    turned: Callable[[Clause], bool] = lambda clause: False
    only_if: Callable[[Clause], bool] = lambda clause: True
    names: bool = False
    with_concept: tuple[tuple[str, str], ...] = ()

    def is_said_by(self, clause: Clause) -> bool:
        """Whether the clause speaks of all that this is about."""
        first, *others = self.about
        says_it = not others or clause.names(others[0]) or clause.only_measures
        return (
            says_it
            and clause.knows(first)
            and all(clause.knows(group) for group in others)
            and not clause.names(self.unless)
            and self.only_if(clause)
        )

    def opposes(self, clause: Clause) -> bool:
        """Whether the clause says the contrary of what should be so."""
        return clause.denies(self.about[-1]) ^ self.is_fault ^ self.turned(clause)

    def missing(self, clause: Clause) -> tuple[str, ...]:
        """What it needs and the clause does not say."""
        return tuple(need.name for need in self.needs if not need.is_said(clause))

    def understands(self, term: Term) -> bool:
        """Whether a term is part of what this says."""
        return bool(term.concepts & (self.reads | frozenset[str]().union(*self.about)))

    def answers_with(self, clause: Clause) -> tuple[str, ...]:
        """The checks and probes that decide the clause."""
        more = [id for concept, id in self.with_concept if clause.knows({concept})]
        return tuple(dict.fromkeys((*self.by, *more)))
