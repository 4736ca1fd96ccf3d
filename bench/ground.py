"""What is measured on: trees and tools, each made when the first row asks for it."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench.measure import Command
from bench.trees import build_mixed_tree, build_python_tree

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
ORDERS = ROOT / "examples" / "orders"
PYTHON_FILES = 1_000
_PEER = ROOT / ".cache" / "bench"


@dataclass(frozen=True)
class Ground:
    """`work` is a folder that is removed at the end."""

    work: Path

    @cached_property
    def mixed(self) -> Path:
        """The tree that is reviewed."""
        tree = self.work / "mixed"
        build_mixed_tree(tree, [ORDERS, *_kinto()])
        return tree

    @cached_property
    def modules(self) -> Path:
        """The tree of Python files alone."""
        tree = self.work / "modules"
        build_python_tree(tree, PYTHON_FILES)
        return tree

    def folder(self, name: str) -> Path:
        """A folder of its own for a row."""
        made = self.work / name
        made.mkdir()
        return made

    @cached_property
    def checkov(self) -> str:
        """In an environment of its own: it pins much that we do not. Where that fails, the
        figures beside it are missing, and said so when the command does not start."""
        program = _PEER / "bin" / "checkov"
        if not program.exists():
            _say("installing checkov into .cache/bench …")
            uv, python = str(BIN / "uv"), sys.executable
            venv = [uv, "venv", "--quiet", "--clear", "--python", python, str(_PEER)]
            install = [uv, "pip", "install", "--quiet", "--python", str(_PEER), "--group", "bench"]
            if subprocess.run(venv, cwd=ROOT, check=False).returncode == 0:
                subprocess.run(install, cwd=ROOT, check=False)
        return str(program)


def opsready(shown: str, *arguments: str, answers: tuple[int, ...] = (0,)) -> Command:
    """Our own program, as a user starts it."""
    return Command(shown, (str(BIN / "opsready"), *arguments), answers, "run `make setup`")


def installed(name: str) -> str:
    """Where a tool of the system is; its bare name where it is missing."""
    return shutil.which(name) or name


def _kinto() -> list[Path]:
    """Kinto's source, or nothing where it cannot be fetched: the tree is then filled with more of
    the rest."""
    into = ROOT / ".cache" / "kinto"
    fetched = subprocess.run([str(ROOT / "scripts" / "fetch-kinto"), str(into)], cwd=ROOT)
    return [into] if fetched.returncode == 0 else []


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
