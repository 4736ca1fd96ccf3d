"""What changed since a commit, so that a review can speak of that alone.

A tree under review may be hostile, and `git diff` runs what its configuration names (filters,
textconv, fsmonitor). So only `rev-parse`, `ls-tree` and `cat-file` are asked, which run nothing,
and the texts are compared here.
"""

import difflib
import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from opsready.review.finding import Finding
from opsready.review.review import Review
from opsready.sources.kinds import kind_of
from opsready.sources.read import BYTES_AT_MOST, bundle_of
from opsready.sources.source import Bundle, Source

GIT_TIMEOUT_S = 60


class NotComparable(Exception):
    """The tree cannot be compared with the commit; the text says why and what to do."""


@dataclass(frozen=True)
class Changes:
    """Lines of each changed text that are new, or that stand where a line was taken away."""

    lines: Mapping[str, frozenset[int]]
    bundle: Bundle

    def applied_to(self, review: Review) -> Review:
        """The review of what changed: findings whose line, or the block below it, is touched,
        and those with a related place that is."""
        kept = tuple(finding for finding in review.findings if self._touch(finding))
        return replace(review, findings=kept)

    def _touch(self, finding: Finding) -> bool:
        places = [(finding.path, finding.line), *((p.path, p.line) for p in finding.related)]
        return any(self._touch_block(path, line) for path, line in places)

    def _touch_block(self, path: str, line: int) -> bool:
        changed = self.lines.get(path, frozenset())
        source = self.bundle.source(path)
        if not changed or source is None:
            return False
        lines = source.text.splitlines()
        return any(line <= place <= _end_of_block(lines, line) for place in changed)


def changes_since(bundle: Bundle, ref: str) -> Changes:
    """What differs between the bundle and the commit that `ref` names in the repository around
    the bundle's root. Raises `NotComparable`."""
    commit = _commit(bundle.root, ref)
    blobs = _blobs(bundle.root, commit)
    known = [s for s in bundle.sources if s.path in blobs and not _is_blob(s, blobs[s.path])]
    before = _texts(bundle.root, [blobs[source.path] for source in known])
    lines = {
        source.path: frozenset(range(1, len(source.text.splitlines()) + 1))
        for source in bundle.sources
        if source.path not in blobs
    }
    for source, old in zip(known, before, strict=True):
        changed = changed_lines(old.splitlines(), source.text.splitlines())
        if changed:
            lines[source.path] = changed
    return Changes(lines, bundle)


def bundle_at(bundle: Bundle, ref: str) -> Bundle:
    """The tree as it was at the commit that `ref` names. Raises `NotComparable`."""
    blobs = _blobs(bundle.root, _commit(bundle.root, ref))
    same = {s.path: s for s in bundle.sources if s.path in blobs and _is_blob(s, blobs[s.path])}
    paths = [path for path in blobs if path not in same]
    texts = _texts(bundle.root, [blobs[path] for path in paths])
    changed = (_source(path, text) for path, text in zip(paths, texts, strict=True))
    return bundle_of(bundle.root, [*same.values(), *(s for s in changed if s is not None)])


def _source(path: str, text: str) -> Source | None:
    """None for what nobody would take for a text."""
    if "\0" in text or len(text) > BYTES_AT_MOST:
        return None
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Source(path, kind_of(path, text), text, digest)


def changed_lines(old: Sequence[str], new: Sequence[str]) -> frozenset[int]:
    """Numbers of the lines of `new` that differ; a removal touches the lines around its gap."""
    if old == new:
        return frozenset()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    matcher = difflib.SequenceMatcher(
        None, old[start : len(old) - end], new[start : len(new) - end], autojunk=False
    )
    touched: set[int] = set()
    for tag, _, _, first, last in matcher.get_opcodes():
        if tag == "delete":
            touched |= {start + first, start + first + 1}
        elif tag != "equal":
            touched |= set(range(start + first + 1, start + last + 1))
    return frozenset(line for line in touched if 1 <= line <= len(new))


def _end_of_block(lines: Sequence[str], line: int) -> int:
    """The last line that hangs on this one: deeper indented, or below a Markdown heading."""
    if not 1 <= line <= len(lines):
        return line
    first = lines[line - 1]
    heading = first.startswith("#") and first.lstrip("#").startswith(" ")
    depth = len(first) - len(first.lstrip())
    end = line
    for number, text in enumerate(lines[line:], start=line + 1):
        if heading and text.startswith("#"):
            break
        if not heading and text.strip() and len(text) - len(text.lstrip()) <= depth:
            break
        end = number
    return end


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    git = shutil.which("git")
    if git is None:
        raise NotComparable("git is not installed, so nothing can be compared")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    try:
        done = subprocess.run(
            [git, "-C", str(root), "--no-pager", *arguments],
            input=given,
            capture_output=True,
            check=False,
            env={**kept, "LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1"},
            timeout=GIT_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotComparable(f"git did not answer: {error}") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise NotComparable(said[0] if said else f"git ended with {done.returncode}")
    return done.stdout


def _commit(root: Path, ref: str) -> str:
    try:
        _git(root, "rev-parse", "--git-dir")
    except NotComparable as error:
        raise NotComparable(f"{root} is no git repository: {error}") from None
    try:
        name = f"{ref}^{{commit}}"
        found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    except NotComparable:
        raise NotComparable(
            f"`{ref}` names no commit here; in CI, fetch it first (`git fetch origin {ref}`)"
        ) from None
    return found.decode().split()[-1]


def _blobs(root: Path, commit: str) -> dict[str, str]:
    """Object name of each file of the commit, by its path below the root."""
    listed = _git(root, "ls-tree", "-r", "-z", commit).decode(errors="surrogateescape")
    entries = (entry.partition("\t") for entry in listed.split("\0") if entry)
    return {path: head.split()[2] for head, _, path in entries if head.split()[1] == "blob"}


def _is_blob(source: Source, blob: str) -> bool:
    content = source.text.encode()
    digest = hashlib.sha1 if len(blob) == 40 else hashlib.sha256
    return digest(b"blob %d\0" % len(content) + content).hexdigest() == blob


def _texts(root: Path, blobs: Sequence[str]) -> list[str]:
    asked = "".join(f"{blob}\n" for blob in blobs).encode()
    answer = _git(root, "cat-file", "--batch", given=asked) if blobs else b""
    texts, at = [], 0
    for _ in blobs:
        start = answer.index(b"\n", at) + 1
        size = int(answer[at:start].split()[2])
        texts.append(answer[start : start + size].decode(errors="replace"))
        at = start + size + 1
    return texts
