"""A template to texts and actions, and an action to its tokens."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from opsready.alerting.template.nodes import TemplateError

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CLOSE = re.compile(r"(?:[ \t\r\n]+-)?\}\}")
_SPACE = " \t\r\n"
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<string>"(?:\\.|[^"\\\n])*")
    |(?P<raw>`[^`]*`)
    |(?P<char>'(?:\\.[^']*|[^'\\\n])')
    |(?P<number>[+-]?(?:0[bBoO][0-9_]+|0[xX][0-9a-fA-F_.]+(?:[pP][+-]?[0-9]+)?|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)(?![\w.]))
    |(?P<variable>\$\w*)
    |(?P<field>\.[^\W\d]\w*)
    |(?P<dot>\.)
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>:=|[=|(),])""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of an action; `position` counts bytes from the start of the text."""

    kind: str
    text: str
    position: int


class Piece(NamedTuple):
    """A text, or an action with its tokens."""

    text: str
    tokens: tuple[Token, ...] | None
    position: int


def pieces(text: str) -> Iterator[Piece]:
    """The texts and the actions of a template. Raises TemplateError."""
    place = 0
    trims = False
    while place <= len(text):
        start = text.find("{{", place)
        plain = text[place:] if start < 0 else text[place:start]
        plain = plain.lstrip(_SPACE) if trims else plain
        if start < 0:
            yield Piece(plain, None, place)
            return
        inside = start + 2
        if text[inside : inside + 1] == "-" and text[inside + 1 : inside + 2] in set(_SPACE):
            plain = plain.rstrip(_SPACE)
            inside += 2
        yield Piece(plain, None, place)
        tokens, place, trims = _action(text, inside)
        if tokens is not None:
            yield Piece("", tokens, start)


def _action(text: str, place: int) -> tuple[tuple[Token, ...] | None, int, bool]:
    """The tokens up to the closing braces, the place after them, whether they trim what follows;
    no tokens of a comment."""
    comment = _COMMENT.match(text, place)
    if comment:
        close = _CLOSE.match(text, comment.end())
        if not close:
            raise TemplateError("a comment ends before its closing braces")
        return None, close.end(), "-" in close[0]
    tokens: list[Token] = []
    while True:
        close = _CLOSE.match(text, place)
        if close:
            return tuple(tokens), close.end(), "-" in close[0]
        if place >= len(text):
            raise TemplateError("`{{` is never closed")
        found = _TOKEN.match(text, place)
        if not found or not found.lastgroup:
            raise TemplateError(f"`{text[place : place + 20]}` is nothing that a template knows")
        tokens.append(Token(found.lastgroup, found[0], len(text[:place].encode())))
        place = found.end()
