"""Which kinds of dependency this machine can put behind a service."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from opsready.rehearsal.stage.backing import Backing, Room
from opsready.rehearsal.stage.postgresql import PostgreSQL
from opsready.rehearsal.stage.redis import Redis
from opsready.rehearsal.stage.stand_in import StandIn
from opsready.rehearsal.stage.trouble import CannotStage
from opsready.spec.spec import Dependency

_OTHER_NAMES = {"postgres": "postgresql", "valkey": "redis", "https": "http"}


@dataclass(frozen=True)
class Backings:
    """What stands behind the service; `left_out` names dependencies for which nothing does."""

    all: tuple[Backing, ...]
    left_out: tuple[str, ...] = ()

    def of(self, name: str) -> Backing | None:
        """What stands behind the service for this dependency."""
        return next((backing for backing in self.all if backing.name == name), None)

    def close(self) -> None:
        """Every one, whatever happens to the others."""
        for backing in self.all:
            backing.close()


def backings_for(dependencies: Sequence[Dependency], directory: Path, mark: str) -> Backings:
    """One for each dependency, not started. A critical one of a kind that we do not have raises
    CannotStage: a service without it would show nothing."""
    made: list[Backing] = []
    left_out: list[str] = []
    for dependency in dependencies:
        backing = _backing(dependency, Room(directory / dependency.name.replace("/", "-"), mark))
        if backing is not None:
            made.append(backing)
        elif dependency.critical:
            raise CannotStage(f"nothing on this machine stands in for {dependency.kind}")
        else:
            left_out.append(dependency.name)
    return Backings(tuple(made), tuple(left_out))


def _backing(dependency: Dependency, room: Room) -> Backing | None:
    match _OTHER_NAMES.get(dependency.kind, dependency.kind):
        case "postgresql":
            return PostgreSQL(dependency.name, room)
        case "redis":
            return Redis(dependency.name, room)
        case "http":
            return StandIn(dependency.name, room, dependency.replies)
    return None
