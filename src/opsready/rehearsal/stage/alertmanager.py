"""The real Alertmanager, on loopback, with a configuration that sends nothing beyond it."""

import json
import re
import shutil
import time
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsready.rehearsal.stage.environment import bare_environment
from opsready.rehearsal.stage.ports import LOOPBACK, free_port
from opsready.rehearsal.stage.process import Command, NoSuchCommand, Process, run_to_end
from opsready.rehearsal.stage.trouble import CannotStage

# Debian's name, and that of the project's own releases.
_NAMES = ("prometheus-alertmanager", "alertmanager")
_START_S = 30
_ANSWER_S = 10
_PAUSE_S = 0.02
_UNKNOWN_FIELD = re.compile(r"field (\S+) not found in type")


class Refused(Exception):
    """It does not load the configuration; the text says why."""


@dataclass(frozen=True)
class Program:
    """What was found here: a program of Prometheus or Alertmanager, with its version."""

    path: str
    version: str

    def command(self, folder: Path, mark: str, *arguments: str) -> Command:
        """A call with an empty environment and a home of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        environment = bare_environment(folder, folder, ())
        return Command(Path(self.path).name, [self.path, *arguments], folder, environment, mark)


def find_alertmanager(folder: Path, mark: str) -> Program | None:
    """None where it is not installed."""
    return find_program(_NAMES, folder, mark)


def find_amtool(folder: Path, mark: str) -> Program | None:
    """None where it is not installed."""
    return find_program(("amtool",), folder, mark)


def find_program(names: Iterable[str], folder: Path, mark: str) -> Program | None:
    """The first of these that is installed, with its version."""
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        return None
    told = run_to_end(Program(path, "").command(folder, mark, "--version"), _ANSWER_S).log
    version = re.search(r"version (\S+)", "\n".join(told.last_lines(20)))
    return Program(path, version.group(1) if version else "unknown")


def unknown_field(told: str) -> str | None:
    """The setting that this version does not know, where that is why it refuses."""
    found = _UNKNOWN_FIELD.search(told)
    return found.group(1) if found else None


class AlertmanagerServer:
    """Runs until it is left. Use as a context manager. Raises Refused and CannotStage."""

    def __init__(self, program: Program, folder: Path, mark: str, config: Mapping[str, Any]):
        self._port = free_port()
        self._command = program.command(
            folder,
            mark,
            f"--config.file={folder / 'alertmanager.json'}",
            f"--storage.path={folder / 'data'}",
            f"--web.listen-address={LOOPBACK}:{self._port}",
            "--cluster.listen-address=",
        )
        (folder / "alertmanager.json").write_text(json.dumps(config), encoding="utf-8")

    def __enter__(self) -> "AlertmanagerServer":
        try:
            self._process = Process(self._command)
        except NoSuchCommand as missing:
            raise CannotStage(f"Alertmanager cannot be started: {missing}") from None
        deadline = time.monotonic() + _START_S
        while self._process.is_alive and time.monotonic() < deadline:
            if self._is_ready():
                return self
            time.sleep(_PAUSE_S)
        ended, told = not self._process.is_alive, self._process.told(3)
        self._process.kill()
        if ended:
            raise Refused(told)
        raise CannotStage(f"Alertmanager did not start: {told or 'it said nothing'}")

    def __exit__(self, *_: object) -> None:
        self._process.kill()

    def post(self, alerts: list[dict[str, Any]]) -> None:
        """Alerts as Prometheus sends them, by version 2 of its API."""
        self._ask("/api/v2/alerts", json.dumps(alerts).encode())

    def alerts(self) -> list[dict[str, Any]]:
        """All that it holds, each with what inhibits it."""
        return list(json.loads(self._ask("/api/v2/alerts")))

    def _is_ready(self) -> bool:
        try:
            self._ask("/-/ready")
        except OSError:
            return False
        return True

    def _ask(self, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(
            f"http://{LOOPBACK}:{self._port}{path}",
            data=body,
            headers={"Content-Type": "application/json"},
        )
        no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with no_proxy.open(request, timeout=_ANSWER_S) as answer:
            return bytes(answer.read())
