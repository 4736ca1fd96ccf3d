"""Go's regular expressions in Python. What is refused was compared with promtool 2.42."""

import contextlib
import warnings
from collections.abc import Callable

import hypothesis.strategies as st
import pytest
from hypothesis import given

from opsready.promql.regex import UntranslatedRegexError, check_regex, compile_regex


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        ("a|b", "b", True),
        ("a|b", "ab", False),
        ("5..", "503", True),
        ("a.b", "a\nb", True),
        ("(?-s)a.b", "a\nb", False),
        ("a$", "a\n", False),
        ("a(?i)b", "aB", True),
        ("a(?i)b", "AB", False),
        ("a(?i)b|c", "C", True),
        ("(a(?i)b)c", "aBC", False),
        ("(?i:a)b", "Ab", True),
        ("(?i)é", "É", True),
        (r"\d", "٣", False),
        (r"\w+", "é", False),
        (r"\W", "é", True),
        (r"\s", "\v", False),
        (r"[^\s]", "\v", True),
        (r"[\D]", "٣", True),
        ("[[:alpha:]_]+", "a_b", True),
        ("[[:^alpha:]]", "1", True),
        ("[^[:digit:]]", "1", False),
        ("[]a]+", "]a", True),
        ("[a-]", "-", True),
        ("[a&&b]+", "&", True),
        ("a{,2}", "a{,2}", True),
        ("{x}", "{x}", True),
        ("a{2,3}", "aaaa", False),
        (r"\Qa.b*\E+", "a.b**", True),
        (r"\x41\x{1F600}\101", "A😀A", True),
        (r"\_\-\/", "_-/", True),
        (r"\Aab\z", "ab", True),
        ("(?P<n>a)(?<m>b)(?P<1>c)", "abc", True),
        ("^*a", "a", True),
        ("(|a)+", "aa", True),
        ("()", "", True),
        (" # x", " # x", True),
        ("a~b", "a~b", True),
    ],
)
def test_a_pattern_matches_the_whole_value_as_in_go(
    pattern: str, value: str, matches: bool
) -> None:
    assert (compile_regex(pattern).fullmatch(value) is not None) is matches


def test_before_prometheus_3_the_dot_stops_at_a_line_end() -> None:
    assert compile_regex("a.b", dot_matches_newline=False).fullmatch("a\nb") is None
    assert compile_regex("(?s)a.b", dot_matches_newline=False).fullmatch("a\nb")


def test_a_flag_can_turn_greed_round() -> None:
    found = compile_regex("(?U)(a+)(a*?)").fullmatch("aaa")
    assert found is not None
    assert found.groups() == ("a", "aa")


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "the regular expression has a ( without )"),
        (")", "the regular expression has a ) without ("),
        ("[a", "the regular expression has a [ without ]"),
        ("[z-a]", "a range of the regular expression ends before it starts"),
        ("[[:word]:]x]", "[:word]:] is no class of characters"),
        ("*a", "* repeats nothing in the regular expression"),
        ("a|+", "+ repeats nothing in the regular expression"),
        ("a**", "* repeats a repetition in the regular expression"),
        ("a*+", "+ repeats a repetition in the regular expression"),
        ("a{1001}", "{1001} is no valid repetition: it counts to 1000, upwards"),
        ("a{3,2}", "{3,2} is no valid repetition: it counts to 1000, upwards"),
        ("(?=a)", "(?=a is not known to RE2, whose syntax Prometheus uses"),
        ("(?<!a)", "(?<! is not known to RE2, whose syntax Prometheus uses"),
        ("(?>a)", "(?>a is not known to RE2, whose syntax Prometheus uses"),
        ("(?P=n)", "(?P= is not known to RE2, whose syntax Prometheus uses"),
        (r"(a)\1", r"\1 is no escape of a regular expression of Prometheus"),
        (r"a\Z", r"\Z is no escape of a regular expression of Prometheus"),
        (r"\x{110000}", "the regular expression names a character beyond Unicode"),
        ("a\\", "the regular expression ends in a lone backslash"),
        ("(a{10}){101}", "{101} is no valid repetition: all in all it counts to 1000"),
        ("((?:a{2,10})*b|c{3}){101}", "{101} is no valid repetition: all in all it counts to 1000"),
    ],
)
def test_a_pattern_that_go_refuses_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        check_regex(pattern)
    assert str(caught.value) == reason


@pytest.mark.parametrize("pattern", ["(a{10}){100}", "a{600}b{600}", "(a{0}){999}", "(a{9}){2,}"])
def test_repetitions_within_each_other_count_up_to_1000(pattern: str) -> None:
    check_regex(pattern)


def test_a_name_of_two_groups_is_said_to_be_untranslated() -> None:
    with pytest.raises(UntranslatedRegexError, match="the same name, which is not read here"):
        compile_regex("(?P<a>)(?P<a>)")


def test_a_unicode_class_is_said_to_be_untranslated() -> None:
    with pytest.raises(UntranslatedRegexError, match=r"\\p is not read here"):
        compile_regex(r"\pL+")


def test_a_pattern_too_deep_for_python_is_refused() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        compile_regex("(" * 5000 + ")" * 5000)


SIGNS = st.text(r"ab1(){}[]|*+?^$\.,:-<>=!#&~ PQEUdDwWsSbBAzpxis_", max_size=12)


@given(SIGNS)
def test_what_is_translated_is_a_pattern_without_warnings(pattern: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with contextlib.suppress(ValueError):  # a refusal of ours; Python's is a re.error
            compile_regex.__wrapped__(pattern)


@given(st.text("ab.|*+?-_/: \\1é", max_size=10))
def test_the_short_cut_for_plain_patterns_refuses_nothing_else(pattern: str) -> None:
    def refused(reading: Callable[[str], object]) -> bool:
        try:
            reading(pattern)
        except ValueError:
            return True
        return False

    assert refused(check_regex) == refused(compile_regex)
