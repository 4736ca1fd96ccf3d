"""Regular expressions as Prometheus reads them: Go's RE2 syntax, made a Python pattern.

The two differ in what they refuse (RE2 has no look-around and no back-references), in what
`$`, `\\s`, `\\w` and a flag in mid-pattern mean, and in names of character classes. Unicode
classes like `\\pL` and a name that two groups share are not translated, and said so. Python may
backtrack where RE2 does not.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

_LITERAL_AND_DOTS = re.compile(r"(?:[\w\-/: ,@=]|\\[.\-/]|\.[*+?]?+|\|)*+")
_REPETITION = re.compile(r"[*+?]|\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}")
_LARGEST_REPETITION = 1000
_FLAGS = re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
_NAMED_GROUP = re.compile(r"\(\?P?<([0-9A-Za-z_]+)>")

# Members of a class, written as Python class members. All are ASCII in RE2.
_PERL = {"d": "0-9", "s": r"\t\n\f\r ", "w": "0-9A-Za-z_"}
_NOT_PERL = {
    "D": r"\x00-/:-\U0010ffff",
    "S": r"\x00-\x08\x0b\x0e-\x1f!-\U0010ffff",
    "W": r"\x00-/:-@\[-\^`{-\U0010ffff",
}
_SHORTHANDS = _PERL | _NOT_PERL
_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t-\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_NOT_POSIX = {
    "alnum": r"\x00-/:-@\[-`{-\U0010ffff",
    "alpha": r"\x00-@\[-`{-\U0010ffff",
    "ascii": r"\x80-\U0010ffff",
    "blank": r"\x00-\x08\n-\x1f!-\U0010ffff",
    "cntrl": r" -~\x80-\U0010ffff",
    "digit": r"\x00-/:-\U0010ffff",
    "graph": r"\x00- \x7f-\U0010ffff",
    "lower": r"\x00-`{-\U0010ffff",
    "print": r"\x00-\x1f\x7f-\U0010ffff",
    "punct": r"\x00- 0-9A-Za-z\x7f-\U0010ffff",
    "space": r"\x00-\x08\x0e-\x1f!-\U0010ffff",
    "upper": r"\x00-@\[-\U0010ffff",
    "word": r"\x00-/:-@\[-\^`{-\U0010ffff",
    "xdigit": r"\x00-/:-@G-`g-\U0010ffff",
}
_NAMED_CLASS = re.compile(r"\[:(\^?)(.{0,64}?):\]", re.DOTALL)
_LETTER_ESCAPES = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_CODE_ESCAPE = re.compile(r"x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]+)\}|(0[0-7]{0,2}|[1-7][0-7]{1,2})")


class UntranslatedRegexError(ValueError):
    """Prometheus accepts the pattern, but it is not translated here."""


def check_regex(pattern: str) -> None:
    """Raises ValueError, with the reason, for a pattern that Prometheus refuses."""
    if not _LITERAL_AND_DOTS.fullmatch(pattern):
        compile_regex(pattern)


@lru_cache(maxsize=4096)
def compile_regex(pattern: str, *, dot_matches_newline: bool = True) -> re.Pattern[str]:
    """`pattern` for use with `fullmatch`, as matchers and label_replace are anchored.

    The dot matches a newline since Prometheus 3. Raises ValueError with the reason.
    """
    flags = frozenset("s") if dot_matches_newline else frozenset()
    translated = _Translation(pattern, [flags]).run()
    try:
        return re.compile(translated)
    except RecursionError:
        raise ValueError("the regular expression is nested too deeply") from None


@dataclass
class _Translation:
    pattern: str
    flags: list[frozenset[str]]  # of each open group, the innermost last
    at: int = 0
    repeatable: str = "nothing"  # what stands before: nothing, an atom, or a repetition
    names: set[str] = field(default_factory=set)
    repeated: list[int] = field(default_factory=lambda: [1])  # a part of each open group, at most
    inside: int = 1  # how often a part of what stands before is repeated, at most

    def run(self) -> str:
        written = []
        while self.at < len(self.pattern):
            written.append(self._next())
        if len(self.flags) > 1:
            raise ValueError("the regular expression has a ( without )")
        return "".join(written)

    def _next(self) -> str:
        letter = self.pattern[self.at]
        repetition = _REPETITION.match(self.pattern, self.at)
        if repetition:
            return self._repetition(repetition)
        if letter == "(":
            return self._open()
        if letter == ")":
            return self._close()
        if letter == "|":
            self.at += 1
            self.repeatable = "nothing"
            return "|"
        self.repeatable, self.inside = "an atom", 1
        if letter == "[":
            return self._folded(self._class())
        if letter == "\\":
            return self._escape()
        self.at += 1
        return self._plain(letter)

    def _plain(self, letter: str) -> str:
        flags = self.flags[-1]
        if letter == ".":
            return "(?s:.)" if "s" in flags else r"[^\n]"
        if letter == "^":
            return "(?m:^)" if "m" in flags else r"(?:\A)"
        if letter == "$":
            return "(?m:$)" if "m" in flags else r"(?:\Z)"
        return self._folded(re.escape(letter))

    def _folded(self, atom: str) -> str:
        return f"(?i:{atom})" if "i" in self.flags[-1] else atom

    def _repetition(self, match: re.Match[str]) -> str:
        if self.repeatable != "an atom":
            raise ValueError(f"{match[0]} repeats {self.repeatable} in the regular expression")
        self.repeatable = "a repetition"
        least, _, most = match.groups()
        counts = [int(count) for count in (least, most) if count]
        if counts and (max(counts) > _LARGEST_REPETITION or counts != sorted(counts)):
            raise ValueError(f"{match[0]} is no valid repetition: it counts to 1000, upwards")
        if counts:
            self._repeat(match[0], counts[-1])
        self.at = match.end()
        asked = self.pattern.startswith("?", self.at)
        self.at += asked
        # RE2 checks that {n} is counted; Python reads a lazy {n}? as the same.
        lazy = asked != ("U" in self.flags[-1])
        return match[0] + "?" * lazy

    def _repeat(self, written: str, count: int) -> None:
        """Repetitions of repetitions count together, as in (a{10}){100}."""
        self.inside *= count
        if self.inside > _LARGEST_REPETITION:
            raise ValueError(f"{written} is no valid repetition: all in all it counts to 1000")
        self.repeated[-1] = max(self.repeated[-1], self.inside)

    def _open(self) -> str:
        outer = self.flags[-1]
        self.flags.append(outer)
        self.repeated.append(1)
        self.repeatable, before = "nothing", self.repeatable
        if named := _NAMED_GROUP.match(self.pattern, self.at):
            return self._named(named)
        if not self.pattern.startswith("(?", self.at):
            self.at += 1
            return "("
        match = _FLAGS.match(self.pattern, self.at)
        if match is None:
            shown = self.pattern[self.at : self.at + 4]
            raise ValueError(f"{shown} is not known to RE2, whose syntax Prometheus uses")
        self.at = match.end()
        self.flags[-1] = (outer | set(match[1])) - set(match[2] or "")
        if match[3] == ":":
            return "(?:"
        self.flags[-2:] = self.flags[-1:]  # (?i): for the rest of the group it stands in
        self.repeated.pop()
        self.repeatable = before
        return ""

    def _named(self, match: re.Match[str]) -> str:
        name = match[1]
        if name in self.names:
            raise UntranslatedRegexError(
                "two groups of the regular expression have the same name, which is not read here"
            )
        self.names.add(name)
        self.at = match.end()
        return f"(?P<{name}>" if name.isidentifier() else "("

    def _close(self) -> str:
        if len(self.flags) == 1:
            raise ValueError("the regular expression has a ) without (")
        self.flags.pop()
        self.at += 1
        self.repeatable, self.inside = "an atom", self.repeated.pop()
        self.repeated[-1] = max(self.repeated[-1], self.inside)
        return ")"

    def _escape(self) -> str:
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in ("A", "z", "b", "B"):
            self.at += 2
            return {"A": r"(?:\A)", "z": r"(?:\Z)"}.get(letter, rf"(?a:\{letter})")
        if letter == "Q":
            end = self.pattern.find(r"\E", self.at)
            quoted = self.pattern[self.at + 2 : end if end >= 0 else None]
            self.at = end + 2 if end >= 0 else len(self.pattern)
            return "".join(self._folded(re.escape(one)) for one in quoted)
        if members := _SHORTHANDS.get(letter):
            self.at += 2
            return self._folded(f"[{members}]")
        return self._folded(self._code_point())

    def _code_point(self) -> str:
        """One character, escaped or not, as Python writes it inside and outside a class."""
        letter = self.pattern[self.at]
        if letter != "\\":
            self.at += 1
            return rf"\U{ord(letter):08x}"
        match = _CODE_ESCAPE.match(self.pattern, self.at + 1)
        letter = self.pattern[self.at + 1 : self.at + 2]
        if match:
            self.at = match.end()
            code = int(match[1] or match[2], 16) if match[3] is None else int(match[3], 8)
        elif letter in _LETTER_ESCAPES:
            self.at += 2
            code = _LETTER_ESCAPES[letter]
        elif letter and letter.isascii() and not letter.isalnum():
            self.at += 2
            code = ord(letter)
        else:
            raise self._unknown_escape(letter)
        if code > 0x10FFFF:
            raise ValueError("the regular expression names a character beyond Unicode")
        return rf"\U{code:08x}"

    def _unknown_escape(self, letter: str) -> ValueError:
        if letter in ("p", "P"):
            return UntranslatedRegexError(
                rf"the Unicode class \{letter} is not read here; write the letters as ranges"
            )
        if not letter:
            return ValueError("the regular expression ends in a lone backslash")
        return ValueError(rf"\{letter} is no escape of a regular expression of Prometheus")

    def _class(self) -> str:
        self.at += 1
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        members: list[str] = []
        while not self.pattern.startswith("]", self.at) or not members:
            if self.at >= len(self.pattern):
                raise ValueError("the regular expression has a [ without ]")
            members.append(self._member())
        self.at += 1
        return f"[{'^' * negated}{''.join(members)}]"

    def _member(self) -> str:
        if named := _NAMED_CLASS.match(self.pattern, self.at):
            table = _NOT_POSIX if named[1] else _POSIX
            if named[2] not in table:
                raise ValueError(f"{named[0]} is no class of characters")
            self.at = named.end()
            return table[named[2]]
        if self.pattern[self.at] == "\\":
            members = _SHORTHANDS.get(self.pattern[self.at + 1 : self.at + 2])
            if members:
                self.at += 2
                return members
        first = self._code_point()
        rest = self.pattern[self.at : self.at + 2]
        if not rest.startswith("-") or len(rest) < 2 or rest == "-]":
            return first
        self.at += 1
        last = self._code_point()
        if last < first:
            raise ValueError("a range of the regular expression ends before it starts")
        return f"{first}-{last}"
