"""An image as it runs: a container that shares this machine's loopback, and nothing else of it."""

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from opsready.rehearsal.stage import family
from opsready.rehearsal.stage.engine import Engine, is_of_the_engine
from opsready.rehearsal.stage.ports import LOOPBACK, accepts
from opsready.rehearsal.stage.process import Process
from opsready.rehearsal.stage.secret_values import Secrets
from opsready.rehearsal.stage.service import Service
from opsready.rehearsal.stage.trouble import CannotStage, DidNotStart

_LOOPBACKS = frozenset({LOOPBACK, "::1", "::ffff:127.0.0.1"})
_PAUSE_S = 0.1
_END_S = 20
_LINES_TOLD = 6
_FLAWS_OF_ENGINES = (125, 126)
"""Exit codes by which an engine says that it failed itself, or could not invoke the command."""


@dataclass(frozen=True)
class Run:
    """How an image is run. `command` is empty for its own; `scratch` are the folders of which
    each is a tmpfs; `mounts` maps files of this machine to where the container finds them."""

    tag: str
    command: Sequence[str]
    environment: Mapping[str, str]
    scratch: Sequence[str] = ("/tmp",)  # noqa: S108  a path in the container
    mounts: Mapping[Path, str] = field(default_factory=dict)
    read_only: bool = True

    def arguments(self, engine: Engine, name: str) -> list[str]:
        """The engine's command for it."""
        words = ["run", "--rm", "--name", name, "--network=host", "--pull=never"]
        # Its health check is run by us: podman leaves that to a systemd, where there is one.
        words += ["--log-driver=none", "--no-healthcheck"]
        if self.read_only:
            words += ["--read-only"]
        if engine.name == "podman":
            words += ["--read-only-tmpfs=false", "--http-proxy=false"]
        # Podman would copy into it what the image has there, with rights that are not those.
        options = "mode=1777,notmpcopyup" if engine.name == "podman" else "mode=1777"
        words += [word for folder in self.scratch for word in ("--tmpfs", f"{folder}:{options}")]
        for path, inside in self.mounts.items():
            words += ["--volume", f"{path}:{inside}:ro"]
        for variable, value in self.environment.items():
            told = f"{variable}={value}" if is_of_the_engine(variable) else variable
            words += ["--env", told]
        # What is left of a stage that was killed is found by this mark.
        words += ["--env", f"{family.MARK}={engine.mark}"]
        return [*words, self.tag, *self.command]


class Container:
    """A running image. Use as a context manager: it is gone when it is left."""

    def __init__(self, engine: Engine, run: Run, number: int = 1) -> None:
        self.name = f"{engine.mark}-{number}"
        self._engine = engine
        own = {n: v for n, v in run.environment.items() if not is_of_the_engine(n)}
        self.process = engine.start(run.arguments(engine, self.name), own)

    def __enter__(self) -> "Container":
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.run(["kill", "--signal", "KILL", self.name])
        self.process.wait(_END_S)
        self._engine.run(["rm", "--force", self.name])
        self.process.kill()

    def await_listening(self, port: int, within_s: float, hidden: Secrets) -> Service:
        """The service in it, once it accepts connections on loopback. Raises DidNotStart with
        its last words, and CannotStage where it listens beyond loopback or the engine failed."""
        deadline = time.monotonic() + within_s
        while not accepts(port):
            if not self.process.is_alive:
                raise self._end(hidden)
            if time.monotonic() > deadline:
                told = f"did not listen on port {port} within {within_s:g} s"
                raise DidNotStart(f"{told}{self.last_words(hidden)}")
            time.sleep(_PAUSE_S)
        startup_s = time.monotonic() - self.process.started_at
        self._refuse_strangers(port)
        return Service(self.process, port, startup_s)

    def last_words(self, hidden: Secrets) -> str:
        """The last lines that it printed, for a reason."""
        told = hidden.hidden_in(self.process.told(_LINES_TOLD))
        return f"; it printed: {told}" if told else "; it printed nothing"

    def runs(self, words: Sequence[str]) -> Process:
        """One command inside of it, as its own user, to its end."""
        return self._engine.run(["exec", self.name, *words])

    def signal(self, name: str) -> None:
        """A signal to its first process, as an orchestrator sends it."""
        self._engine.run(["kill", "--signal", name, self.name])

    def user_ids(self) -> frozenset[int]:
        """Whom its processes run as, by the numbers inside of it; raises CannotStage."""
        found = [_user_inside(process) for process in self._family()]
        known = frozenset(user for user in found if user is not None)
        if not known:
            raise CannotStage(f"the processes of {self._engine.name} cannot be seen from here")
        return known

    def _family(self) -> list[psutil.Process]:
        told = self._engine.run(["inspect", "--format", "{{.State.Pid}}", self.name]).told(1)
        with contextlib.suppress(psutil.Error, ValueError):
            first = psutil.Process(int(told))
            return [first, *first.children(recursive=True)]
        return []

    def _end(self, hidden: Secrets) -> Exception:
        code = self.process.wait(1)
        words = self.last_words(hidden)
        if code in _FLAWS_OF_ENGINES:
            return CannotStage(f"{self._engine.name} cannot run it{words}")
        return DidNotStart(f"ended with exit code {code}{words}")

    def _refuse_strangers(self, port: int) -> None:
        ours = {process.pid for process in self._family()}
        for one in psutil.net_connections(kind="tcp"):
            host, at = (*one.laddr, "", 0)[:2]
            open_to_all = one.status == psutil.CONN_LISTEN and host not in _LOOPBACKS
            if open_to_all and (one.pid in ours or at == port):
                raise CannotStage(
                    f"it listens on {host}:{at}, and a rehearsal keeps to loopback: "
                    f"let its host be {LOOPBACK} in configuration"
                )


def run_in_container(engine: Engine, run: Run, timeout_s: float) -> Process:
    """One command in a container of its own, to its end."""
    with Container(engine, run, 0) as container:
        if container.process.wait(timeout_s) is None:
            container.process.fault = f"did not end within {timeout_s:g} s"
    return container.process


def _user_inside(process: psutil.Process) -> int | None:
    """Engines without root give the users of a container other numbers outside of it."""
    try:
        outside = process.uids().effective
        ranges = Path(f"/proc/{process.pid}/uid_map").read_text(encoding="ascii").split("\n")
    except (psutil.Error, OSError):
        return None
    for inside, first, count in (map(int, line.split()) for line in ranges if line.strip()):
        if first <= outside < first + count:
            return inside + outside - first
    return None
