"""A hat: a role with a brief, mandates and producers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from opsready.facts.fact import Facts
from opsready.hats.pack import Artifact
from opsready.spec.spec import Spec


@dataclass(frozen=True)
class Producer:
    """Writes one kind of artifact; yields nothing where the spec does not ask for it."""

    id: str
    produce: Callable[[Spec, Facts], Iterator[Artifact]]


@dataclass(frozen=True)
class Hat:
    """A role: `focus` in a phrase, `mandates` by id, producers in the order of their work."""

    id: str
    focus: str
    mandates: tuple[str, ...]
    producers: tuple[Producer, ...]
