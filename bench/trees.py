"""Builds the trees that are measured, the same files on every machine with the same lock."""

import hashlib
import itertools
import shutil
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from markdown_it import MarkdownIt

from opsready.review.catalog import CHECKS
from opsready.review.page import page_of

# What DESIGN §9 calls a 360-file repository, in the shape of a small organisation's monorepo.
MIXED_FILES = 360
MIXED = {"workflow": 9, "yaml": 100, "dockerfile": 12, "terraform": 8}
_TEXTS = {".py", ".md", ".rst", ".toml", ".ini", ".txt", ".sh", ".feature", ".sql", ".cfg", ".js"}
_NOT_OF_A_SERVICE = {"tests", "test", "testing", "_vendor", "third_party"}


@dataclass(frozen=True)
class _File:
    path: str
    content: bytes

    @property
    def kind(self) -> str:
        """One of the kinds of `MIXED`, "text" for code and prose, or "" for anything else."""
        path = PurePosixPath(self.path)
        if ".github/workflows/" in self.path:
            return "workflow"
        if path.name.startswith("Dockerfile"):
            return "dockerfile"
        if path.suffix in {".yaml", ".yml"}:
            return "yaml"
        if path.suffix == ".tf":
            return "terraform"
        return "text" if path.suffix in _TEXTS else ""


def build_mixed_tree(into: Path, repositories: Iterable[Path]) -> None:
    """`MIXED_FILES` files: code and documents of real repositories, and deployment and monitoring
    files from the same and from the examples on the check pages; a kind of which there are too few
    is filled up with copies of these."""
    files = [file for root in repositories for file in _files_below(root)]
    files += [file for check in _examples() for file in check]
    for kind, wanted in MIXED.items():
        _write(into, _spread([file for file in files if file.kind == kind], wanted))
    texts = [file for file in files if file.kind == "text"]
    _write(into, _spread(texts, MIXED_FILES - sum(MIXED.values())))


def build_python_tree(into: Path, count: int) -> int:
    """`count` modules of the installed packages, chosen by the digest of their paths; returns how
    many bytes they hold."""
    packages = Path(sysconfig.get_paths()["purelib"])
    named = (path.relative_to(packages) for path in packages.rglob("*.py"))
    fit = (path for path in named if _NOT_OF_A_SERVICE.isdisjoint(path.parts))
    chosen = sorted(fit, key=lambda path: hashlib.sha256(path.as_posix().encode()).digest())[:count]
    if len(chosen) < count:
        raise SystemExit(f"only {len(chosen)} modules are installed; run `make setup` first")
    for path in chosen:
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / path, into / path)
    return sum((into / path).stat().st_size for path in chosen)


def _files_below(root: Path) -> Iterator[_File]:
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and not {".opsready", "__pycache__", ".venv"} & set(inside.parts):
            yield _File(f"{root.name}/{inside.as_posix()}", path.read_bytes())


def _examples() -> Iterator[list[_File]]:
    """The named files of each check page, in a folder for each example."""
    for check in CHECKS:
        shown = page_of(check.find.__module__)
        for heading in ("Bad", "Good"):
            fences = MarkdownIt().parse(shown.section(heading)) if shown else []
            named = [(f.info.split()[-1], f.content) for f in fences if f.type == "fence"]
            folder = f"{check.id}/{heading.lower()}"
            yield [_File(f"{folder}/{path}", text.encode()) for path, text in named]


def _spread(files: list[_File], wanted: int) -> list[_File]:
    """As many as wanted, taken evenly from all, or repeated in folders of their own."""
    if not files:
        return []
    if len(files) >= wanted:
        return [files[n * len(files) // wanted] for n in range(wanted)]
    rounds = (_copies(files, n) for n in itertools.count())
    return list(itertools.islice(itertools.chain.from_iterable(rounds), wanted))


def _copies(files: list[_File], n: int) -> list[_File]:
    return [_File(f"copy-{n}/{file.path}" if n else file.path, file.content) for file in files]


def _write(into: Path, files: Iterable[_File]) -> None:
    for file in files:
        target = into / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
