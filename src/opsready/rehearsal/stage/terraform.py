"""Terraform of this machine, and the provider that it needs, found without asking a registry."""

import json
import os
import platform
import re
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsready.rehearsal.stage import family
from opsready.rehearsal.stage.environment import SYSTEM_PATH
from opsready.rehearsal.stage.installation import cache_directory
from opsready.rehearsal.stage.process import Command, NoSuchCommand, Process, run_to_end
from opsready.rehearsal.stage.trouble import CannotStage

if TYPE_CHECKING:
    from opsready.rehearsal.stage.stage import Stage

PROVIDER = "registry.terraform.io/hashicorp/aws"
"""The one provider that the stage applies with."""

_ASK_S = 60
# A plan of a service takes seconds; a provider that retries against a dead address takes minutes.
_RUN_S = 600
# The provider builds the schema of every service of AWS at each start. Collected more rarely (Go's
# default is 100), that takes half the processor time and 8 % more memory, as measured.
_GARBAGE = "400"
# Add-on software lies below it (FHS 3.0, section 3.13); a plugin folder is a child of it.
_ADD_ON = Path("/opt")
# What a registry that cannot be reached makes `terraform init` print.
_UNREACHABLE = re.compile(
    r"(?i)failed to query available provider|could not connect to|failed to install provider"
    r"|provider registry|registry service|no such host|network is unreachable"
)
# Needed to reach a registry, where a provider has to be fetched; for nothing else.
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


@dataclass(frozen=True)
class Terraform:
    """`plugins` is a folder in the layout of a provider mirror that has the provider; without
    one `init` fetches it. Everything runs with an empty environment and a HOME of its own."""

    program: str
    version: str
    plugins: Path | None
    home: Path
    mark: str
    refuse_when_over: Callable[[], None] = lambda: None

    @property
    def init_args(self) -> list[str]:
        """For `terraform init`: the provider is taken from this machine, and linked, not copied."""
        return [f"-plugin-dir={self.plugins}"] if self.plugins else []

    @property
    def environment(self) -> dict[str, str]:
        """All that it gets besides what a caller adds. A CLI configuration is named nowhere: one
        that is named and missing makes every command warn."""
        return {
            "PATH": f"{Path(self.program).parent}:{SYSTEM_PATH}",
            "HOME": str(self.home),
            "TMPDIR": str(self.home),
            "LANG": "C.UTF-8",
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "GOGC": _GARBAGE,
        } | self._to_fetch()

    def run(
        self,
        root: Path,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        timeout_s: float = _RUN_S,
    ) -> Process:
        """`terraform ARGUMENTS` in a folder; exit code and output are on the result."""
        return self._run([self.program, *arguments], root, environment or {}, timeout_s)

    def init(
        self, root: Path, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> Process:
        """`terraform init`. Raises CannotStage where the provider is not to be had."""
        ran = self.run(
            root, "init", "-no-color", *self.init_args, *arguments, environment=environment
        )
        lines = ran.log.last_lines(40)
        lacking = next((line for line in lines if _UNREACHABLE.search(line)), None)
        if ran.exit_code != 0 and lacking is not None:
            raise CannotStage(f"a provider of {root.name} is not to be had here: {_plain(lacking)}")
        return ran

    def end(self) -> None:
        """Ends every command that still runs, and the providers that it started."""
        family.kill(0, self.mark)

    def json(self, root: Path, *arguments: str, environment: Mapping[str, str]) -> Any:
        """What a command prints as JSON, `show -json` for one; None where it failed. It goes
        through a file: the log of a process keeps no megabytes."""
        path = self.home / f"printed-{uuid.uuid4().hex}.json"
        script = 'into=$1; shift; exec "$@" >"$into"'
        words = ["sh", "-c", script, "terraform", str(path), self.program, *arguments]
        ran = self._run(words, root, environment, _RUN_S)
        try:
            return json.loads(path.read_bytes()) if ran.exit_code == 0 else None
        except (OSError, ValueError):
            return None
        finally:
            path.unlink(missing_ok=True)

    def _run(
        self, words: Sequence[str], root: Path, more: Mapping[str, str], timeout_s: float
    ) -> Process:
        command = Command("terraform", words, root, {**self.environment, **more}, self.mark)
        self.refuse_when_over()
        try:
            ran = run_to_end(command, timeout_s)
        except NoSuchCommand as missing:
            self.refuse_when_over()
            raise CannotStage(str(missing)) from None
        self.refuse_when_over()
        return ran

    def _to_fetch(self) -> dict[str, str]:
        if self.plugins is not None:
            return {}
        cache = cache_directory() / "terraform-providers"
        cache.mkdir(parents=True, exist_ok=True)
        found = {name: os.environ[name] for name in _PROXIES if name in os.environ}
        return found | {"TF_PLUGIN_CACHE_DIR": str(cache)}


def find_terraform(stage: "Stage", name: str = "terraform") -> Terraform:
    """What is on PATH, with the folder that has the provider. Raises CannotStage."""
    program = shutil.which("terraform")
    if program is None:
        raise CannotStage("no terraform on PATH: install Terraform 1.11 or newer")
    home = stage.directory / f"{name}-home"
    home.mkdir(exist_ok=True)
    mark = f"{stage.name}/{name}"
    found = Terraform(program, "", find_plugins(), home, mark, stage.refuse_when_over)
    told = found.run(home, "version", timeout_s=_ASK_S)
    version = re.search(r"Terraform v(\S+)", " ".join(told.log.first_lines(3)))
    if version is None:
        raise CannotStage(f"{program} does not say its version: {told.fault or told.told(2)}")
    return replace(found, version=version[1])


def find_plugins() -> Path | None:
    """The first folder in the layout of a provider mirror that has the provider for this machine:
    `OPSREADY_TF_PLUGINS`, those where Terraform itself looks, a child of the folder for add-on
    software. Raises CannotStage where the one that is named has it not."""
    named = os.environ.get("OPSREADY_TF_PLUGINS")
    if named:
        if not _has_provider(Path(named)):
            raise CannotStage(f"OPSREADY_TF_PLUGINS: {named} has no {PROVIDER} for {_machine()}")
        return Path(named).resolve()
    return next((folder for folder in _usual_folders() if _has_provider(folder)), None)


def _usual_folders() -> Iterator[Path]:
    """Terraform's documentation of the command line, "implied local mirror directories"."""
    home = Path.home()
    yield home / ".terraform.d" / "plugins"
    own = os.environ.get("XDG_DATA_HOME")
    yield (Path(own) if own else home / ".local" / "share") / "terraform" / "plugins"
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    yield from (Path(folder) / "terraform" / "plugins" for folder in shared.split(":"))
    if _ADD_ON.is_dir():
        yield from sorted(_ADD_ON.iterdir())


def _has_provider(mirror: Path) -> bool:
    """Unpacked, or as the archives that a registry serves."""
    try:
        folder = mirror / PROVIDER
        unpacked = any(folder.glob(f"*/{_machine()}/terraform-provider-aws*"))
        return unpacked or any(folder.glob(f"terraform-provider-aws_*_{_machine()}.zip"))
    except OSError:
        return False


def _machine() -> str:
    """As Go names system and processor."""
    processor = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"{platform.system().lower()}_{processor}"


def _plain(line: str) -> str:
    """Without the frame that Terraform draws around an error."""
    return line.strip("│╷╵ ")
