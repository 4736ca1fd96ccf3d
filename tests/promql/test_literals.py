"""Numbers, durations and strings, read and written."""

import math

import hypothesis.strategies as st
import pytest
from hypothesis import given

from opsready.promql.literals import (
    duration_ms,
    format_duration,
    format_number,
    go_float,
    number_value,
    quote,
    seconds_to_ms,
    unquote,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("1_000", 1000.0),
        ("0.5", 0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-3", 0.001),
        ("1e1_0", 1e10),
        ("0x1F", 31.0),
        ("0X_ff", 255.0),
        ("017", 15.0),
        ("0_17", 15.0),
        ("089", 89.0),
        ("01.5", 1.5),
        ("01e3", 1000.0),
        ("9223372036854775808", 9223372036854775808.0),
        ("INF", math.inf),
    ],
)
def test_a_number_has_the_value_that_go_gives_it(text: str, value: float) -> None:
    assert number_value(text) == value


@pytest.mark.parametrize("text", ["1e999", "0x8000000000000000"])
def test_a_number_too_large_for_go_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        number_value(text)


@given(st.floats())
def test_a_number_reads_back_as_it_was(value: float) -> None:
    written = format_number(value)
    read = number_value(written.removeprefix("-"))
    assert repr(-read if written.startswith("-") else read) == repr(value)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("5m", 300_000),
        ("1h30m", 5_400_000),
        ("90s", 90_000),
        ("0s", 0),
        ("1y2w3d4h5m6s7ms", 33_019_506_007),
    ],
)
def test_a_duration_is_the_sum_of_its_parts(text: str, ms: int) -> None:
    assert duration_ms(text) == ms


@pytest.mark.parametrize("text", ["", "5", "30m1h", "5m5m", "1ms1s", "1.5h", "-5m", "5 m", "5M"])
def test_a_duration_has_its_units_once_and_in_order(text: str) -> None:
    with pytest.raises(ValueError, match="y w d h m s ms"):
        duration_ms(text)


def test_a_duration_ends_where_the_nanoseconds_of_go_do() -> None:
    assert duration_ms("292y") == 292 * 365 * 86_400_000
    for text in ("293y", "9" * 5000 + "s"):
        with pytest.raises(ValueError, match="292 years"):
            duration_ms(text)


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0s"),
        (1, "1ms"),
        (1500, "1s500ms"),
        (90_000, "1m30s"),
        (86_400_000, "1d"),
        (7 * 86_400_000, "1w"),
        (90 * 86_400_000, "90d"),
        (365 * 86_400_000, "1y"),
        (-300_000, "-5m"),
    ],
)
def test_a_duration_is_written_in_the_largest_units_that_read_well(ms: int, text: str) -> None:
    assert format_duration(ms) == text


@given(st.integers(0, 9_223_372_036_854))
def test_a_duration_reads_back_as_it_was(ms: int) -> None:
    assert duration_ms(format_duration(ms)) == ms


@pytest.mark.parametrize(
    ("seconds", "ms"),
    [(5, 5000), (1.5, 1500), (0.29, 290), (1.001, 1001), (0.0019, 1), (-0.0019, -1)],
)
def test_seconds_lose_what_is_below_a_millisecond(seconds: float, ms: int) -> None:
    assert seconds_to_ms(seconds) == ms


@pytest.mark.parametrize("seconds", [math.nan, math.inf, 1e300])
def test_seconds_that_are_no_time_are_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="292 years"):
        seconds_to_ms(seconds)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("1", 1), ("+0.5", 0.5), ("-2.5e-1", -0.25), (".5", 0.5), ("5.", 5), ("1E2", 100)),
        *(("+Inf", math.inf), ("-infinity", -math.inf), ("0x1p-2", 0.25), ("1_0.5", 10.5)),
        *((text, None) for text in ("", " 1", "1 ", "1__0", "_1", "0x10", "1e400", "٣", "1,5")),
    ],
)
def test_a_bound_of_a_bucket_has_the_value_that_go_gives_it(text: str, value: float | None) -> None:
    assert go_float(text) == value


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ('"plain"', "plain"),
        (r'"\a\b\f\n\r\t\v\\\""', '\a\b\f\n\r\t\v\\"'),
        (r"'\''", "'"),
        (r'"\101\x41A\U00000041"', "AAAA"),
        (r'"\xc3\xa9"', "é"),
        (r'"\xff"', "\udcff"),
        ("`a\\n\"'`", "a\\n\"'"),
        ("`two\nlines`", "two\nlines"),
        ('"é\\n"', "é\n"),
    ],
)
def test_a_string_has_the_value_that_go_gives_it(literal: str, value: str) -> None:
    assert unquote(literal) == value


@pytest.mark.parametrize(
    ("literal", "reason"),
    [
        (r'"\q"', r"\q is no escape"),
        (r'''"\'"''', r"\' is no escape"),
        (r"""'\"'""", r"\" is no escape"),
        (r'"\400"', r"\400 is no escape"),
        (r'"\12"', r"\1 is no escape"),
        (r'"\x4"', r"\x is no escape"),
        (r'"\ud800"', "U+D800 is not a character"),
        (r'"\U00110000"', "U+110000 is not a character"),
    ],
)
def test_an_escape_that_go_does_not_know_is_refused(literal: str, reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        unquote(literal)
    assert reason in str(caught.value)


def test_a_string_is_written_with_double_quotes_and_visible_escapes() -> None:
    assert quote('a"b\\c\nd\x00é\ufffd\udcff') == r'"a\"b\\c\nd\x00é\ufffd\xff"'


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_string_reads_back_as_it_was(value: str) -> None:
    assert unquote(quote(value)) == value


@given(st.binary())
def test_bytes_that_are_no_utf8_survive_in_a_string(raw: bytes) -> None:
    value = raw.decode("utf-8", "surrogateescape")
    assert unquote(quote(value)) == value
