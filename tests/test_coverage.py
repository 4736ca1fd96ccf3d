"""The page of coverage names what exists, and leaves no row out."""

import re
from pathlib import Path

import pytest

from opsready.rehearsal.catalog import PROBES
from opsready.review.catalog import CHECKS

PAGE = Path(__file__).parent.parent / "docs" / "coverage.md"
KNOWN = {check.id for check in CHECKS} | {probe.id for probe in PROBES}
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d+ \|", line)
]


def test_the_rows_follow_each_other_without_a_gap() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(16, 97))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_id_of_a_row_is_a_check_or_a_probe(row: list[str]) -> None:
    assert set(re.findall(r"`([^`]+)`", row[2])) <= KNOWN


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_without_an_id_says_why(row: list[str]) -> None:
    assert re.search(r"`[^`]+`", row[2]) or (row[2] == "–" and row[3])


@pytest.mark.parametrize("subject", ["deploy", "alerts", "slos", "telemetry", "runbooks"])
def test_every_check_stands_in_the_page(subject: str) -> None:
    of_it = {check.id for check in CHECKS if f".checks.{subject}." in check.find.__module__}
    named = set(re.findall(r"`([\w-]+)`", PAGE.read_text(encoding="utf-8")))
    assert of_it - named == set()
