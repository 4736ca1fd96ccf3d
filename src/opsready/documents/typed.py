"""Commands as a person types them from a page: words of pieces, for running them without a shell.

A shell's own work, such as a pipe, is named as what stands in the way and never done.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

_NAME = re.compile(r"[A-Za-z_]\w*")
_BRACED = re.compile(r"\{([A-Za-z_]\w*)\}")
_ASSIGNMENT = re.compile(r"^(?:export[ \t]+)?([A-Za-z_]\w*)=")
_ENDS_A_WORD = " \t\n"
# Letters that mean nothing but themselves: within double quotes, and outside.
_PLAIN = {True: re.compile(r'[^"\\`$]+'), False: re.compile(r"""[^\s"'\\`$|&;<>()]+""")}
# What joins, redirects or groups commands.
_SHELLS_WORK = {
    "|": "a pipe",
    "&": "`&`",
    ";": "several commands in one line",
    "<": "a redirection",
    ">": "a redirection",
    "(": "a subshell",
    ")": "a subshell",
}


class Made(StrEnum):
    """How a piece of a word comes about."""

    WRITTEN = "written"
    VARIABLE = "variable"
    COMMAND = "command"


@dataclass(frozen=True)
class Piece:
    """A part of a word: text as it stands, a variable's name, or a command whose output it is.
    An unquoted variable that is empty makes no word."""

    made: Made
    text: str
    quoted: bool = True


Word = tuple[Piece, ...]


@dataclass(frozen=True)
class Typed:
    """One command. `name` is what it sets, where it is an assignment, whose value is then the only
    word. `text` is the command on one line; `beyond` names what only a shell could do of it."""

    words: tuple[Word, ...]
    line: int
    text: str
    name: str = ""
    beyond: str = ""

    @property
    def program(self) -> str:
        """What it runs, where that is written out; "" for an assignment."""
        first = self.words[0] if self.words and not self.name else ()
        return "".join(p.text for p in first) if all(p.made is Made.WRITTEN for p in first) else ""

    @property
    def uses(self) -> frozenset[str]:
        """The variables that it needs, in commands inside it too."""
        pieces = [piece for word in self.words for piece in word]
        named = {piece.text for piece in pieces if piece.made is Made.VARIABLE}
        inner = (typed for p in pieces if p.made is Made.COMMAND for typed in read_typed(p.text))
        return frozenset(named.union(*(typed.uses for typed in inner)))


def read_typed(text: str, first_line: int = 1) -> tuple[Typed, ...]:
    """The commands of a block, in their order."""
    return tuple(_commands(text, first_line))


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its `$NAME` put in; those that are not known stay."""
    known = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
    return known.sub(lambda found: values.get(found[1] or found[2], found[0]), text)


def _commands(text: str, first_line: int) -> Iterator[Typed]:
    for line, logical in _logical_lines(text, first_line):
        for number, part in enumerate(_assignments_apart(logical)):
            reading = _Reading(part)
            words = reading.words()
            name = _ASSIGNMENT.match(part)
            one = " ".join(part.split())
            if name and len(words) <= 2:
                value = _Reading(part[name.end() :]).words() or [()]
                yield Typed(tuple(value), line, one, name[1], reading.beyond)
            elif words:
                yield Typed(tuple(words), line, one, "", reading.beyond or _several(number))


def _several(number: int) -> str:
    return "a variable set for one command" if number else ""


def _assignments_apart(logical: str) -> Iterator[str]:
    """`A=1 B=2` sets two; `A=1 command` is a command with a setting of its own."""
    rest = logical
    while (name := _ASSIGNMENT.match(rest)) and not rest.startswith("export"):
        end = name.end() + _Reading(rest[name.end() :]).length_of_a_word()
        yield rest[:end]
        rest = rest[end:].lstrip()
    if rest:
        yield rest


def _logical_lines(text: str, first_line: int) -> Iterator[tuple[int, str]]:
    """Lines that go on, by a backslash or an open quote, are one; comments are none."""
    held, began = "", first_line
    for number, line in enumerate(text.split("\n"), first_line):
        began = began if held else number
        held += line
        if line.endswith("\\"):
            held = held[:-1] + " "
        elif _is_open(held):
            held += "\n"
        elif held.strip():
            yield began, held.strip()
            held = ""
        else:
            held = ""
    if held.strip():
        yield began, held.strip()


def _is_open(text: str) -> bool:
    reading = _Reading(text)
    reading.words()
    return reading.is_open


class _Reading:
    """One command, letter by letter, as POSIX quotes it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.beyond = ""
        self.is_open = False

    def words(self) -> list[Word]:
        """All of them, up to a comment."""
        found: list[Word] = []
        while self.at < len(self.text):
            letter = self.text[self.at]
            if letter in _ENDS_A_WORD:
                self.at += 1
            elif letter == "#":
                break
            else:
                found.append(self._word())
        return found

    def length_of_a_word(self) -> int:
        """Of the first one."""
        if self.text[:1] and self.text[0] not in _ENDS_A_WORD:
            self._word()
        return self.at

    def _word(self) -> Word:
        pieces: list[Piece] = []
        while self.at < len(self.text) and self.text[self.at] not in _ENDS_A_WORD:
            letter = self.text[self.at]
            if letter in _SHELLS_WORK:
                self.beyond = self.beyond or _SHELLS_WORK[letter]
                self.at += 1
            elif letter == "'":
                pieces.append(Piece(Made.WRITTEN, self._until("'")))
            elif letter == '"':
                self.at += 1
                pieces += self._in_quotes()
            else:
                pieces.append(self._piece(quoted=False))
        return tuple(pieces) or (Piece(Made.WRITTEN, ""),)

    def _until(self, quote: str) -> str:
        end = self.text.find(quote, self.at + 1)
        if end < 0:
            self.is_open, end = True, len(self.text)
        text = self.text[self.at + 1 : end]
        self.at = end + 1
        return text

    def _in_quotes(self) -> Iterator[Piece]:
        while self.at < len(self.text) and self.text[self.at] != '"':
            yield self._piece(quoted=True)
        self.is_open = self.is_open or self.at >= len(self.text)
        self.at += 1
        yield Piece(Made.WRITTEN, "")

    def _piece(self, *, quoted: bool) -> Piece:
        letter, after = self.text[self.at], self.text[self.at + 1 : self.at + 2]
        if letter == "\\" and after:
            self.at += 2
            kept = quoted and after not in '"\\$`'
            return Piece(Made.WRITTEN, letter + after if kept else after)
        if letter == "`":
            return Piece(Made.COMMAND, self._until("`"), quoted)
        if self.text.startswith("$(", self.at):
            return Piece(Made.COMMAND, self._inside_parentheses(), quoted)
        if letter == "$":
            named = _NAME.match(self.text, self.at + 1) or _BRACED.match(self.text, self.at + 1)
            if named:
                self.at = named.end()
                return Piece(Made.VARIABLE, named[0].strip("{}"), quoted)
            if after == "{":
                self.beyond = self.beyond or "an expansion"
        began, plain = self.at, _PLAIN[quoted].match(self.text, self.at)
        self.at = plain.end() if plain else self.at + 1
        return Piece(Made.WRITTEN, self.text[began : self.at])

    def _inside_parentheses(self) -> str:
        began, depth = self.at + 2, 0
        for end in range(self.at + 1, len(self.text)):
            depth += {"(": 1, ")": -1}.get(self.text[end], 0)
            if depth == 0:
                self.at = end + 1
                return self.text[began:end]
        self.is_open, self.at = True, len(self.text)
        return self.text[began:]
