"""Finds the files of a tree that may be texts of its own, and names what it will not open."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from opsready.sources.source import Unread

# Never the service's own words: history, environments, caches, what a build left behind.
_PASSED_BY = """
.git .hg .svn .bzr .jj CVS _darcs
.venv .direnv .tox .nox .eggs site-packages __pypackages__
__pycache__ .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .ipynb_checkpoints htmlcov
.nyc_output .terraform .gradle .next .nuxt .turbo .parcel-cache .serverless .aws-sam
.idea .vscode .vs .yarn .pnpm-store
"""
# Somebody else's words: said once, under `unread`.
_VENDORED = "node_modules bower_components jspm_packages third_party _vendor"
# A folder of this name is what a build made where one of these files stands beside it.
_BUILT = {
    "build": ("setup.py", "pyproject.toml", "build.gradle", "build.gradle.kts", "package.json"),
    "dist": ("setup.py", "pyproject.toml", "package.json"),
    "target": ("Cargo.toml", "pom.xml"),
    "out": ("package.json",),
    "coverage": ("package.json",),
}
# A `vendor` folder is a copy of others' code where it holds one of these lists of it, and
# otherwise may be a part of a shop.
_VENDOR_LISTS = ("modules.txt", "autoload.php", "vendor.json", "cache", "bundle")
# The standard mark of a cache folder (bford.info/cachedir), and that of a virtual environment.
_MARKS = frozenset({"CACHEDIR.TAG", "pyvenv.cfg"})

# Pictures, archives, programs and recorded data say nothing that a reader here understands; they
# are passed by without a word. Anything else that turns out to be no text is listed.
_NO_TEXT = """
png jpg jpeg gif ico icns bmp tif tiff webp avif svg psd pdf ps eps
mp3 mp4 m4a wav ogg webm mov avi ttf otf woff woff2 eot
zip gz tgz bz2 xz zst br tar 7z rar whl egg jar war ear deb rpm dmg iso
so dll dylib exe bin o a lib obj class pyc pyo pyd wasm node
db sqlite sqlite3 mdb parquet arrow feather avro orc npy npz h5 hdf5 pkl pickle joblib onnx pt pth
csv tsv jsonl ndjson log mo po pot map snap dat rdb dump
doc docx xls xlsx ppt pptx odt ods pages der p12 pfx jks keystore gpg
"""
_NO_TEXT_ENDINGS = (".min.js", ".min.css", ".bundle.js", "~", ".orig", ".rej", ".opsready-new")
_FOLDERS_PASSED_BY = frozenset(_PASSED_BY.split())
_FOLDERS_OF_OTHERS = frozenset(_VENDORED.split())
_ENDINGS_PASSED_BY = frozenset(_NO_TEXT.split())
_NAMES_OF_MODES = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


@dataclass(frozen=True)
class Found:
    """A regular file that may be a text: its path below the root, and its size in bytes."""

    path: str
    size: int


def walk(root: Path, exclude: Sequence[str] = ()) -> Iterator[Found | Unread]:
    """Every such file below a resolved root; folders are entered without recursion.

    `exclude` holds globs: one that matches a path, or a folder above it, leaves it out. A link is
    never followed: what it leads to is found in its own place, or refused outside the root.
    """
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(root / folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield Unread(folder or ".", f"cannot be listed: {error.strerror}")
            continue
        names = {entry.name for entry in entries}
        if folder and not _MARKS.isdisjoint(names):
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if not path.isprintable():
                yield Unread(ascii(path)[1:-1], "has a name with unprintable characters")
            elif _is_excluded(path, exclude):
                continue
            elif entry.is_symlink():
                yield from _judge_link(root, path)
            elif entry.is_dir(follow_symlinks=False):
                if entry.name in _FOLDERS_OF_OTHERS or _is_vendor(entry):
                    yield Unread(path, "holds code of others: left out as a rule")
                elif not _is_passed_by(path, entry.name, names):
                    waiting.append(path)
            else:
                yield from _judge_file(entry, path)


def is_excluded(path: str, exclude: Sequence[str]) -> bool:
    """Whether a glob leaves this path out, or a folder above it."""
    parts = path.split("/")
    return any(_is_excluded("/".join(parts[:upto]), exclude) for upto in range(1, len(parts) + 1))


def _is_excluded(path: str, exclude: Sequence[str]) -> bool:
    """A folder that is left out is not entered, so only the path itself needs a look."""
    name = path.rpartition("/")[2]
    return any(
        fnmatchcase(path, glob.rstrip("/"))
        or fnmatchcase(path + "/", glob)
        or ("/" not in glob.rstrip("/") and fnmatchcase(name, glob.rstrip("/")))
        for glob in exclude
    )


def _is_passed_by(path: str, name: str, siblings: set[str]) -> bool:
    if name in _FOLDERS_PASSED_BY or name.endswith((".egg-info", ".dist-info")):
        return True
    # Git worktrees of the engine: copies of this very tree.
    if path.endswith(".haiku/worktrees"):
        return True
    return any(beside in siblings for beside in _BUILT.get(name, ()))


def _is_vendor(entry: os.DirEntry[str]) -> bool:
    return entry.name == "vendor" and any(
        Path(entry.path, listed).exists() for listed in _VENDOR_LISTS
    )


def _judge_link(root: Path, path: str) -> Iterator[Unread]:
    try:
        target = (root / path).resolve(strict=True)
    except FileNotFoundError:
        yield Unread(path, "is a link to nothing")
    except (OSError, RuntimeError):
        yield Unread(path, "is a link that leads back to itself or cannot be followed")
    else:
        if not target.is_relative_to(root):
            yield Unread(path, "is a link that leaves the tree: refused")


def _judge_file(entry: os.DirEntry[str], path: str) -> Iterator[Found | Unread]:
    if path.startswith(".opsready/") and path != ".opsready/observed.json":
        return
    try:
        about = entry.stat(follow_symlinks=False)
    except OSError as error:
        yield Unread(path, f"cannot be read: {error.strerror}")
        return
    if not stat.S_ISREG(about.st_mode):
        named = (name for is_one, name in _NAMES_OF_MODES if is_one(about.st_mode))
        yield Unread(path, f"is {next(named, 'no regular file')}: never opened")
        return
    name = entry.name.lower()
    if name.rpartition(".")[2] not in _ENDINGS_PASSED_BY and not name.endswith(_NO_TEXT_ENDINGS):
        yield Found(path, about.st_size)
