"""Intents and units of a `.haiku/` tree, of either layout, as a reader of them needs it.

Fields that we do not know are kept in `frontmatter`, and nothing here is ever written back:
status, hat, bolt and the like belong to the engine (reference: H·AI·K·U file schemas).
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class UnitCriterion:
    """One completion criterion of a unit: its text without box or bullet, and where it stands.

    `done` is None where the list has no check boxes.
    """

    text: str
    path: str
    line: int
    done: bool | None = None


@dataclass(frozen=True)
class Unit:
    """One unit of work. `inputs` are paths as written, `references` those of `## References`;
    `reads` are the files of the tree that both together name."""

    path: str
    title: str
    type: str
    stage: str
    depends_on: tuple[str, ...]
    inputs: tuple[str, ...]
    references: tuple[str, ...]
    criteria: tuple[UnitCriterion, ...]
    frontmatter: dict[str, Any]
    reads: tuple[str, ...] = ()

    @property
    def is_for_operations(self) -> bool:
        """Units of type ops (or the older `operations`), and all of the operations stage."""
        return self.type in {"ops", "operations"} or self.stage == "operations"


@dataclass(frozen=True)
class StageInputs:
    """The four inputs of the operations stage, each as the paths that were found."""

    discovery: tuple[str, ...] = ()
    behaviour: tuple[str, ...] = ()
    architecture: tuple[str, ...] = ()
    code: tuple[str, ...] = ()

    def missing(self) -> list[str]:
        """The names of the inputs that no file gives."""
        named = {
            "discovery": self.discovery,
            "behaviour spec": self.behaviour,
            "architecture": self.architecture,
            "code": self.code,
        }
        return [name for name, paths in named.items() if not paths]


@dataclass(frozen=True)
class Intent:
    """One intent folder. `layout` is "1.x" (state.json beside the stages) or "4+"."""

    slug: str
    path: str
    title: str
    layout: str
    stages: tuple[str, ...]
    inputs: StageInputs
    units: tuple[Unit, ...]
    frontmatter: dict[str, Any]
