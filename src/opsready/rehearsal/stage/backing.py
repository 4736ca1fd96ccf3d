"""What stands behind the service: a real dependency, or what stands in for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from opsready.rehearsal.stage.process import Command


@dataclass(frozen=True)
class Room:
    """A place of its own for one backing: a directory, and the mark of its stage."""

    directory: Path
    mark: str

    def command(self, name: str, *arguments: str | Path) -> Command:
        """A command that gets a path to the system's tools and nothing else."""
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(self.directory)}
        return Command(name, [str(a) for a in arguments], self.directory, environment, self.mark)


class Backing(Protocol):
    """Can be started, and broken in the ways in which the real thing breaks.

    `start` returns when it answers, on the same port each time; it raises CannotStage with the
    reason. `stop` and `kill` are idempotent. `address` has the keys `url`, `host` and `port`.
    """

    name: str
    kind: str

    @property
    def address(self) -> Mapping[str, str]: ...

    @property
    def secrets(self) -> tuple[str, ...]: ...

    @property
    def tool(self) -> tuple[str, str]:
        """Name and version of what runs."""

    @property
    def is_up(self) -> bool: ...

    @property
    def was_asked(self) -> bool:
        """Whether a request is known to have come, even if no connection stands now."""

    def schema(self) -> tuple[str, ...] | None:
        """The shape of what it keeps, line by line; None where nothing tells."""

    def answer_all_with(self, status: int | None) -> bool:
        """From now on every answer has this HTTP status, with None what it would have been;
        whether it is something that can be told so."""

    def start(self) -> None: ...

    def stop(self) -> None:
        """As an operator stops it: clients are disconnected, nothing listens."""

    def kill(self) -> None:
        """As a crash ends it."""

    def pause(self) -> None:
        """It hangs: connections stay, nothing answers."""

    def resume(self) -> None: ...

    def close(self) -> None:
        """For good, whatever state it is in."""
