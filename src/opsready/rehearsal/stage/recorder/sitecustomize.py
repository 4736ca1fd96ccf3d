"""Runs inside a watched service as Python starts, and notes which variables its own code asks
for: their names and the lines that ask, never a value.

It needs the standard library alone, of any Python from 3.8, and whatever goes wrong in it must
not be felt by the service.
"""

import os
import sys
from collections.abc import Iterator, KeysView
from contextlib import suppress
from types import FrameType
from typing import Optional

RECORD, ROOT = "OPSREADY_ASKED", "OPSREADY_ASKED_IN"
"""The variables that name the file of the notes, and the tree whose code is watched."""

# Code asks these libraries, and they ask the environment in its place.
_SETTINGS_LIBRARIES = frozenset(
    ("click", "decouple", "dynaconf", "environ", "environs", "everett", "starlette", "typer")
)
_PACKAGES = os.sep + "site-packages" + os.sep
# Where `os.getenv` and `os.environ.get` are written: in files, or frozen into the interpreter.
_OF_PYTHON = (os.path.dirname(os.__file__) + os.sep, "<frozen os>", "<frozen _collections_abc>")
_noted: "set[tuple[str, str, int]]" = set()


class Recording(os._Environ):  # type: ignore[type-arg]
    """The environment, which leaves a note when one of its variables is asked for. Whoever walks
    through all of it asks for none of them: item by item (`walked_to`), or in one instruction
    such as `dict(os.environ)`, which takes the keys and then their values (`walker`)."""

    def __iter__(self) -> "Iterator[str]":
        for key in super().__iter__():
            self.__dict__["walked_to"] = key
            yield key

    def keys(self) -> "KeysView[str]":
        self.__dict__["walker"] = _instruction(sys._getframe(1))
        return super().keys()

    def __getitem__(self, key: str) -> str:
        here = sys._getframe(1)
        is_walk = self.__dict__.pop("walked_to", None) == key
        if not is_walk and self.__dict__.get("walker") != _instruction(here):
            with suppress(Exception):
                _note(key, here)
        value: str = super().__getitem__(key)
        return value


def _instruction(frame: FrameType) -> "tuple[int, int]":
    return id(frame), frame.f_lasti


def _note(name: str, frame: FrameType) -> None:
    asker = _asker(frame)
    if asker is None or (name, *asker) in _noted:
        return
    _noted.add((name, *asker))
    line = f"{name}\t{asker[0]}\t{asker[1]}\n".encode()
    note = os.open(_record, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(note, line)
    finally:
        os.close(note)


def _asker(frame: "Optional[FrameType]") -> "Optional[tuple[str, int]]":
    """File, below the tree, and line of the service's own code that asks, through libraries for
    settings too. What a library asks for itself is not the service's question."""
    while frame is not None:
        path = frame.f_code.co_filename
        package = path.partition(_PACKAGES)[2]
        if path.startswith(_root + os.sep) and not package:
            return path[len(_root) + 1 :], frame.f_lineno
        if package and _is_of_the_tree(package):
            return package, frame.f_lineno
        is_library = package.split(os.sep)[0].partition(".")[0] in _SETTINGS_LIBRARIES
        if not is_library and not (path.startswith(_OF_PYTHON) and not package):
            return None
        frame = frame.f_back
    return None


def _is_of_the_tree(path: str) -> bool:
    """Whether an installed file is a copy of one in the tree."""
    return any(os.path.isfile(os.path.join(_root, folder, path)) for folder in ("", "src"))


def _make_way() -> None:
    """Python imports one module of this name: the next one on the path has its turn after us."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    this = sys.modules.pop("sitecustomize")
    with suppress(ImportError):
        __import__("sitecustomize")
    sys.modules.setdefault("sitecustomize", this)


_record, _root = os.environ.get(RECORD, ""), os.environ.get(ROOT, "")
if _record and _root:
    with suppress(Exception):
        os.environ.__class__ = Recording
if __name__ == "sitecustomize":
    _make_way()
