"""An allowance has a check, an end and a reason, and speaks of one line."""

from datetime import date

import pytest

from opsready.review.allow import Allowance, allow, read_allowances
from tests.build import make_bundle, make_finding

TODAY = date(2026, 11, 22)
KNOWN = ("unpinned-image", "alert-without-action")


def allowances(text: str, path: str = "deploy/values.yaml") -> list[Allowance]:
    return read_allowances(make_bundle({path: text}))


def test_an_allowance_above_a_line_speaks_of_that_line() -> None:
    text = (
        "a: 1\n# opsready: allow unpinned-image until 2027-01-31: moved with the base\nimage: x\n"
    )
    assert allowances(text) == [
        Allowance("deploy/values.yaml", 2, 3, "unpinned-image", "2027-01-31", "moved with the base")
    ]


def test_an_allowance_behind_a_line_speaks_of_its_own() -> None:
    [found] = allowances("image: x  # opsready: allow unpinned-image until 2027-01-31: why\n")
    assert (found.line, found.covers) == (1, 1)


def test_allowances_in_a_row_speak_of_the_first_line_below_them() -> None:
    text = (
        "# opsready: allow unpinned-image until 2027-01-31: one\n"
        "# opsready: allow alert-without-action until 2027-01-31: two\n"
        "image: x\n"
    )
    assert [found.covers for found in allowances(text)] == [3, 3]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("main.tf", "// opsready: allow unpinned-image until 2027-01-31: why"),
        ("main.tf", "/* opsready: allow unpinned-image until 2027-01-31: why */"),
        ("docs/x.md", "<!-- opsready: allow unpinned-image until 2027-01-31: why -->"),
        ("schema.sql", "-- opsready: allow unpinned-image until 2027-01-31: why"),
        ("app.ini", "; opsready: allow unpinned-image until 2027-01-31: why"),
        ("app.py", "x = 1  # opsready: allow unpinned-image until 2027-01-31: why"),
        ("chart.yaml", "{{/* opsready: allow unpinned-image until 2027-01-31: why */}}"),
    ],
)
def test_a_comment_of_any_format_may_hold_an_allowance(path: str, line: str) -> None:
    [found] = allowances(line + "\n", path)
    assert (found.check, found.until, found.reason) == ("unpinned-image", "2027-01-31", "why")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app.py", 'HELP = """\n# opsready: allow unpinned-image until 2027-01-31: why\n"""\n'),
        ("docs/x.md", "```yaml\n# opsready: allow unpinned-image until 2027-01-31: why\n```\n"),
        ("docs/x.md", "```\n<!-- opsready: allow unpinned-image until 2027-01-31: y -->\n```\n"),
        ("docs/x.md", "# opsready: allow is a comment\n"),
        ("x.yaml", "text: opsready: allow unpinned-image until 2027-01-31: why\n"),
    ],
)
def test_what_only_quotes_an_allowance_is_none(path: str, text: str) -> None:
    assert allowances(text, path) == []


@pytest.mark.parametrize(
    ("check", "until", "reason", "fault"),
    [
        ("unpinned-image", "2026-11-22", "its last day", None),
        ("unpinned-image", "2026-11-21", "why", "it ended on 2026-11-21"),
        ("unpinned-image", "", "why", "it has no end"),
        ("unpinned-image", "soon", "why", "`soon` is no date"),
        ("unpinned-image", "2027-02-30", "why", "`2027-02-30` is no date"),
        ("unpinned-image", "2027-01-31", "", "it gives no reason"),
        (
            "unpined-image",
            "2027-01-31",
            "why",
            "no check is called `unpined-image`; `unpinned-image` is",
        ),
        ("", "2027-01-31", "why", "no check is called ``"),
    ],
)
def test_an_allowance_stands_or_says_why_not(
    check: str, until: str, reason: str, fault: str | None
) -> None:
    assert Allowance("x.yaml", 1, 2, check, until, reason).fault(TODAY, KNOWN) == fault


def test_a_finding_is_suppressed_on_the_line_that_an_allowance_covers_and_on_no_other() -> None:
    allowance = Allowance("Dockerfile", 2, 3, "unpinned-image", "2027-01-31", "why")
    findings = [
        make_finding(path="Dockerfile", line=3, check="unpinned-image"),
        make_finding(path="Dockerfile", line=4, check="unpinned-image"),
        make_finding(path="Dockerfile", line=3, check="root-container"),
        make_finding(path="other/Dockerfile", line=3, check="unpinned-image"),
    ]
    assert [f.suppressed for f in allow(findings, [allowance])] == [
        "allowed until 2027-01-31: why",
        None,
        None,
        None,
    ]
