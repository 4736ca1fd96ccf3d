"""A baseline knows findings by what they say of which words, not by their line."""

from dataclasses import replace
from pathlib import Path

import pytest

from opsready.review.baseline import NotABaseline, baseline_text, read_baseline
from opsready.review.check import Case, Check
from opsready.review.finding import KNOWN, Finding, Severity
from opsready.review.review import Review, review_pack
from tests.build import make_case, make_finding


def find(case: Case) -> list[Finding]:
    """A finding for every line that says `bad`."""
    [source] = case.pack.bundle.sources
    lines = enumerate(source.text.splitlines(), start=1)
    return [Finding(source.path, n, "is bad", "Mend it.") for n, text in lines if "bad" in text]


BAD = Check("bad-line", "OPS-5", Severity.BLOCKER, "a bad line", lambda case: iter(find(case)))


def review_of(text: str) -> Review:
    case = make_case({"a.txt": text})
    return review_pack(case.facts, case.spec, case.pack, [BAD])


def new_lines(before: str, after: str, tmp_path: Path) -> list[int]:
    file = tmp_path / "baseline.json"
    file.write_text(baseline_text(review_of(before)), encoding="utf-8")
    return [finding.line for finding in read_baseline(file).applied_to(review_of(after)).standing]


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ("bad a\n", "bad a\n", []),
        ("bad a\n", "# moved\n\nbad a\n", []),
        ("bad a\n", "  bad    a\n", []),
        ("bad a\n", "bad b\n", [1]),
        ("bad a\n", "bad a\nbad a\n", [2]),
        ("bad a\nbad a\n", "bad a\n", []),
        ("", "bad a\n", [1]),
    ],
)
def test_only_new_findings_stand(before: str, after: str, new: list[int], tmp_path: Path) -> None:
    assert new_lines(before, after, tmp_path) == new


def test_a_known_finding_says_that_it_is_known(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(baseline_text(review_of("bad\n")), encoding="utf-8")
    [finding] = read_baseline(file).applied_to(review_of("bad\n")).findings
    assert finding.suppressed == KNOWN


def test_what_is_allowed_is_not_written_into_a_baseline() -> None:
    review = Review((make_finding(suppressed="allowed until 2027-01-31: why"),))
    assert '"findings": []' in baseline_text(review)


def test_what_the_last_baseline_knew_stays_in_the_next() -> None:
    review = Review((make_finding(),))
    known = replace(review, findings=(make_finding(suppressed=KNOWN),))
    assert baseline_text(known) == baseline_text(review)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not JSON"),
        ("[]", 'must say "schema": "opsready/baseline/1"'),
        ('{"schema": "opsready/review/1"}', 'must say "schema": "opsready/baseline/1"'),
        ('{"schema": "opsready/baseline/1", "findings": 3}', "must be a list of objects"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused_with_the_reason(
    text: str, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(NotABaseline, match=why):
        read_baseline(file)


def test_a_missing_baseline_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotABaseline, match=r"baseline\.json: No such file"):
        read_baseline(tmp_path / "baseline.json")
