"""A process of the stage: an empty environment, a session of its own, bounded output."""

import contextlib
import os
import resource
import selectors
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from opsready.rehearsal.stage import family
from opsready.rehearsal.stage.log import Log
from opsready.rehearsal.stage.trouble import CannotStage

# A service with 32 workers of 4 helpers each stays well below; a fork bomb passes it at once.
PROCESSES_AT_MOST = 256
# The largest single file that anything on the stage may write: a runaway cannot fill the disk.
FILE_BYTES_AT_MOST = 1 << 30
_TICK_S = 0.1
_READ_BYTES = 1 << 16


class NoSuchCommand(Exception):
    """What should be started is not there, or may not be started."""


@dataclass(frozen=True)
class Account:
    """Whom a process runs as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Command:
    """What is started. `environment` is all that it gets, but for a mark that begins with its
    stage's `mark`; `account` is None for the one we are."""

    name: str
    arguments: Sequence[str]
    cwd: Path
    environment: Mapping[str, str]
    mark: str
    account: Account | None = None


class Process:
    """A running command; `fault` says what the stage had to end it for. Use as a context manager,
    or call `kill` in the end. Raises NoSuchCommand."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.log = Log()
        self.fault = ""
        self.started_at = time.monotonic()
        self._mark = f"{command.mark}/{uuid.uuid4().hex}"
        self._child = _spawn(command, self._mark)
        self.pid = self._child.pid
        _limit(self.pid)
        self._reader = threading.Thread(target=self._watch, name=command.name, daemon=True)
        self._reader.start()

    @property
    def is_alive(self) -> bool:
        """Whether the process itself still runs."""
        return self._child.poll() is None

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self._child.poll()

    def family(self) -> list[psutil.Process]:
        """It, and all that came of it."""
        return family.members(self.pid, self._mark)

    def send(self, number: signal.Signals) -> None:
        """A signal to the process itself, as an orchestrator sends it."""
        if self.is_alive:
            self._child.send_signal(number)

    def wait(self, timeout_s: float) -> int | None:
        """The exit code, or None when it still runs after that time."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._child.wait(timeout_s)
        return None

    def stop(self, timeout_s: float, number: signal.Signals = signal.SIGTERM) -> int | None:
        """The signal, the time to end, then the end; the exit code if it ended by itself."""
        self.send(number)
        code = self.wait(timeout_s)
        self.kill()
        return code

    def kill(self) -> None:
        """Ends it and all that came of it. Raises CannotStage if something survives."""
        if not family.kill(self.pid, self._mark):
            raise CannotStage(f"a process of {self.command.name} could not be ended")
        self._child.wait()
        self._reader.join(timeout=5)

    def pause(self) -> None:
        """Stops it in its tracks: connections stay open and nothing answers."""
        for process in self.family():
            with contextlib.suppress(psutil.Error):
                process.suspend()

    def resume(self) -> None:
        """Lets it go on."""
        for process in self.family():
            with contextlib.suppress(psutil.Error):
                process.resume()

    def told(self, lines: int = 5) -> str:
        """Its last lines, for a reason: " · " between them, empty when it printed nothing."""
        return " · ".join(self.log.last_lines(lines))

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _watch(self) -> None:
        """Reads all that is printed, and looks now and then at how many processes there are."""
        output = self._child.stdout
        assert output is not None
        next_look = time.monotonic() + _TICK_S
        with selectors.DefaultSelector() as selector, output:
            selector.register(output, selectors.EVENT_READ)
            while True:
                if selector.select(_TICK_S):
                    chunk = os.read(output.fileno(), _READ_BYTES)
                    if not chunk:
                        return
                    self.log.add(chunk)
                if time.monotonic() >= next_look:
                    self._contain()
                    next_look = time.monotonic() + _TICK_S

    def _contain(self) -> None:
        if family.size_of_session(self.pid) > PROCESSES_AT_MOST:
            self.fault = f"started more than {PROCESSES_AT_MOST} processes and was ended"
            family.kill(self.pid, self._mark)


def run_to_end(command: Command, timeout_s: float) -> Process:
    """Runs a command that ends by itself; its exit code and output are on the result."""
    with Process(command) as process:
        if process.wait(timeout_s) is None:
            process.fault = f"did not end within {timeout_s:g} s"
    return process


def _spawn(command: Command, mark: str) -> "subprocess.Popen[bytes]":
    account = command.account
    try:
        return subprocess.Popen(
            list(command.arguments),
            cwd=command.cwd,
            env={**command.environment, family.MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=() if account else None,
        )
    except OSError as error:
        raise NoSuchCommand(f"{command.arguments[0]}: {error.strerror}") from None


def _limit(pid: int) -> None:
    """After the start and from outside: code between fork and exec is not safe with threads."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, ValueError):
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        most = FILE_BYTES_AT_MOST if hard < 0 else min(hard, FILE_BYTES_AT_MOST)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))
