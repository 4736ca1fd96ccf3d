"""The review runs every check, says each thing once, and survives a check that does not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from opsready.review.check import Case, Check, NotGiven, NotRun
from opsready.review.finding import Finding, Place, Severity
from opsready.review.foreign import GENERATED
from opsready.review.review import CheckNotRun, Review, review_pack
from tests.build import make_case

TODAY = date(2026, 11, 22)
FILES = {"a.yaml": "one: 1\ntwo: 2\n", "vendor/b.yaml": "one: 1\n", "c.yaml": "# DO NOT EDIT\n"}


def check(id: str, find: Callable[[Case], Iterator[Finding]]) -> Check:
    return Check(id, "OPS-5", Severity.WARNING, "a test", find)


def reports(*findings: Finding) -> Callable[[Case], Iterator[Finding]]:
    return lambda case: iter(findings)


def review_of(
    *checks: Check, files: dict[str, str] = FILES, exclude: tuple[str, ...] = ()
) -> Review:
    case = make_case(files)
    return review_pack(case.facts, case.spec, case.pack, checks, TODAY, exclude)


def at(path: str, line: int, message: str = "is bad") -> Finding:
    return Finding(path, line, message, "Mend it.")


def test_a_finding_gets_the_check_its_mandate_its_severity_and_the_words_of_its_line() -> None:
    [finding] = review_of(check("bad-line", reports(at("a.yaml", 2)))).findings
    assert finding == replace(
        at("a.yaml", 2),
        check="bad-line",
        mandate="OPS-5",
        severity=Severity.WARNING,
        anchor="two: 2",
    )


def test_findings_come_in_the_order_of_path_and_line() -> None:
    found = reports(at("c.yaml", 1), at("a.yaml", 2), at("a.yaml", 1))
    review = review_of(check("bad-line", found))
    assert [(f.path, f.line) for f in review.findings] == [
        ("a.yaml", 1),
        ("a.yaml", 2),
        ("c.yaml", 1),
    ]


def test_what_is_said_twice_of_one_line_is_one_finding_with_the_places_of_both() -> None:
    places = [Place("c.yaml", 1, "here"), Place("c.yaml", 2, "there")]
    twice = [replace(at("a.yaml", 1), related=(place,)) for place in places]
    [finding] = review_of(check("bad-line", reports(*twice))).findings
    assert finding.related == tuple(places)


def test_two_findings_on_one_line_have_fingerprints_of_their_own() -> None:
    review = review_of(check("bad-line", reports(at("a.yaml", 1, "is x"), at("a.yaml", 1, "is y"))))
    assert len({finding.fingerprint for finding in review.findings}) == 2


def test_vendored_and_excluded_files_are_left_out() -> None:
    found = reports(at("a.yaml", 1), at("vendor/b.yaml", 1))
    assert [f.path for f in review_of(check("bad-line", found)).findings] == ["a.yaml"]
    assert review_of(check("bad-line", found), exclude=("a.*",)).findings == ()


def test_a_generated_file_keeps_its_findings_suppressed() -> None:
    review = review_of(check("bad-line", reports(at("c.yaml", 1))))
    assert [f.suppressed for f in review.findings] == [GENERATED]
    assert review.standing == []


def test_an_allowed_finding_stands_no_more_but_is_shown() -> None:
    allowed = "one: 1  # opsready: allow bad-line until 2027-01-31: why\n"
    review = review_of(check("bad-line", reports(at("a.yaml", 1))), files={"a.yaml": allowed})
    assert [f.suppressed for f in review.findings] == ["allowed until 2027-01-31: why"]
    assert review.of("bad-line") == review.standing == []


def test_an_allowance_that_has_ended_allows_nothing() -> None:
    ended = "one: 1  # opsready: allow bad-line until 2026-11-21: why\n"
    review = review_of(check("bad-line", reports(at("a.yaml", 1))), files={"a.yaml": ended})
    assert [f.suppressed for f in review.findings] == [None]


def test_a_check_that_cannot_judge_is_not_run_and_keeps_what_it_found() -> None:
    def find(case: Case) -> Iterator[Finding]:
        yield at("a.yaml", 1)
        raise NotRun("no metrics are known")

    review = review_of(check("half-judged", find), check("quiet", reports()))
    assert [f.line for f in review.findings] == [1]
    assert review.not_run == (CheckNotRun("half-judged", "no metrics are known"),)
    assert review.ran == ("quiet",)


def test_a_check_of_what_nobody_gave_is_told_apart() -> None:
    def find(case: Case) -> Iterator[Finding]:
        raise NotGiven("nothing was recorded")
        yield

    review = review_of(check("of-the-past", find))
    assert review.not_run == (CheckNotRun("of-the-past", "nothing was recorded", optional=True),)


def test_a_check_that_crashes_costs_nobody_elses_findings() -> None:
    def find(case: Case) -> Iterator[Finding]:
        raise ZeroDivisionError("of course")
        yield

    review = review_of(check("broken", find), check("bad-line", reports(at("a.yaml", 1))))
    assert [f.check for f in review.findings] == ["bad-line"]
    assert review.not_run == (
        CheckNotRun(
            "broken",
            "internal error, please report it: ZeroDivisionError: of course",
            crashed=True,
        ),
    )
