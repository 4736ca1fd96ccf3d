"""Stored proofs: one JSON file a probe, bound to the digests of all that the proof rested on."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = "opsready/evidence/1"
FOLDER = ".opsready/evidence"


class BadEvidence(Exception):
    """A file that is not evidence as we write it; the text names the file and says why."""


@dataclass(frozen=True)
class Evidence:
    """`proof` is what a probe left, as JSON; `reads` and `tools` are what it rested on."""

    proof: Mapping[str, Any]
    reads: Mapping[str, str]
    tools: Mapping[str, str]

    def changed(self, reads: Mapping[str, str]) -> tuple[str, ...]:
        """What is not as it was when the proof was made: changed, gone or new since. A proof with
        nothing of that is fresh."""
        names = {*self.reads, *reads}
        return tuple(sorted(n for n in names if self.reads.get(n) != reads.get(n)))

    def other_tools(self, tools: Mapping[str, str]) -> tuple[str, ...]:
        """The tools that have another version now, of those that are known now."""
        known = sorted(self.tools.keys() & tools.keys())
        return tuple(
            f"{n} {self.tools[n]}, now {tools[n]}" for n in known if self.tools[n] != tools[n]
        )


def save(root: Path, probe: str, proof: Mapping[str, Any]) -> Path:
    """Stores a proof, which holds its `reads` and `tools`, in place of the probe's last one.
    Raises OSError and BadEvidence."""
    text = json.dumps({"schema": SCHEMA, **proof}, indent=2, ensure_ascii=False) + "\n"
    return store_text(root, f"{FOLDER}/{probe}.json", text)


def store_text(root: Path, name: str, text: str) -> Path:
    """Writes a file of ours below the tree, whole or not at all. Raises OSError, and BadEvidence
    where a link would lead it out of the tree."""
    path = root / name
    if not path.parent.resolve().is_relative_to(root.resolve()):
        raise BadEvidence(f"{name} would be written outside of the tree: a folder in it is a link")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return path


def load(root: Path, probe: str) -> Evidence | None:
    """The stored proof of a probe; None where there is none. Raises BadEvidence."""
    path = root / FOLDER / f"{probe}.json"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BadEvidence(f"{FOLDER}/{probe}.json cannot be read: {error}") from None
    return _parsed(text, f"{FOLDER}/{probe}.json", probe)


def _parsed(text: str, name: str, probe: str) -> Evidence:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadEvidence(f"{name} is not JSON: {error}") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise BadEvidence(f"{name} does not say that it is {SCHEMA}")
    if data.get("probe") != probe:
        raise BadEvidence(f"{name} is the proof of {data.get('probe')!r}")
    reads, tools = data.get("reads"), data.get("tools")
    if not isinstance(reads, dict) or not isinstance(tools, dict):
        raise BadEvidence(f"{name} does not say what it rests on")
    proof = {key: value for key, value in data.items() if key != "schema"}
    return Evidence(proof, reads, tools)
