"""Text to tokens, read only as far as the parser asks."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from opsready.promql.error import PromQLError, shown
from opsready.promql.nodes import SET_OPERATORS
from opsready.promql.signatures import AGGREGATIONS

NAME, NUMBER, DURATION, STRING = "name", "number", "duration", "string"
END = "end of the expression"

AGGREGATORS = frozenset(AGGREGATIONS) | {"limitk", "limit_ratio"}
# Prometheus reads these words in any case, and everywhere but inside braces. `start` and `end`
# are words only after `@`, where the parser looks for them.
KEYWORDS = (
    AGGREGATORS
    | SET_OPERATORS
    | {"atan2", "offset", "by", "without", "on", "ignoring", "group_left", "group_right", "bool"}
)
# Words that may name a metric all the same, where no operator can stand.
NAMING_KEYWORDS = AGGREGATORS | SET_OPERATORS | {"by", "without", "offset"}


class Token(NamedTuple):
    """A piece of the text. `kind` is NAME, NUMBER, DURATION, STRING, END, or for a keyword or
    a symbol the thing itself, in lower case."""

    kind: str
    text: str
    start: int
    end: int


_SKIP = r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+"
_DIGITS = r"[0-9]++(?:_[0-9]++)*+"
_HEX = r"0[xX]_?+[0-9a-fA-F]++(?:_[0-9a-fA-F]++)*+"
_DECIMAL = rf"(?:{_DIGITS}(?:\.(?:{_DIGITS})?+)?+|\.{_DIGITS})(?:[eE][+-]?+{_DIGITS})?+"
_NUMBER = rf"(?:{_HEX}|{_DECIMAL})(?![0-9A-Za-z_.])"
_DURATION = r"(?:[0-9]++(?:ms|[smhdwy]))++(?![0-9A-Za-z_])"
_STRING = r""""(?:[^"\\\n]++|\\[^\n])*+"|'(?:[^'\\\n]++|\\[^\n])*+'|`[^`]*+`"""
_SYMBOL = r"</|>/|[=!<>]=|[=!]~|[-+*/%^=<>@(){}\[\],]"


def _scanner(word: str, symbol: str) -> re.Pattern[str]:
    return re.compile(f"{_SKIP}(?:({word})|({symbol})|({_STRING})|({_NUMBER})|({_DURATION}))")


# A colon is a letter of a metric's name, except inside brackets, where it parts range and step.
_PLAIN = _scanner(r"[A-Za-z_:][A-Za-z0-9_:]*+", _SYMBOL)
_IN_BRACKETS = _scanner(r"[A-Za-z_][A-Za-z0-9_]*+", rf"::?|{_SYMBOL}")
_WORD, _SYMBOL_GROUP = 1, 2
_KINDS = ("", "", "", STRING, NUMBER, DURATION)
_WORD_KINDS = {word: word for word in KEYWORDS} | {"inf": NUMBER, "nan": NUMBER}
_BLANK = re.compile(_SKIP)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text`, then END for ever. Raises PromQLError where none can be read."""
    scanner, end = _PLAIN, 0
    while match := scanner.match(text, end):
        group = match.lastindex or 0
        start, end = match.span(group)
        word = match[group]
        if group == _WORD:
            kind = _WORD_KINDS.get(word.lower(), NAME)
        elif group == _SYMBOL_GROUP:
            kind = word
            if word == "[":
                scanner = _IN_BRACKETS
            elif word == "]":
                scanner = _PLAIN
        else:
            kind = _KINDS[group]
        yield Token(kind, word, start, end)
    blank = _BLANK.match(text, end)
    unread = blank.end() if blank else end
    if unread < len(text):
        raise _unreadable(text, unread)
    while True:
        yield Token(END, "", end, end)


_NUMBER_LIKE = re.compile(r"\.?[0-9][0-9A-Za-z_.]*")


def _unreadable(text: str, start: int) -> PromQLError:
    letter = text[start]
    if letter in "\"'`":
        line_end = text.find("\n", start)
        end = len(text) if letter == "`" or line_end < 0 else line_end
        return PromQLError(f"the string has no closing {letter}", text, start, end)
    if number := _NUMBER_LIKE.match(text, start):
        message = f"{shown(number[0])} is neither a number nor a duration like 5m or 1h30m"
        return PromQLError(message, text, start, number.end())
    if letter == "!":
        return PromQLError("expected != or !~ here", text, start)
    return PromQLError(f"unexpected character {letter!r}", text, start)
