"""A container engine of this machine, and what it needs to find its own images."""

import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsready.rehearsal.stage.process import Command, NoSuchCommand, Process, run_to_end
from opsready.rehearsal.stage.trouble import CannotStage

_KNOWN = ("podman", "buildah", "docker")
_ASK_S = 60
# Long enough for a small base from a near registry; a registry that is not reached is known sooner.
_PULL_S = 180
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

# What an engine prints that is installed in part.
_ENGINE = re.compile(r"(?i)\b(runc|crun|conmon|fuse-overlayfs|newuidmap)\b.*(not found|no such)")
# What engines, package managers and downloaders print when another host cannot be reached: then
# the build shows nothing about the definition.
_UNREACHABLE = re.compile(
    r"(?i)no such host|name resolution|could not resolve|network is unreachable|i/o timeout"
    r"|dial tcp|connection (refused|timed out|reset)|tls handshake|failed to establish a new conn"
    r"|pinging container registry|short-name .* did not resolve|toomanyrequests|rate limit"
    r"|dns error|temporary failure|unable to connect|no route to host"
    r"|certificate.verify.failed|certificate signed by unknown authority"
)
# Runtimes such as runc lie there, which is not on the PATH of every user.
_SYSTEM_PROGRAMS = "/usr/local/sbin:/usr/sbin:/sbin"


@dataclass(frozen=True)
class Build:
    """What is built, and as what. `arguments` are those of `ARG`; `mounts` maps files and folders
    of this machine to where steps find them, which is never in the image."""

    context: Path
    dockerfile: str
    tag: str
    arguments: Mapping[str, str]
    mounts: Mapping[Path, str]


@dataclass(frozen=True)
class Settings:
    """What an image says of how it is to be run. `health` are the words of its health check,
    empty where it has none."""

    command: tuple[str, ...]
    entrypoint: tuple[str, ...]
    health: tuple[str, ...]
    stop_signal: str
    folder: str
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Engine:
    """`name` is the program; `mark` that of the stage for which it works."""

    name: str
    version: str
    mark: str

    @property
    def runs(self) -> bool:
        """Whether it also runs what it builds."""
        return self.name != "buildah"

    def build(self, build: Build, timeout_s: float) -> Process:
        """Builds an image of that tag; its exit code and output are on the result."""
        arguments = ["build", "--file", build.dockerfile, "--tag", build.tag]
        arguments += self.build_options(build.arguments, build.mounts)
        return self.run([*arguments, "."], build.context, timeout_s)

    def build_options(self, arguments: Mapping[str, str], mounts: Mapping[Path, str]) -> list[str]:
        """What a build is given besides its file and its tag."""
        if self.name == "docker":
            options = ["--progress", "plain"]
        else:
            # In the other format of images there is no room for a health check.
            options = ["--layers=false", "--force-rm", "--format=docker", "--network=host"]
            for path, inside in mounts.items():
                options += ["--volume", f"{path}:{inside}:ro"]
        for name, value in arguments.items():
            options += ["--build-arg", f"{name}={value}"]
        return options

    def has(self, image: str) -> bool:
        """Whether the image is on this machine."""
        kind = ["inspect", "--type", "image"] if self.name == "buildah" else ["image", "inspect"]
        return self.run([*kind, image]).exit_code == 0

    def pull(self, image: str) -> Process:
        """Fetches an image from its registry."""
        return self.run(["pull", "--quiet", image], timeout_s=_PULL_S)

    def settings(self, tag: str) -> Settings:
        """What the image says of itself."""
        told = self.run(["image", "inspect", tag])
        try:
            image: dict[str, Any] = json.loads(told.log.text)[0]
        except (ValueError, LookupError):
            raise CannotStage(f"{self.name} does not show its image: {told.told()}") from None
        config: dict[str, Any] = image.get("Config") or {}
        health = config.get("Healthcheck") or image.get("Healthcheck") or {}
        pairs = (pair.partition("=") for pair in config.get("Env") or ())
        return Settings(
            command=tuple(config.get("Cmd") or ()),
            entrypoint=tuple(config.get("Entrypoint") or ()),
            health=_health_words(health.get("Test") or ()),
            stop_signal=config.get("StopSignal") or image.get("StopSignal") or "SIGTERM",
            folder=config.get("WorkingDir") or "/",
            environment={name: value for name, _, value in pairs},
        )

    def size_bytes(self, tag: str) -> int | None:
        """How large the image is; None where the engine does not say."""
        if self.name == "buildah":
            return None
        told = self.run(["image", "inspect", "--format", "{{.Size}}", tag])
        text = told.told(1)
        return int(text) if told.exit_code == 0 and text.isdigit() else None

    def remove(self, tag: str) -> None:
        """Takes the image away; one that is not there is no trouble."""
        self.run(["rmi", "--force", tag])

    def run(
        self, arguments: Sequence[str], cwd: Path = Path("/"), timeout_s: float = _ASK_S
    ) -> Process:
        """One command of the engine, to its end."""
        return _run([self.name, *arguments], cwd, self.mark, timeout_s)

    def start(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Process:
        """One command of the engine that goes on; it alone sees these variables."""
        command = _command([self.name, *arguments], Path("/"), self.mark, environment)
        try:
            return Process(command)
        except NoSuchCommand as missing:
            raise CannotStage(str(missing)) from None


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


def _health_words(test: Sequence[str]) -> tuple[str, ...]:
    """As the format of images has it: ["CMD", …], ["CMD-SHELL", line], ["NONE"] or nothing."""
    match list(test):
        case ["CMD", *words]:
            return tuple(words)
        case ["CMD-SHELL", line]:
            return ("/bin/sh", "-c", line)
    return ()


def is_of_the_engine(variable: str) -> bool:
    """Whether the engine itself reads a variable, so that it cannot carry another's value."""
    return variable in _PASSED_ON


def of_this_machine(lines: Sequence[str]) -> str | None:
    """Why a build failed where it is not the definition's doing: another host is not reached, or
    the engine is installed in part. None where it may be."""
    for line in lines:
        if _UNREACHABLE.search(line):
            return f"the build reaches for hosts that do not answer from here: {line}"
    engine_fault = next((line for line in lines if _ENGINE.search(line)), None)
    return engine_fault and f"the engine lacks a part on this machine: {engine_fault}"


def engine_environment() -> dict[str, str]:
    """All of our own environment that an engine needs."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return environment | {"PATH": f"{environment.get('PATH', '')}:{_SYSTEM_PROGRAMS}"}


def _run(arguments: Sequence[str], cwd: Path, mark: str, timeout_s: float) -> Process:
    try:
        return run_to_end(_command(arguments, cwd, mark, {}), timeout_s)
    except NoSuchCommand as missing:
        raise CannotStage(str(missing)) from None


def _command(arguments: Sequence[str], cwd: Path, mark: str, more: Mapping[str, str]) -> Command:
    return Command(arguments[0], arguments, cwd, {**more, **engine_environment()}, mark)
