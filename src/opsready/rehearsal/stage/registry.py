"""A registry of images on loopback: Debian's `docker-registry`, empty at first, gone with the
stage. Only a registry says by which digest an image is known."""

import re
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from opsready.rehearsal.stage.backing import Room
from opsready.rehearsal.stage.ports import LOOPBACK, accepts, free_port
from opsready.rehearsal.stage.process import Process, run_to_end
from opsready.rehearsal.stage.server import Server
from opsready.rehearsal.stage.trouble import CannotStage

if TYPE_CHECKING:
    from opsready.rehearsal.stage.stage import Stage

_PROGRAM = "docker-registry"
_START_S = 30
_ASK_S = 10
_PAUSE_S = 0.05
_SETTINGS = """version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: "{folder}"}}}}
http: {{addr: "{address}", secret: "rehearsal"}}
"""
# As containers-registries.conf(5) has it. Docker takes plain HTTP on loopback by itself.
_PLAIN = '[[registry]]\nlocation = "{address}"\ninsecure = true\n'


class Registry(Server):
    """Use it as a context manager. Raises CannotStage."""

    def __init__(self, stage: "Stage") -> None:
        self._program = shutil.which(_PROGRAM)
        if self._program is None:
            raise CannotStage(f"no {_PROGRAM} on PATH: `make tools` installs Debian's")
        self._room = Room(stage.directory / "registry", stage.name)
        self._room.directory.mkdir(exist_ok=True)
        self.address = f"{LOOPBACK}:{free_port()}"

    @property
    def plain_http(self) -> Path:
        """Settings with which podman and buildah speak to it, and to it alone, without TLS."""
        path = self._room.directory / "registries.conf"
        path.write_text(_PLAIN.format(address=self.address), encoding="utf-8")
        return path

    def version(self) -> str:
        """What it says of itself."""
        told = run_to_end(self._room.command("registry", str(self._program), "--version"), _ASK_S)
        number = re.search(r"\d+\.\d[\w.+]*", told.told(1))
        return f"{_PROGRAM} {number[0] if number else 'of unknown version'}"

    def __enter__(self) -> "Registry":
        settings = self._room.directory / "settings.yml"
        folder = self._room.directory / "images"
        text = _SETTINGS.format(folder=folder, address=self.address)
        settings.write_text(text, encoding="utf-8")
        command = self._room.command("registry", str(self._program), "serve", settings)
        self._process = Process(command)
        port, deadline = int(self.address.rpartition(":")[2]), time.monotonic() + _START_S
        while self._process.is_alive and time.monotonic() < deadline:
            if accepts(port):
                return self
            time.sleep(_PAUSE_S)
        self._process.kill()
        raise CannotStage(f"{_PROGRAM} did not start: {self._process.told() or 'it said nothing'}")

    def __exit__(self, *_: object) -> None:
        self.close()
