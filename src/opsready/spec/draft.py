"""What the sources suggest for the spec, value by value, before a person's word is heard."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from opsready.facts.fact import Confidence, Fact
from opsready.spec.origin import Basis, Origin

Steps = tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """One value for one place in the spec, with its origin. `needs` is the section and name of
    the item without which it is not suggested."""

    steps: Steps
    value: Any
    origin: Origin
    needs: Steps = ()


def said(steps: Steps, value: Any, fact: Fact) -> Suggestion:
    """A value that a source says or shows, as sure as the fact is."""
    basis = {
        Confidence.STATED: Basis.STATED,
        Confidence.DERIVED: Basis.DERIVED,
        Confidence.OBSERVED: Basis.OBSERVED,
    }[fact.confidence]
    return Suggestion(steps, value, Origin(basis, _shortened(fact.quote), fact.path, fact.line))


def follows(steps: Steps, value: Any, fact: Fact, why: str) -> Suggestion:
    """A value that we conclude from a fact; `why` names the step."""
    return Suggestion(steps, value, Origin(Basis.DERIVED, why, fact.path, fact.line))


def assumed(steps: Steps, value: Any, why: str) -> Suggestion:
    """A default: nothing says it; `why` gives the reason for this one."""
    return Suggestion(steps, value, Origin(Basis.ASSUMED, why))


def first_of(suggestions: Iterable[Suggestion]) -> dict[Steps, Suggestion]:
    """The first suggestion for each place wins; sections give their surest first."""
    chosen: dict[Steps, Suggestion] = {}
    for suggestion in suggestions:
        chosen.setdefault(suggestion.steps, suggestion)
    return chosen


def item(
    section: str, name: str, values: Iterator[tuple[str, Any]], fact: Fact
) -> Iterator[Suggestion]:
    """The keys of one list item that all rest on the same fact; the name leads."""
    yield said((section, name, "name"), name, fact)
    for key, value in values:
        yield said((section, name, key), value, fact)


def _shortened(quote: str) -> str:
    return quote if len(quote) <= 100 else quote[:99] + "…"
