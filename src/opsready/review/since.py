"""What changed since a commit, so that a review can speak of that alone.

`git diff` runs what a hostile tree names; so the texts are read as they were stored, and compared
here.
"""

import difflib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from opsready.review.finding import Finding
from opsready.review.review import Review
from opsready.sources.history import History
from opsready.sources.kinds import kind_of
from opsready.sources.read import BYTES_AT_MOST, bundle_of
from opsready.sources.source import Bundle, Source


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
    the bundle's root. Raises `NoHistory`."""
    history = History(bundle.root)
    blobs = {blob.path: blob.name for blob in history.blobs(history.commit(ref))}
    known = [s for s in bundle.sources if s.path in blobs and not _is_blob(s, blobs[s.path])]
    before = _texts(history, [blobs[source.path] for source in known])
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
    """The tree as it was at the commit that `ref` names. Raises `NoHistory`."""
    history = History(bundle.root)
    blobs = {blob.path: blob.name for blob in history.blobs(history.commit(ref))}
    same = {s.path: s for s in bundle.sources if s.path in blobs and _is_blob(s, blobs[s.path])}
    paths = [path for path in blobs if path not in same]
    texts = _texts(history, [blobs[path] for path in paths])
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


def _is_blob(source: Source, blob: str) -> bool:
    content = source.text.encode()
    digest = hashlib.sha1 if len(blob) == 40 else hashlib.sha256
    return digest(b"blob %d\0" % len(content) + content).hexdigest() == blob


def _texts(history: History, blobs: Sequence[str]) -> list[str]:
    return [content.decode(errors="replace") for content in history.contents(blobs)]
