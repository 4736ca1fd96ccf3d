"""A hat: a role with a brief, mandates and producers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from opsready.facts.fact import Facts
from opsready.hats.pack import Artifact, LeftOut
from opsready.spec.spec import Spec


@dataclass(frozen=True)
class Producer:
    """Writes one kind of artifact; yields nothing where the spec does not ask for it, and says in
    `left_out` what it would write, were something else known."""

    id: str
    produce: Callable[[Spec, Facts], Iterator[Artifact]]
    left_out: Callable[[Spec, Facts], Iterable[LeftOut]] = lambda _spec, _facts: ()


@dataclass(frozen=True)
class Hat:
    """A role: `focus` in a phrase, the sections of the spec that it `reads`, globs of the paths
    that it `produces`, `mandates` by id, producers in the order of their work."""

    id: str
    focus: str
    reads: tuple[str, ...]
    produces: tuple[str, ...]
    mandates: tuple[str, ...]
    producers: tuple[Producer, ...]

    @property
    def brief(self) -> str:
        """The dotted name of the page that a person or an agent follows who wears the hat."""
        return f"{__package__}.{self.id.replace('-', '_')}.brief"

    def may_write(self, path: str) -> bool:
        """Whether the path is among those that the hat declares."""
        return any(fnmatchcase(path, glob) for glob in self.produces)
