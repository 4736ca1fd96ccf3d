"""Three-way merge: what a person changed, and what the hat changed, since the text both had."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# A line ends at "\n" alone: others, such as U+2028, stand inside of what people write.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# The longest artifact has 40 kB. A file that grew to this is not what the hat wrote, edited.
CHARACTERS_AT_MOST = 1_000_000

Span = tuple[int, int]
"""First and last line, counted from 1; the last is before the first where a place is empty."""


class State(StrEnum):
    """What became of a file; spelled as DESIGN §4 fixes it, for the JSON too."""

    NEW = "new"
    SAME = "same"
    UPDATED = "updated"
    MERGED = "merged"
    CONFLICT = "conflict"
    KEPT = "kept"


@dataclass(frozen=True)
class Settled:
    """`text` is what the file holds from now on, None where there is none; `lines` are those of
    the person's text that the hat would change too."""

    state: State
    text: str | None
    why: str = ""
    lines: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Merged:
    """Both changes in one text. Where they touch the same lines the person's stand, and
    `conflicts` names them."""

    text: str
    conflicts: tuple[Span, ...] = ()


@dataclass(frozen=True)
class _Region:
    """Lines between two that all three texts share; `at` is the number of the person's first."""

    base: list[str]
    own: list[str]
    new: list[str]
    at: int

    @property
    def is_settled(self) -> bool:
        return self.own == self.new or self.base in (self.own, self.new)

    @property
    def lines(self) -> list[str]:
        return self.new if self.own == self.base else self.own


def settle(base: str | None, own: str | None, new: str) -> Settled:
    """What to do with a file that holds `own` (None: there is none), where the hat last wrote
    `base` (None: never) and now writes `new`."""
    if own is None:
        if base is None:
            return Settled(State.NEW, new)
        return Settled(State.KEPT, None, "it was deleted after it was written, and stays deleted")
    ending = _ending(own)
    plain = own.replace(ending, "\n")
    if plain == new:
        return Settled(State.SAME, own)
    if base is None:
        return Settled(State.KEPT, own, "a person wrote it")
    if plain == base:
        return Settled(State.UPDATED, new.replace("\n", ending))
    if new == base:
        return Settled(State.KEPT, own, "edited by a person, and the hat has nothing new for it")
    if "\0" in own or len(own) > CHARACTERS_AT_MOST:
        return Settled(State.CONFLICT, own, "what stands there now is no text to merge with")
    merged = merge(base, plain, new)
    if merged.conflicts:
        why = "a person and the hat changed the same lines"
        return Settled(State.CONFLICT, own, why, merged.conflicts)
    if merged.text == plain:
        return Settled(State.KEPT, own, "edited by a person, and holds what is new already")
    return Settled(State.MERGED, merged.text.replace("\n", ending))


def _ending(text: str) -> str:
    """How all lines of the text end: a version control system may have made CRLF of our LF."""
    crlf = text.count("\r\n")
    return "\r\n" if crlf and crlf == text.count("\n") else "\n"


def merge(base: str, own: str, new: str) -> Merged:
    """The person's text with what the hat changed since `base`. Changes that touch, with no line
    between them that all texts share, are a conflict: none is dropped, and none is guessed."""
    lines: list[str] = []
    conflicts: list[Span] = []
    for region in _regions(_LINE.findall(base), _LINE.findall(own), _LINE.findall(new)):
        if region.is_settled:
            lines += region.lines
        else:
            lines += region.own
            conflicts.append((region.at, region.at + len(region.own) - 1))
    return Merged("".join(lines), tuple(conflicts))


def _regions(base: list[str], own: list[str], new: list[str]) -> Iterator[_Region]:
    """What lies between the lines that all three share, and each of those lines itself."""
    in_own, in_new = _places(base, own), _places(base, new)
    b = o = n = 0
    for line in range(len(base) + 1):
        if line < len(base) and not (line in in_own and line in in_new):
            continue
        upto_own, upto_new = in_own.get(line, len(own)), in_new.get(line, len(new))
        yield _Region(base[b:line], own[o:upto_own], new[n:upto_new], o + 1)
        if line < len(base):
            yield _Region([base[line]], [base[line]], [base[line]], upto_own + 1)
        b, o, n = line + 1, upto_own + 1, upto_new + 1


def _places(base: list[str], other: list[str]) -> dict[int, int]:
    """Where the lines of the base stand in the other text, of those that are still there."""
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + i: block.b + i for block in blocks for i in range(block.size)}
