"""Reads a tree into a bundle. Nothing of the tree is run, and no link is followed."""

import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from opsready.sources.haiku import read_intents
from opsready.sources.inputs import stage_inputs
from opsready.sources.kinds import Kind, kind_of
from opsready.sources.source import Bundle, Source, Unread
from opsready.sources.walk import Found, walk

# The longest text that people write by hand and that was met in a public tree has 0.9 MB
# (a generated OpenAPI page); longer ones are data under the name of a text.
BYTES_AT_MOST = 2_000_000
# Somebody named a home or a system folder; a service's own tree holds a few thousand texts.
FILES_AT_MOST = 100_000


class Unreadable(Exception):
    """A root that gives nothing to read: where, why, and what to do about it."""

    def __init__(self, path: str, why: str, remedy: str) -> None:
        super().__init__(f"{path}: {why}; {remedy}")
        self.path = path
        self.why = why
        self.remedy = remedy


def read(root: Path, exclude: Sequence[str] = ()) -> Bundle:
    """All texts below `root`, in path order, with their intents; `exclude` holds globs of paths
    to leave out. What cannot be read is listed, with the reason. Raises `Unreadable`."""
    real = resolved(root)
    sources: list[Source] = []
    unread: list[Unread] = []
    for found in walk(real, exclude):
        read_one = found if isinstance(found, Unread) else _read_file(real, found)
        if isinstance(read_one, Source):
            sources.append(read_one)
        elif read_one is not None:
            unread.append(read_one)
        if len(sources) > FILES_AT_MOST:
            why = f"holds more than {FILES_AT_MOST:,} files"
            raise Unreadable(str(root), why, "name the service's own folder, or use --exclude")
    if not sources and any(one.path == "." for one in unread):
        raise Unreadable(str(root), unread[0].why, "give the folder's owner's rights to read it")
    return bundle_of(real, sources, unread)


def bundle_of(root: Path, sources: Iterable[Source], unread: Iterable[Unread] = ()) -> Bundle:
    """A bundle of texts already at hand: intents and stage inputs are found among them."""
    in_order = tuple(sorted(sources, key=lambda source: source.path))
    plain = Bundle(root, in_order)
    intents, refused = read_intents(plain)
    listed = sorted({*unread, *refused}, key=lambda one: (one.path, one.line, one.why))
    inputs = stage_inputs(in_order, intents)
    return replace(plain, unread=tuple(listed), intents=intents, inputs=inputs)


def resolved(root: Path) -> Path:
    """The folder that a path names. Raises `Unreadable`."""
    try:
        real = root.resolve(strict=True)
    except FileNotFoundError:
        raise Unreadable(str(root), "does not exist", "name a folder that does") from None
    except (OSError, RuntimeError, ValueError) as error:
        why = f"cannot be opened: {getattr(error, 'strerror', None) or error}"
        raise Unreadable(str(root), why, "name a folder that can be read") from None
    if not real.is_dir():
        raise Unreadable(str(root), "is no folder", "name the folder that holds it")
    return real


def _read_file(root: Path, found: Found) -> Source | Unread | None:
    """The file's text; None for what nobody would take for a text."""
    if found.size > BYTES_AT_MOST:
        why = f"has {found.size:,} bytes; a text is read up to {BYTES_AT_MOST:,}"
        return Unread(found.path, why) if _is_named_as_text(found.path) else None
    try:
        content = _content(root / found.path)
    except OSError as error:
        return Unread(found.path, f"cannot be read: {error.strerror}")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Unread(found.path, "is UTF-16; save it as UTF-8")
    if b"\0" in content:
        why = "is binary: it holds zero bytes"
        return Unread(found.path, why) if _is_named_as_text(found.path) else None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        why = f"is not UTF-8: byte {error.start} is 0x{content[error.start]:02x}"
        return Unread(found.path, why, line)
    digest = hashlib.sha256(content).hexdigest()
    return Source(found.path, kind_of(found.path, text), text, digest)


def _is_named_as_text(path: str) -> bool:
    return kind_of(path, "") is not Kind.TEXT or path.endswith(".txt")


def _content(path: Path) -> bytes:
    """The bytes of a regular file, and of nothing that took its place since it was found: a link
    is refused, and a pipe is not waited for."""
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(opened, "rb") as file:
        content = file.read(BYTES_AT_MOST + 1) if stat.S_ISREG(os.fstat(opened).st_mode) else None
    if content is None or len(content) > BYTES_AT_MOST:
        raise OSError(0, "it changed while the tree was read")
    return content
