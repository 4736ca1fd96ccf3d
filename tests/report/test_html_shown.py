"""What of a tree's text may be read in the report."""

import pytest

from opsready.report.html.shown import WITHHELD, Screen, shown
from tests.build import make_finding


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("curl -fsS http://127.0.0.1:8000/readyz", "curl -fsS http://127.0.0.1:8000/readyz"),
        ("postgresql://shop:tR8vKq2m@db/shop", "postgresql://shop:***@db/shop"),
        ("export PGPASSWORD=tR8vKq2mZx9w", "export PGPASSWORD=***"),
        ('"api_key": "tR8vKq2mZx9w"', '"api_key": "***"'),
        ("PGPASSWORD=$(aws ssm get-parameter)", "PGPASSWORD=$(aws ssm get-parameter)"),
        ("-H 'Authorization: Bearer eyJhbGci0iJ9'", "-H 'Authorization: Bearer ***'"),
        ("the token belongs to whoever deploys", "the token belongs to whoever deploys"),
        ("rm -rf /\u202etxt.gpj", "rm -rf /\\u202etxt.gpj"),
        ("a\x1b[31mb\ud800", "a\\u001b[31mb\\ud800"),
        ("one\r\ntwo\tthree\n", "one\ntwo\tthree\n"),
    ],
)
def test_secrets_and_what_steers_a_display_do_not_reach_the_reader(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_an_endless_line_is_cut_and_says_so() -> None:
    assert shown("a." * 3_000 + "\nb") == "a." * 2_000 + "… (2,000 more characters)\nb"


def test_a_line_with_a_finding_about_a_secret_is_withheld_and_the_others_keep_their_numbers() -> (
    None
):
    screen = Screen([make_finding(path="a.md", line=2, mandate="OPS-2")])
    assert screen.page("a.md", "one\ncorrect horse\nthree") == f"one\n{WITHHELD}\nthree"
    assert screen.page("b.md", "one\ncorrect horse") == "one\ncorrect horse"
    assert screen.hides("a.md", 2)
