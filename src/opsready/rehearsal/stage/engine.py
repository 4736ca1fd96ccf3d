"""A container engine of this machine, and what it needs to find its own images."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from opsready.rehearsal.stage.process import Command, NoSuchCommand, Process, run_to_end
from opsready.rehearsal.stage.trouble import CannotStage

_KNOWN = ("podman", "buildah", "docker")
_ASK_S = 60
# An engine keeps its images and its settings below the user's home, or behind a socket. Nothing
# else of our environment is passed on, and steps of a build see none of it.
_PASSED_ON = frozenset(
    {
        *("PATH", "HOME", "LANG", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"),
        *("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"),
        *("CONTAINER_HOST", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF"),
        *("CONTAINERS_REGISTRIES_CONF",),
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    }
)

# Runtimes such as runc lie there, which is not on the PATH of every user.
_SYSTEM_PROGRAMS = "/usr/local/sbin:/usr/sbin:/sbin"


@dataclass(frozen=True)
class Engine:
    """`name` is the program; `mark` that of the stage for which it works."""

    name: str
    version: str
    mark: str

    def build(self, context: Path, dockerfile: str, tag: str, timeout_s: float) -> Process:
        """Builds an image of that tag; its exit code and output are on the result."""
        arguments = ["build", "--file", dockerfile, "--tag", tag]
        arguments += [] if self.name == "docker" else ["--layers=false", "--force-rm"]
        arguments += ["--progress", "plain"] if self.name == "docker" else []
        return self._run([*arguments, "."], context, timeout_s)

    def size_bytes(self, tag: str) -> int | None:
        """How large the image is; None where the engine does not say."""
        if self.name == "buildah":
            return None
        told = self._run(["image", "inspect", "--format", "{{.Size}}", tag], Path("/"), _ASK_S)
        text = told.told(1)
        return int(text) if told.exit_code == 0 and text.isdigit() else None

    def remove(self, tag: str) -> None:
        """Takes the image away; one that is not there is no trouble."""
        self._run(["rmi", "--force", tag], Path("/"), _ASK_S)

    def _run(self, arguments: Sequence[str], cwd: Path, timeout_s: float) -> Process:
        return _run([self.name, *arguments], cwd, self.mark, timeout_s)


def find_engine(mark: str) -> Engine:
    """The first engine that works; raises CannotStage with what is wrong with each."""
    faults = []
    for name in _KNOWN:
        if shutil.which(name) is None:
            continue
        asked = _run([name, "info"], Path("/"), mark, _ASK_S)
        if asked.exit_code == 0:
            version = _run([name, "--version"], Path("/"), mark, _ASK_S).told(1)
            return Engine(name, version.removeprefix(f"{name} ").removeprefix("version "), mark)
        faults.append(f"{name} does not work: {asked.fault or asked.told(1)}")
    found = "; ".join(faults) or f"none of {', '.join(_KNOWN)} is on PATH"
    raise CannotStage(f"no container engine on this machine: {found}")


def _run(arguments: Sequence[str], cwd: Path, mark: str, timeout_s: float) -> Process:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment["PATH"] = f"{environment.get('PATH', '')}:{_SYSTEM_PROGRAMS}"
    try:
        return run_to_end(Command(arguments[0], arguments, cwd, environment, mark), timeout_s)
    except NoSuchCommand as missing:
        raise CannotStage(str(missing)) from None
