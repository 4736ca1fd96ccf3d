"""The service as it runs on the stage."""

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psutil

from opsready.rehearsal.stage.answer import Answer, Request, ask
from opsready.rehearsal.stage.ports import LOOPBACK
from opsready.rehearsal.stage.process import Process
from opsready.rehearsal.stage.secret_values import Secrets
from opsready.rehearsal.stage.trouble import CannotStage, DidNotStart

_LOOPBACKS = frozenset({LOOPBACK, "::1", "::ffff:127.0.0.1"})
_PAUSE_S = 0.05
# A process that only now opens its socket may open a second one (an admin port) a moment later.
_SETTLES_S = 0.2
_LINES_TOLD = 6


@dataclass(frozen=True)
class Listener:
    """A TCP socket on which a process of the service accepts connections."""

    host: str
    port: int
    pid: int

    @property
    def is_on_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host in _LOOPBACKS


@dataclass(frozen=True)
class Service:
    """A service that listens. `startup_s` is the time from its start until it did."""

    process: Process
    port: int
    startup_s: float

    def ask(self, request: Request, timeout_s: float) -> Answer:
        """One request, on a connection of its own."""
        return ask(self.port, request, timeout_s)

    def get(self, path: str, timeout_s: float) -> Answer:
        """One GET."""
        return self.ask(Request("GET", path), timeout_s)

    def await_good(self, path: str, timeout_s: float, within_s: float) -> Answer | None:
        """The first answer to GET that says yes, asked for until then; None if none came."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline and self.is_alive:
            answer = self.get(path, timeout_s)
            if answer.is_good:
                return answer
            time.sleep(_PAUSE_S)
        return None

    def workers(self) -> int:
        """Processes that accept on the port, but for the parent that only opened it."""
        holders = {
            listener.pid for listener in _listeners(self.process) if listener.port == self.port
        }
        parents = {_parent_of(pid) for pid in holders}
        return len(holders - parents)

    def connected_ports(self) -> frozenset[int]:
        """The ports of others to which its processes hold connections."""
        return frozenset(
            connection.raddr.port
            for _, connection in _connections(self.process)
            if connection.status == psutil.CONN_ESTABLISHED and connection.laddr.port != self.port
        )

    @property
    def is_alive(self) -> bool:
        """Whether its main process runs."""
        return self.process.is_alive

    def last_words(self, hidden: Secrets) -> str:
        """The last lines that it printed, for a reason."""
        told = hidden.hidden_in(self.process.told(_LINES_TOLD))
        return f"it printed: {told}" if told else "it printed nothing"

    def terminate(self) -> None:
        """SIGTERM to the main process, as an orchestrator does it."""
        self.process.send(signal.SIGTERM)


def await_listening(
    start: Callable[[], Process], port: int, within_s: float, hidden: Secrets
) -> Service:
    """The started service, once it accepts connections on loopback.

    `port` is the one that it was given; where it fixed another, that one is found. Raises
    DidNotStart with its last words, and CannotStage where it listens beyond loopback.
    """
    process = start()
    try:
        listener = _listener_of(process, port, within_s, hidden)
        startup_s = time.monotonic() - process.started_at
        _refuse_strangers(process)
    except BaseException:
        process.kill()
        raise
    return Service(process, listener.port, startup_s)


def _listener_of(process: Process, port: int, within_s: float, hidden: Secrets) -> Listener:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if process.fault or not process.is_alive:
            raise DidNotStart(_end_of(process, hidden))
        found = _listeners(process)
        ours = [listener for listener in found if listener.port == port]
        if ours or found:
            if not ours:
                time.sleep(_SETTLES_S)
                ours = [one for one in _listeners(process) if one.port == port]
            return (ours or found)[0]
        time.sleep(_PAUSE_S)
    raise DidNotStart(f"did not listen on any port within {within_s:g} s{_words(process, hidden)}")


def _refuse_strangers(process: Process) -> None:
    time.sleep(_SETTLES_S)
    open_to_all = [one for one in _listeners(process) if not one.is_on_loopback]
    if open_to_all:
        stranger = open_to_all[0]
        raise CannotStage(
            f"it listens on {stranger.host}:{stranger.port}, and a rehearsal keeps to loopback: "
            f"let its host be {LOOPBACK} in runtime.start, configuration or runtime.files"
        )


def _end_of(process: Process, hidden: Secrets) -> str:
    """Why it is not there any more."""
    process.wait(1)
    if process.fault:
        return process.fault + _words(process, hidden)
    code = process.exit_code
    how = f"signal {signal.Signals(-code).name}" if code and code < 0 else f"exit code {code}"
    seconds = time.monotonic() - process.started_at
    left = len(process.family())
    background = f", leaving {left} processes behind in the background" if left else ""
    note = "; a service stays in the foreground" if code == 0 else ""
    return f"ended with {how} after {seconds:.1f} s{background}{note}{_words(process, hidden)}"


def _words(process: Process, hidden: Secrets) -> str:
    """The last thing that it printed, and how much that was if it was a flood."""
    flood = process.log.printed_bytes
    amount = f" ({flood >> 20} MiB printed)" if flood > 1 << 20 else ""
    told = hidden.hidden_in(process.told(_LINES_TOLD))
    return f"{amount}: {told}" if told else f"{amount}; it printed nothing"


def _listeners(process: Process) -> list[Listener]:
    return [
        Listener(connection.laddr.ip, connection.laddr.port, pid)
        for pid, connection in _connections(process)
        if connection.status == psutil.CONN_LISTEN
    ]


def _connections(process: Process) -> Iterator[tuple[int, Any]]:
    """Process id and TCP socket, of the whole family."""
    for member in process.family():
        with contextlib.suppress(psutil.Error):
            for connection in member.net_connections(kind="tcp"):
                yield member.pid, connection


def _parent_of(pid: int) -> int:
    try:
        return psutil.Process(pid).ppid()
    except psutil.Error:
        return 0
