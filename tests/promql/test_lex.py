"""Text to tokens."""

from itertools import takewhile

import pytest

from opsready.promql.error import PromQLError
from opsready.promql.lex import DURATION, END, NAME, NUMBER, STRING, tokens


def read(text: str) -> list[tuple[str, str]]:
    found = takewhile(lambda token: token.kind != END, tokens(text))
    return [(token.kind, token.text) for token in found]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("up", [(NAME, "up")]),
        ("job:up:sum", [(NAME, "job:up:sum")]),
        ("SUM(x)", [("sum", "SUM"), ("(", "("), (NAME, "x"), (")", ")")]),
        ("x AND y", [(NAME, "x"), ("and", "AND"), (NAME, "y")]),
        ("1h30m", [(DURATION, "1h30m")]),
        ("1e3 0x1F 1_0", [(NUMBER, "1e3"), (NUMBER, "0x1F"), (NUMBER, "1_0")]),
        (".5 5. Inf nAn", [(NUMBER, ".5"), (NUMBER, "5."), (NUMBER, "Inf"), (NUMBER, "nAn")]),
        ("-1", [("-", "-"), (NUMBER, "1")]),
        ("1e+3-1", [(NUMBER, "1e+3"), ("-", "-"), (NUMBER, "1")]),
        (r'''"a\"" 'b"' `c\`''', [(STRING, r'"a\""'), (STRING, """'b"'"""), (STRING, r"`c\`")]),
        ("a>=b!~c", [(NAME, "a"), (">=", ">="), (NAME, "b"), ("!~", "!~"), (NAME, "c")]),
        ("a # and b\nc", [(NAME, "a"), (NAME, "c")]),
    ],
)  # fmt: skip
def test_a_text_is_read_as_tokens(text: str, kinds: list[tuple[str, str]]) -> None:
    assert read(text) == kinds


def test_a_colon_is_part_of_a_name_but_not_inside_brackets() -> None:
    assert read("a:b[5m:1m]c:d") == [
        (NAME, "a:b"), ("[", "["), (DURATION, "5m"), (":", ":"), (DURATION, "1m"), ("]", "]"),
        (NAME, "c:d"),
    ]  # fmt: skip


def test_a_token_knows_where_it_stands() -> None:
    _, second, *_ = takewhile(lambda token: token.kind != END, tokens("up  == 1"))
    assert (second.start, second.end) == (4, 6)


def test_the_end_stands_behind_the_last_token() -> None:
    reader = tokens("up  # note\n")
    assert [next(reader).start for _ in range(3)] == [0, 2, 2]


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ('up{a="b}', 6, 'the string has no closing "'),
        ("up{a='b\n'}", 6, "the string has no closing '"),
        ("5x", 1, "5x is neither a number nor a duration like 5m or 1h30m"),
        ("1.5h", 1, "1.5h is neither a number nor a duration like 5m or 1h30m"),
        ("1__0", 1, "1__0 is neither a number nor a duration like 5m or 1h30m"),
        ("0x", 1, "0x is neither a number nor a duration like 5m or 1h30m"),
        ("up ! 1", 4, "expected != or !~ here"),
        ("up; up", 3, "unexpected character ';'"),
        ("größe", 3, "unexpected character 'ö'"),
    ],
)
def test_what_is_no_token_is_refused_at_its_place(text: str, column: int, message: str) -> None:
    with pytest.raises(PromQLError) as caught:
        read(text)
    assert (caught.value.column, caught.value.message) == (column, message)


def test_only_as_much_is_read_as_is_asked_for() -> None:
    assert next(tokens("up ;;;")).text == "up"
