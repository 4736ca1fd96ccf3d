"""How many processes serve a Python application, and whether they share their metrics."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Scope
from opsready.documents.start_command import StartCommand
from opsready.facts.gunicorn import Gunicorn, commands
from opsready.facts.metric import Sharing
from opsready.facts.usual_value import usual_number
from opsready.sources.kinds import Kind
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle

# prometheus_client keeps numbers in files of this directory, and in memory where it is not set.
SHARED_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
_MAY_SET_IT = (
    *(Kind.DOCKERFILE, Kind.COMPOSE, Kind.PROCFILE, Kind.SHELL, Kind.KUBERNETES),
    *(Kind.TERRAFORM, Kind.ENV_FILE, Kind.YAML),
)


class Workers(NamedTuple):
    """A number of workers, and the line that says it; not sure where it is a default."""

    number: int
    scope: Scope
    line: int
    sure: bool


@dataclass(frozen=True)
class Processes:
    """The processes of one service, as its code and its start commands show them."""

    code: PythonCode
    bundle: Bundle

    @cached_property
    def workers(self) -> list[Workers]:
        """The numbers that code gives: gunicorn's configuration, and servers that it runs."""
        return [*self._by_gunicorn(), *self._by_server()]

    def _by_gunicorn(self) -> Iterator[Workers]:
        for setting in Gunicorn(self.code, self.bundle).setting("workers"):
            number, sure = usual_number(self.code, setting.value, setting.scope)
            if number is not None:
                yield Workers(number, setting.scope, setting.line, sure)

    def _by_server(self) -> Iterator[Workers]:
        for call, _ in self.code.calls_to("uvicorn.run", "uvicorn.Config", "granian.Granian"):
            number, sure = usual_number(self.code, call.argument(None, "workers"), call.scope)
            if number is not None:
                yield Workers(number, call.scope, call.line, sure)

    @cached_property
    def are_several(self) -> bool:
        """Whether more than one worker runs, as far as anything says."""
        by_command = (StartCommand(command).workers for command in commands(self.bundle))
        counts = [*(workers.number for workers in self.workers), *by_command]
        return any(count is not None and count > 1 for count in counts)

    @cached_property
    def sharing(self) -> Sharing:
        """What they do with their metrics, as far as code and configuration show it."""
        texts = (
            source.text for source in self.bundle.of_kind(*_MAY_SET_IT) if serves_users(source.path)
        )
        stored = (s for m in self.code.application for s in m.stores.get(SHARED_DIRECTORY, ()))
        shares = any(SHARED_DIRECTORY in text for text in texts) or any(stored)
        named = (str(s.value) for m in self.code.application for s in m.strings)
        may_share = any(self.code.calls("MultiProcessCollector")) or SHARED_DIRECTORY in named
        return Sharing(self.are_several, shares, shares or may_share)
