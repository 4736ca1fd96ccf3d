"""`.opsready/pack.json` and `.opsready/base/`: what was written, by whom, why, and its text."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from opsready.facts.fact import Facts
from opsready.hats.written.disk import FOLDER, Standing, is_free, is_inside, look
from opsready.sources.read import Unreadable
from opsready.sources.source import Bundle, quoted

SCHEMA = "opsready/pack/1"
PATH = f"{FOLDER}/pack.json"
BESIDE = ".opsready-new"
"""What ends the name of the hat's text where a person's is in its place."""

_KEYS = {"path", "hat", "because", "digest"}


@dataclass(frozen=True)
class Entry:
    """A file that a hat wrote: `digest` is that of its base, and `offered` that of the text which
    lies beside the file while a conflict stands."""

    path: str
    hat: str
    because: str
    digest: str
    offered: str = ""


@dataclass(frozen=True)
class Record:
    """What is known of earlier writes. A base whose digest is another than the record says is
    none: a wrong one would take a person's lines for ours. `settled` names the files beside which
    the text that was offered lies no more."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    bases: Mapping[str, str] = field(default_factory=dict)
    offers: Mapping[str, str] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()

    @property
    def known(self) -> dict[str, str]:
        """The text of each file that a person and the hat started from. Who removes the text
        beside a file has taken from it what they want: from then on it counts as the base."""
        return {**self.bases, **{path: self.offers[path] for path in self.settled}}


def base_path(path: str) -> str:
    """Where the text is kept that a hat wrote at a path."""
    return f"{FOLDER}/base/{path}"


def digest_of(text: str) -> str:
    """The sha256 of a text, in hex."""
    return hashlib.sha256(encoded(text)).hexdigest()


def encoded(text: str) -> bytes:
    """The bytes of a text, of one with broken characters too."""
    return text.encode("utf-8", "surrogateescape")


def decoded(content: bytes) -> str:
    """The text of any bytes; `encoded` gives the same back."""
    return content.decode("utf-8", "surrogateescape")


def read_record(root: Path) -> Record:
    """What earlier writes left; nothing where there was none. Raises Unreadable and OSError."""
    text = _text(look(root, PATH), PATH)
    if text is None:
        return Record()
    entries = {entry.path: entry for entry in parse_entries(text)}
    bases, offers = {}, {}
    for path, entry in entries.items():
        base = _with_digest(root, base_path(path), entry.digest)
        offer = _with_digest(root, base_path(path + BESIDE), entry.offered)
        if base is not None:
            bases[path] = base
        if offer is not None:
            offers[path] = offer
    settled = frozenset(path for path in offers if is_free(root, path + BESIDE))
    return Record(entries, bases, offers, settled)


def refuse_outside(paths: Iterable[str]) -> None:
    """Raises Unreadable for the first path that is no place for an artifact."""
    for path in paths:
        if not is_inside(path) or path.startswith(f"{FOLDER}/") or path.endswith(BESIDE):
            remedy = "look for the name in opsready.yaml that leads there"
            raise Unreadable(path, "is no place in the tree that a hat may write to", remedy)


def said_by_others(facts: Facts, bundle: Bundle) -> Facts:
    """The facts but for those that a line gives which a hat wrote: were they heard, what is assumed
    today would be stated tomorrow, by us. Raises Unreadable and OSError."""
    known = read_record(bundle.root).known
    lines = {path: {quoted(line) for line in base.split("\n")} for path, base in known.items()}
    others = (
        fact
        for fact in facts
        if fact.path not in lines
        or (fact.line and bundle.quote(fact.path, fact.line) not in lines[fact.path])
    )
    return replace(facts, facts=tuple(others)) if lines else facts


def record_text(entries: Mapping[str, Entry]) -> str:
    """The same entries give the same bytes."""
    files = [_fields(entries[path]) for path in sorted(entries)]
    return json.dumps({"schema": SCHEMA, "files": files}, indent=2, ensure_ascii=False) + "\n"


def parse_entries(text: str) -> list[Entry]:
    """Raises Unreadable."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _broken(f"is not JSON: {error}") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise _broken(f"does not say that it is {SCHEMA}")
    files = data.get("files")
    if not isinstance(files, list) or not all(map(_is_entry, files)):
        raise _broken(f"must list files, each with {', '.join(sorted(_KEYS))}")
    return [Entry(**one) for one in files]


def _is_entry(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and one.keys() >= _KEYS
        and one.keys() <= _KEYS | {"offered"}
        and all(isinstance(value, str) for value in one.values())
        and is_inside(one["path"])
    )


def _fields(entry: Entry) -> dict[str, str]:
    known = {
        "path": entry.path,
        "hat": entry.hat,
        "because": entry.because,
        "digest": entry.digest,
    }
    return {**known, "offered": entry.offered} if entry.offered else known


def _with_digest(root: Path, path: str, digest: str) -> str | None:
    """A version control system may have made CRLF of what we wrote."""
    held = look(root, path).held if digest else None
    text = decoded(held.content) if held is not None else ""
    texts = (text, text.replace("\r\n", "\n"))
    return next((t for t in texts if held is not None and digest_of(t) == digest), None)


def _text(standing: Standing, path: str) -> str | None:
    if standing.obstacle:
        raise Unreadable(path, standing.obstacle, "move it away, or restore it as it was committed")
    return decoded(standing.held.content) if standing.held is not None else None


def _broken(why: str) -> Unreadable:
    remedy = (
        "restore it as it was committed, or delete it: every file then counts as a person's own"
    )
    return Unreadable(PATH, why, remedy)
