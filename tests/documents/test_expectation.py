"""What a page says that a command prints, held against what it prints."""

import pytest

from opsready.documents.expectation import read_expectation, read_shown


@pytest.mark.parametrize(
    ("sentence", "output", "why"),
    [
        ("Expect: `200`.", "200\n", ""),
        ("Expect: `200`. `503` means no.", "503", "`200` was expected, and it printed `503`"),
        ("Expect: `2*`.", "204", ""),
        ("Expect: `ACTIVE *`.", "ACTIVE\t2\t2\n", ""),
        ("Expect: nothing.", "\n", ""),
        ("Expect: nothing.", "boom", "nothing was expected, and it printed `boom`"),
        ("Expect: at least `2`; fewer is bad.", "2", ""),
        ("Expect: at least `2`.", "1", "at least 2 was expected, and it printed 1"),
        ("Expect: at most `0.5`.", "None", ""),
        ("Expect: at most `0.5`.", "", "a number was expected, and it printed nothing"),
        ("Expect: below `1`.", "one", "a number was expected, and it printed `one`"),
        ("Expect: at most `10` % of `$ALL`.", "3.0", ""),
        ("Expect: at most `1` % of `$ALL`.", "3", "at most 0.3 was expected, and it printed 3"),
        (
            "Expect: no `unable` and no `ill`.",
            "one is ill",
            "no `ill` was expected, and it printed `one is ill`",
        ),
        (
            "Expect: no `unable`.",
            "was Unable to",
            "no `unable` was expected, and it printed `was Unable to`",
        ),
        ("Expect: `a` or `b`.", "b", ""),
        ("Expect: `a` and `b`.", "b", "`a` was expected, and it printed `b`"),
        ("**Expected output**: `$NAME up`", "shop up", ""),
    ],
)
def test_an_output_is_as_expected_or_says_what_it_is(sentence: str, output: str, why: str) -> None:
    expectation = read_expectation(sentence, 7)
    assert expectation is not None
    assert expectation.why_not(output, {"ALL": "30", "NAME": "shop"}) == why


@pytest.mark.parametrize("sentence", ["Expect: the same as above.", "Expect: all is well"])
def test_what_no_machine_can_tell_is_no_expectation(sentence: str) -> None:
    assert read_expectation(sentence, 1) is None


def test_lines_that_are_shown_must_all_be_there() -> None:
    shown = read_shown("NAME   STATUS\nshop   Running\n...\n", 3)
    assert shown is not None
    assert shown.why_not("NAME STATUS\nother Failed\nshop Running\n", {}) == ""
    assert (
        shown.why_not("NAME STATUS\n", {})
        == "`shop Running` was expected, and it printed `NAME STATUS`"
    )
