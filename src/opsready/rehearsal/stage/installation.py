"""The service installed into a virtual environment of its own, kept for the next rehearsal."""

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from opsready.rehearsal.stage.environment import bare_environment
from opsready.rehearsal.stage.package_index import index_settings
from opsready.rehearsal.stage.process import Command, NoSuchCommand, run_to_end
from opsready.rehearsal.stage.secret_values import Secrets
from opsready.rehearsal.stage.trouble import CannotStage
from opsready.rehearsal.stage.working_copy import copy_tree, files_of

# A first installation of a large service downloads some hundred megabytes.
_INSTALL_S = 900
_KEPT = 8
_MANIFESTS = re.compile(
    r"^(requirements[^/]*\.(txt|in)|constraints[^/]*\.txt|pyproject\.toml|setup\.(py|cfg)"
    r"|[^/]*\.lock|Pipfile|\.python-version)$"
)
_OFFLINE = re.compile(
    r"(?i)name resolution|dns error|failed to lookup|network is unreachable|connection refused"
    r"|could not connect|NewConnectionError|timed out|tcp connect error|error sending request"
)
_PATH_IN_REQUIREMENTS = re.compile(r"(?m)^\s*(-e\s|--editable|\.|file:)")
# What a version taken from git says where the copy has no git (setuptools-scm, pbr).
_VERSION_WITHOUT_GIT = {"SETUPTOOLS_SCM_PRETEND_VERSION": "0.0.0", "PBR_VERSION": "0.0.0"}


@dataclass(frozen=True)
class Recipe:
    """What is installed, from which tree, with which commands."""

    root: Path
    commands: Sequence[Sequence[str]]

    @property
    def names_the_tree(self) -> bool:
        """Whether the tree itself is installed, so that each of its files matters."""
        return any(map(_names_a_path, self.commands)) or any(
            _PATH_IN_REQUIREMENTS.search(path.read_text(encoding="utf-8", errors="replace"))
            for path in files_of(self.root)
            if path.name.startswith("requirements")
        )

    @property
    def digest(self) -> str:
        """The same for as long as an installation would bring the same."""
        seal = hashlib.sha256(json.dumps([sys.version, *map(list, self.commands)]).encode())
        for path in files_of(self.root):
            name = path.relative_to(self.root).as_posix()
            if self.names_the_tree or _MANIFESTS.match(path.name):
                seal.update(f"\0{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
        return seal.hexdigest()[:32]


def cache_directory() -> Path:
    """`OPSREADY_CACHE`, else the user's own cache folder."""
    told = os.environ.get("OPSREADY_CACHE")
    own = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(told) if told else Path(own) / "opsready"


def installed(recipe: Recipe, mark: str, say: Callable[[str], None]) -> Path:
    """The folder of the virtual environment; raises CannotStage with the reason."""
    venvs = cache_directory() / "venvs"
    try:
        venvs.mkdir(parents=True, exist_ok=True)
        place = venvs / recipe.digest
        with _locked(venvs / f"{recipe.digest}.lock"):
            if not (place / "complete").is_file():
                say("installing the service into an environment of its own")
                _install(recipe, place, mark)
                _forget_old(venvs)
            os.utime(place)
    except OSError as error:
        raise CannotStage(f"the service cannot be installed: {error}") from None
    return place / "venv"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two rehearsals of one service wait for each other; the lock dies with its process."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(recipe: Recipe, place: Path, mark: str) -> None:
    """Beside the environment stays the copy that it was installed from: an editable installation
    points there."""
    shutil.rmtree(place, ignore_errors=True)
    source = place / "source"
    copy_tree(recipe.root, source)
    (place / "home").mkdir()
    environment = _environment(place)
    if not (source / "PKG-INFO").exists():
        environment |= _VERSION_WITHOUT_GIT
    try:
        for command in [_creation(place), *recipe.commands]:
            _run(Command("install", _through_uv(command), source, environment, mark))
        (place / "complete").touch()
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _environment(place: Path) -> dict[str, str]:
    """Downloads go to the caches that uv and pip keep for this user anyway."""
    programs = [place / "venv" / "bin", tools_for(place), Path(sys.base_prefix) / "bin"]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    caches = {"UV_CACHE_DIR": str(cache / "uv"), "PIP_CACHE_DIR": str(cache / "pip")}
    venv = str(place / "venv")
    environment = bare_environment(place / "home", place / "home", programs)
    environment |= {"VIRTUAL_ENV": venv, "UV_PROJECT_ENVIRONMENT": venv}
    return {**environment, **caches, **index_settings()}


def find_uv() -> Path | None:
    """The program of the `uv` wheel, else the one on PATH."""
    found = importlib.util.find_spec("uv")
    if found is not None:
        from uv import find_uv_bin

        try:
            return Path(find_uv_bin())
        except FileNotFoundError:
            pass
    on_path = shutil.which("uv")
    return Path(on_path) if on_path else None


def tools_for(directory: Path) -> Path:
    """A folder with uv and nothing else: the folder in which it lies holds our own programs."""
    folder = directory / "tools"
    uv = find_uv()
    folder.mkdir(exist_ok=True)
    if uv is not None and not (folder / "uv").exists():
        (folder / "uv").symlink_to(uv)
    return folder


def _creation(place: Path) -> list[str]:
    venv = str(place / "venv")
    return ["uv", "venv", "--quiet", venv] if find_uv() else [sys.executable, "-m", "venv", venv]


def _through_uv(command: Sequence[str]) -> list[str]:
    """`pip install …` means the same to uv, in a tenth of the time."""
    words = list(command)
    if words[:3] in (["python", "-m", "pip"], ["python3", "-m", "pip"]):
        words = words[2:]
    if words[:1] in (["pip"], ["pip3"]) and find_uv():
        return ["uv", "pip", *words[1:]]
    return words


def _run(command: Command) -> None:
    line = " ".join(command.arguments)
    try:
        ended = run_to_end(command, _INSTALL_S)
    except NoSuchCommand as missing:
        raise CannotStage(f"the service cannot be installed: {missing}") from None
    if ended.fault or ended.exit_code != 0:
        hidden = [v for k, v in command.environment.items() if re.search("PASSWORD|TOKEN", k)]
        told = Secrets(hidden).hidden_in(ended.told(8))
        offline = "a package index cannot be reached: " if _OFFLINE.search(told) else ""
        raise CannotStage(f"`{line}` failed: {offline}{ended.fault or told}")


def _names_a_path(command: Sequence[str]) -> bool:
    """Anything but `pip install` of packages by name or from a requirements file."""
    words = _through_uv(command)
    if words[:3] != ["uv", "pip", "install"] and words[:2] != ["pip", "install"]:
        return True
    return any(re.match(r"\.|/|-e$|--editable|file:", word) for word in words[2:])


def _forget_old(venvs: Path) -> None:
    known = [path for path in venvs.iterdir() if path.is_dir()]
    for path in sorted(known, key=lambda path: path.stat().st_mtime)[:-_KEPT]:
        shutil.rmtree(path, ignore_errors=True)
        path.with_name(path.name + ".lock").unlink(missing_ok=True)
