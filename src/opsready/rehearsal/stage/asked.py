"""Which variables a watched service asks its environment for, and where its code asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from opsready.documents.variable_name import is_of_the_machine, is_secret
from opsready.rehearsal.stage.recorder import sitecustomize as recorder

_NOTES_AT_MOST = 2000


@dataclass(frozen=True, order=True)
class Asked:
    """A variable, and the first place in the tree at which it is asked for."""

    name: str
    path: str
    line: int

    @property
    def secret(self) -> bool:
        """Whether its name says that its value is one."""
        return is_secret(self.name)


def watching(environment: Mapping[str, str], tree: Path, notes: Path) -> dict[str, str]:
    """What an environment needs besides, so that a service in Python notes what it asks for."""
    ours = str(Path(recorder.__file__).parent)
    path = environment.get("PYTHONPATH")
    return {
        recorder.RECORD: str(notes),
        recorder.ROOT: str(tree),
        "PYTHONPATH": f"{ours}:{path}" if path else ours,
    }


def asked_for(notes: Path) -> list[Asked]:
    """Every variable once, by name; nothing where nothing was noted."""
    try:
        lines = notes.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found: dict[str, Asked] = {}
    for asked in sorted(filter(None, map(_noted, lines[:_NOTES_AT_MOST]))):
        if not is_of_the_machine(asked.name):
            found.setdefault(asked.name, asked)
    return list(found.values())


def _noted(line: str) -> Asked | None:
    """A service could write into the file of its notes: what is none is left out."""
    match line.split("\t"):
        case [name, path, number] if name.isidentifier() and number.isdigit():
            return Asked(name, path, int(number))
    return None
