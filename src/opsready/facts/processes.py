"""How many processes serve a Python application, and whether they share their metrics."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from opsready.documents.python_code import PythonCode
from opsready.documents.python_scope import Scope
from opsready.documents.start_command import StartCommand
from opsready.facts.gunicorn import Gunicorn, commands
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
    """A count of workers, and the line that says it; not sure where it is a default."""

    count: int
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
        """The counts that code gives: gunicorn's configuration, and servers that it runs."""
        return [*self._by_gunicorn(), *self._by_server()]

    def _by_gunicorn(self) -> Iterator[Workers]:
        for setting in Gunicorn(self.code, self.bundle).setting("workers"):
            count, sure = usual_number(self.code, setting.value, setting.scope)
            if count is not None:
                yield Workers(count, setting.scope, setting.line, sure)

    def _by_server(self) -> Iterator[Workers]:
        for call, _ in self.code.calls_to("uvicorn.run", "uvicorn.Config", "granian.Granian"):
            count, sure = usual_number(self.code, call.argument(None, "workers"), call.scope)
            if count is not None:
                yield Workers(count, call.scope, call.line, sure)

    @cached_property
    def are_several(self) -> bool:
        """Whether more than one worker runs, as far as anything says."""
        by_command = (StartCommand(command).workers for command in commands(self.bundle))
        counts = [*(workers.count for workers in self.workers), *by_command]
        return any(count is not None and count > 1 for count in counts)

    @cached_property
    def share_metrics(self) -> bool:
        """Whether the workers keep their numbers where one of them can add them up."""
        if any(self.code.calls("MultiProcessCollector")):
            return True
        texts = (
            source.text for source in self.bundle.of_kind(*_MAY_SET_IT) if serves_users(source.path)
        )
        in_code = (s.value for m in self.code.application for s in m.strings)
        return any(SHARED_DIRECTORY in str(text) for text in (*texts, *in_code))
