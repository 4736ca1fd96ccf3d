"""The stage: a directory, the dependencies, and the service in a copy of its tree.

Use it as a context manager: when it is left, by whatever way, no process, port or directory of it
remains.
"""

import atexit
import re
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType

from opsready.hats.pack import Pack
from opsready.rehearsal.proof import tools_of_this_process
from opsready.rehearsal.stage import family
from opsready.rehearsal.stage.asked import Asked, asked_for, watching
from opsready.rehearsal.stage.backings import Backings, backings_for
from opsready.rehearsal.stage.command_line import address_variables, expanded, on_loopback
from opsready.rehearsal.stage.engine import Engine, find_engine
from opsready.rehearsal.stage.environment import Environment, bare_environment, environment_of
from opsready.rehearsal.stage.installation import Recipe, installed, tools_for
from opsready.rehearsal.stage.interrupts import stops_raise, uninterrupted
from opsready.rehearsal.stage.place import make_place
from opsready.rehearsal.stage.placeholders import Placeholders, placeholders
from opsready.rehearsal.stage.ports import free_port, is_free
from opsready.rehearsal.stage.process import Command, NoSuchCommand, Process, run_to_end
from opsready.rehearsal.stage.secret_values import Secrets
from opsready.rehearsal.stage.service import Service, await_listening
from opsready.rehearsal.stage.trouble import CannotStage, DidNotStart, Ended
from opsready.rehearsal.stage.working_copy import copy_tree
from opsready.spec.spec import Spec

# A migration of an empty database is quick; a slow import of a large framework is not.
_PREPARE_S = 180
_PORT_TAKEN = re.compile(r"(?i)address (is )?already in use|EADDRINUSE|Errno 98\b|os error 98\b")
_DISK_FULL = re.compile(r"(?i)no space left on device|ENOSPC|disk quota exceeded")


@dataclass(frozen=True)
class Setting:
    """What one start of the service is given: its port, its environment, its placeholders."""

    port: int
    environment: Environment
    filled: Placeholders


class Stage:
    """`say` is told what is going on. Nothing is started before it is asked for. `shared` stands
    behind this stage's service too, for dependencies of the same names. A `watched` service notes
    which variables it asks for."""

    def __init__(
        self,
        spec: Spec,
        pack: Pack,
        say: Callable[[str], None],
        *,
        watched: bool = False,
        shared: Backings | None = None,
    ) -> None:
        self.spec = spec.operations
        self.pack = pack
        self.say = say
        self.secrets = Secrets()
        self._service: Service | None = None
        self._failure: Exception | None = None
        self._tools: dict[str, str] = {}
        self._starts = 0
        self._is_prepared = False
        self._shared = shared or Backings(())
        self._watched = watched
        self._over = threading.Event()
        self._left = stops_raise()

    def __enter__(self) -> "Stage":
        self._place = make_place()
        atexit.register(self.clear)
        self._left.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        try:
            self.clear()
        finally:
            self._left.__exit__(kind, error, tb)

    @property
    def directory(self) -> Path:
        """Where everything of the stage lies."""
        return self._place.directory

    @cached_property
    def backings(self) -> Backings:
        """The dependencies, all up at first; those that another stage shares with this one are
        that one's to close."""
        own = self._own_backings.all
        named = {backing.name: backing for backing in (*own, *self._shared.all)}
        self.secrets = self.secrets.with_values(s for one in named.values() for s in one.secrets)
        return Backings(tuple(named.values()), self._own_backings.left_out)

    @cached_property
    def _own_backings(self) -> Backings:
        own = [one for one in self.spec.dependencies if self._shared.of(one.name) is None]
        return backings_for(own, self.directory / "backings", self.name)

    @cached_property
    def tree(self) -> Path:
        """The working copy."""
        copy = self.directory / "tree"
        copy.mkdir()
        copy_tree(self.pack.bundle.root, copy, self.pack.written)
        return copy

    def service(self) -> Service:
        """The service, listening; a running one is used again. Raises CannotStage where this
        machine lacks something, and DidNotStart where the service itself failed; what failed once
        is not tried again."""
        if self._failure is not None:
            raise self._failure
        if self._service is None or not self._service.is_alive:
            self.stop_service()
            try:
                self._service = self._start()
            except (CannotStage, DidNotStart) as failure:
                self._failure = failure
                raise
        return self._service

    def fresh_service(self) -> Service:
        """The service, started anew."""
        self.stop_service()
        return self.service()

    def another(self, given: Mapping[str, str], within_s: float | None = None) -> Service:
        """One more instance beside those that run, with `given` before what the spec gives it. The
        caller ends it. Raises as `service` does."""
        return self._start(given, within_s)

    def run_once(self, command: Sequence[str]) -> int:
        """A command in the tree with the environment of the service; its exit code."""
        self.raise_backings()
        setting = self._setting(self._environment_of_its_own)
        self._write_files(setting)
        arguments = self._arguments(list(command), setting)
        ended = self._run_in_tree("task", arguments, setting, to_end=True)
        return 1 if ended.fault or ended.exit_code is None else ended.exit_code

    def stop_service(self) -> None:
        """Ends it and all that came of it."""
        if self._service is not None:
            self._service.process.kill()
            self._service = None

    def raise_backings(self) -> None:
        """Starts every dependency that is not up."""
        for backing in self.backings.all:
            if not backing.is_up:
                self.say(f"starting {backing.name}")
                backing.start()

    def asked_for(self) -> list[Asked]:
        """The variables that a watched service has asked for so far."""
        return asked_for(self.directory / "asked")

    def prepare(self) -> None:
        """Runs what comes before the first start, such as migrations, and starts no service.
        Raises as `service` does."""
        venv = self._environment_of_its_own
        self.raise_backings()
        setting = self._setting(venv)
        self._write_files(setting)
        self._prepare(setting)

    def beside(self, spec: Spec, pack: Pack, shared: Backings | None = None) -> "Stage":
        """Another stage, for another tree; what is `shared` stands behind its service too."""
        return Stage(spec, pack, self.say, shared=shared)

    def engine(self) -> Engine:
        """The container engine of this machine; raises CannotStage where none works."""
        found = find_engine(self.name)
        self._tools[found.name] = found.version
        return found

    def abandon(self) -> None:
        """Ends all that runs on the stage; what asks `refuse_when_over` starts nothing more."""
        self._over.set()
        family.kill(0, self.name)

    def refuse_when_over(self) -> None:
        """Raises Ended once the stage was abandoned."""
        if self._over.is_set():
            raise Ended

    def tools(self) -> dict[str, str]:
        """Versions of what runs here."""
        known = tools_of_this_process()
        made = self.backings.all if "backings" in self.__dict__ else ()
        return known | dict(backing.tool for backing in made) | self._tools

    def setting_inside(self, port: int, scratch: str) -> Setting:
        """What a start in a container is given that shares this machine's loopback: the spec's
        environment, and no path of this machine. Everything stands behind it."""
        self.raise_backings()
        return self._filled(port, scratch, {})

    def worked_with(self, tools: Mapping[str, str]) -> None:
        """Notes versions of what ran on another stage for this one."""
        self._tools.update(tools)

    def clear(self) -> None:
        """Leaves nothing behind. May be called twice."""
        atexit.unregister(self.clear)
        with uninterrupted():
            try:
                self.stop_service()
            finally:
                if "_own_backings" in self.__dict__:
                    self._own_backings.close()
                self._place.clear()

    @property
    def name(self) -> str:
        """Unique on this machine; all that the stage starts carries it as a mark."""
        return self._place.mark

    def _start(
        self, given: Mapping[str, str] | None = None, within_s: float | None = None
    ) -> Service:
        runtime = self.spec.runtime
        if not runtime.start:
            raise CannotStage("no start command is known: state runtime.start in opsready.yaml")
        venv = self._environment_of_its_own
        self.raise_backings()
        setting = self._setting(venv)
        self._write_files(setting)
        if not self._is_prepared:
            self._prepare(setting)
        if given:
            environment = setting.environment
            values = {**environment.values, **given}
            setting = replace(setting, environment=replace(environment, values=values))
        self.say("starting the service")
        arguments = self._arguments(runtime.start, setting)
        try:
            return await_listening(
                lambda: self._run_in_tree("service", arguments, setting),
                setting.port,
                within_s or self.spec.health.startup_s,
                self.secrets,
            )
        except DidNotStart as failure:
            raise self._explained(failure, setting) from None

    @cached_property
    def _environment_of_its_own(self) -> Path | None:
        if not self.spec.runtime.install:
            return None
        recipe = Recipe(self.pack.bundle.root, self.spec.runtime.install)
        return installed(recipe, self.name, self.say)

    def _setting(self, venv: Path | None) -> Setting:
        """Each start has a port and a scratch folder of its own."""
        self._starts += 1
        port = free_port()
        home, scratch = (self.directory / f"{name}-{self._starts}" for name in ("home", "scratch"))
        home.mkdir()
        scratch.mkdir()
        programs = [venv / "bin" if venv else Path(sys.base_prefix) / "bin"]
        bare = bare_environment(home, scratch, [*programs, tools_for(self.directory)])
        bare |= {"VIRTUAL_ENV": str(venv)} if venv else {}
        return self._filled(port, str(scratch), bare)

    def _filled(self, port: int, scratch: str, bare: Mapping[str, str]) -> Setting:
        filled = placeholders(self.backings.all, port, scratch)
        environment = environment_of(self.spec.configuration, filled, bare)
        self.secrets = self.secrets.with_values(environment.secrets)
        more = address_variables(self.spec.runtime.start, port)
        if any("PORT" in word for word in self.spec.runtime.start):
            more["PORT"] = str(port)
        return Setting(port, environment.with_values(more), filled)

    def files_inside(self, setting: Setting) -> dict[Path, str]:
        """The spec's configuration files as that start is to find them: where each lies here, and
        its path below the root of the tree."""
        folder = self.directory / "files-inside"
        made = {}
        for number, (name, text) in enumerate(self.spec.runtime.files.items()):
            path = folder / str(number)
            folder.mkdir(exist_ok=True)
            path.write_text(setting.filled.filled(text), encoding="utf-8")
            made[path] = name
        return made

    def _arguments(self, command: list[str], setting: Setting) -> list[str]:
        filled = [setting.filled.filled(word) for word in command]
        words = expanded(filled, setting.environment.values)
        return on_loopback(words, self.spec.runtime.port, setting.port)

    def _write_files(self, setting: Setting) -> None:
        for name, text in self.spec.runtime.files.items():
            path = self.tree / name
            if not path.resolve().is_relative_to(self.tree.resolve()):
                raise CannotStage(f"runtime.files: {name} lies outside of the tree")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(setting.filled.filled(text), encoding="utf-8")

    def _prepare(self, setting: Setting) -> None:
        self._is_prepared = True
        for command in self.spec.runtime.prepare:
            arguments = self._arguments(command, setting)
            line = " ".join(command)
            self.say(f"preparing: {line}")
            process = self._run_in_tree("prepare", arguments, setting, to_end=True)
            if process.fault or process.exit_code != 0:
                told = self.secrets.hidden_in(process.told(8)) or "it printed nothing"
                failure = process.fault or f"exit code {process.exit_code}"
                raise self._explained(DidNotStart(f"`{line}` failed, {failure}: {told}"), setting)

    def _run_in_tree(
        self, name: str, arguments: list[str], setting: Setting, *, to_end: bool = False
    ) -> Process:
        values = dict(setting.environment.values)
        values |= watching(values, self.tree, self.directory / "asked") if self._watched else {}
        command = Command(name, arguments, self.tree, values, self.name)
        try:
            return run_to_end(command, _PREPARE_S) if to_end else Process(command)
        except NoSuchCommand as missing:
            raise DidNotStart(f"{missing} (looked for in {command.environment['PATH']})") from None

    def _explained(self, failure: DidNotStart, setting: Setting) -> Exception:
        """A failure that is this machine's doing is no answer about the service."""
        told = str(failure)
        port = self.spec.runtime.port
        if _PORT_TAKEN.search(told) and port is not None and not is_free(port):
            return CannotStage(f"port {port}, which it fixes, is taken on this machine; it {told}")
        if _DISK_FULL.search(told):
            return CannotStage(f"the disk of this machine is full; it {told}")
        missing = _paths_of_an_image([*self.spec.runtime.prepare, self.spec.runtime.start], told)
        if missing:
            remedy = (
                "state runtime.prepare and runtime.start in opsready.yaml with paths of the tree"
            )
            return CannotStage(f"this machine has no {missing[0]}, which a command names: {remedy}")
        if setting.environment.unset:
            names = ", ".join(setting.environment.unset)
            return DidNotStart(f"{told}; required and without a value for rehearsals: {names}")
        return failure


def _paths_of_an_image(commands: list[list[str]], told: str) -> list[str]:
    """Absolute paths that a command names and its failure too, and that are not here: files that
    only its image has. That they are missing says nothing about the service."""
    paths = (word.rpartition("=")[2] for command in commands for word in command[1:])
    return [p for p in paths if p.startswith("/") and p in told and not Path(p).exists()]
