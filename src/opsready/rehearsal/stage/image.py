"""An image put to work: what its service does in a container, and how it ends."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from opsready.rehearsal.stage.command_line import expanded, on_loopback
from opsready.rehearsal.stage.container import Container, Run, run_in_container
from opsready.rehearsal.stage.engine import Engine, Settings
from opsready.rehearsal.stage.journeys import Played, play
from opsready.rehearsal.stage.ports import free_port, is_free
from opsready.rehearsal.stage.service import Service
from opsready.rehearsal.stage.trouble import DidNotStart

if TYPE_CHECKING:
    from opsready.rehearsal.stage.stage import Stage

_SCRATCH = "/tmp"  # noqa: S108  a path in the container
# Of which the pack's task definition makes a folder on the scratch volume, before the service.
_MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"
_PREPARE_S = 180
_ANSWER_WITHIN_S = 30.0
_PAUSE_S = 0.2
# The signal itself ended it: 128 and its number, as every shell and engine counts.
_ENDED_BY_SIGTERM = 143


@dataclass
class Shown:
    """What one run showed: `faults` in words; the rest are figures for the evidence."""

    faults: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    served: list[Played] = field(default_factory=list)
    answers: bool = False


class Image:
    """A built image and the stage whose dependencies stand behind it."""

    def __init__(self, stage: "Stage", engine: Engine, tag: str) -> None:
        self._stage = stage
        self._engine = engine
        self._settings = engine.settings(tag)
        named = stage.spec.runtime.port
        self._port = named if named and is_free(named) else free_port()
        setting = stage.setting_inside(self._port, _SCRATCH)
        self._run = Run(
            tag,
            (),
            _environment(self._settings, setting.environment.values),
            scratch=_scratch_folders(self._settings),
            mounts={
                path: f"{self._settings.folder.rstrip('/')}/{name}"
                for path, name in stage.files_inside(setting).items()
            },
        )

    @property
    def has_health_check(self) -> bool:
        """Whether it says how to ask it."""
        return bool(self._settings.health)

    def prepare(self) -> None:
        """Runs what comes before the first start, such as migrations, each in a container of its
        own, as a deploy does it; raises DidNotStart."""
        for command in self._stage.spec.runtime.prepare:
            words = expanded(command, self._run.environment)
            line = " ".join(command)
            self._stage.say(f"preparing, in the image: {line}")
            run = replace(self._run, command=self._local(words))
            ended = run_in_container(self._engine, run, _PREPARE_S)
            if ended.fault or ended.exit_code != 0:
                told = self._stage.secrets.hidden_in(ended.told(6)) or "it printed nothing"
                failure = ended.fault or f"exit code {ended.exit_code}"
                raise DidNotStart(f"`{line}` failed in it, {failure}: {told}")

    def tried(self, *, read_only: bool = True) -> Shown:
        """Started, asked, and stopped; raises DidNotStart where it never listens."""
        shown = Shown()
        health = self._stage.spec.health
        local = self._local(self._settings.command)
        command = local if tuple(local) != self._settings.command else ()
        run = replace(self._run, command=command, read_only=read_only)
        self._stage.say("starting the image" + (", its files read-only" if read_only else ""))
        with Container(self._engine, run, 1 + read_only) as container:
            service = container.await_listening(self._port, health.startup_s, self._stage.secrets)
            shown.figures["listened_after_s"] = round(service.startup_s, 3)
            shown.figures["user_ids"] = sorted(container.user_ids())
            if 0 in shown.figures["user_ids"]:
                shown.faults.append("it runs as root")
            self._ask(container, service, shown)
            self._stop(container, shown)
        return shown

    def _local(self, words: Sequence[str]) -> list[str]:
        return on_loopback(words, self._stage.spec.runtime.port, self._port)

    def _ask(self, container: Container, service: Service, shown: Shown) -> None:
        health = self._stage.spec.health
        left_s = max(health.startup_s - service.startup_s, 1.0)
        words = container.last_words(self._stage.secrets)
        if self.has_health_check:
            fault = self._unhealthy(container, left_s)
            shown.figures["health_check"] = fault or "healthy"
            shown.faults += [f"its health check never passed: {fault}"] if fault else []
        path = health.readiness
        if path and service.await_good(path, health.timeout_s, left_s) is None:
            shown.faults.append(f"{path} never said yes{words}")
            return
        shown.answers = True
        for journey in self._stage.spec.journeys:
            if journey.steps and not journey.presupposes:
                shown.served += play(service, journey, _ANSWER_WITHIN_S)
        shown.figures["requests"] = len(shown.served)
        shown.figures["as_expected"] = sum(played.is_as_expected for played in shown.served)

    def _unhealthy(self, container: Container, within_s: float) -> str:
        """What its own health check says in the end; empty once it passes."""
        words = self._local(self._settings.health)
        deadline = time.monotonic() + within_s
        while True:
            asked = container.runs(words)
            if asked.exit_code == 0 and not asked.fault:
                return ""
            if time.monotonic() > deadline or not container.process.is_alive:
                told = self._stage.secrets.hidden_in(asked.told(1))
                return asked.fault or f"exit code {asked.exit_code}{': ' if told else ''}{told}"
            time.sleep(_PAUSE_S)

    def _stop(self, container: Container, shown: Shown) -> None:
        name, within_s = self._settings.stop_signal, self._stage.spec.runtime.stop_timeout_s
        started = time.monotonic()
        container.signal(name)
        code = container.process.wait(within_s)
        shown.figures |= {"stop_signal": name, "exit_code": code}
        shown.figures["ended_after_s"] = round(time.monotonic() - started, 3)
        if code is None:
            shown.faults.append(f"still running {within_s:g} s after {name}: it is killed")
        elif code not in (0, _ENDED_BY_SIGTERM):
            shown.faults.append(f"{name} ends it with exit code {code}")


def _environment(settings: Settings, given: dict[str, str] | Any) -> dict[str, str]:
    """Where the image itself says in which of its folders something is written, that counts."""
    own = settings.environment
    return {name: value for name, value in given.items() if not (value == _SCRATCH and name in own)}


def _scratch_folders(settings: Settings) -> tuple[str, ...]:
    folder = settings.environment.get(_MULTIPROC, "")
    return (_SCRATCH, folder) if folder.startswith(f"{_SCRATCH}/") else (_SCRATCH,)
