"""Runs the Bad and the Good of every check's page: what a user reads there is what happens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from opsready.facts.gather import gather
from opsready.report.pages import explained
from opsready.review.catalog import CHECKS, LINTERS
from opsready.review.check import Case, Check
from opsready.review.linter import Linter
from opsready.review.mandate import MANDATES
from opsready.review.page import Page, page, page_of
from opsready.review.same_fault import SAME
from opsready.spec.decide import decide
from opsready.spec.load import load
from tests.build import make_bundle, make_case

HEADINGS = ["Why", "Bad", "Good", "What to do"]
MUST_BE_HELD = [f"OPS-{n}" for n in range(1, 7)] + [f"SRE-{n}" for n in range(1, 6)]

every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


def page_beside(check: Check) -> Page:
    found = page_of(check.find.__module__)
    assert found is not None, f"{check.id} has no page beside {check.find.__module__}"
    return found


def blocks_of(section: str) -> Iterator[tuple[str, str]]:
    """The last word of the info string, a path or `finding`, and the content of each fence."""
    for token in MarkdownIt().parse(section):
        if token.type == "fence":
            assert token.info.strip(), "a fenced block names its file in the info string"
            yield token.info.split()[-1], token.content


def files_of(section: str) -> dict[str, str]:
    return {path: text for path, text in blocks_of(section) if path != "finding"}


def case_of(files: dict[str, str]) -> Case:
    """The files as `opsready review` would see them, with the spec that follows from them."""
    bundle = make_bundle(files)
    return make_case(files, decide(gather(bundle), load(bundle)))


def findings_of(check: Check, files: dict[str, str]) -> list[str]:
    found = sorted(check.find(case_of(files)), key=lambda f: (f.path, f.line, f.message))
    return [f"{finding.path}:{finding.line}: {finding.message}" for finding in found]


@every_check
def test_the_id_is_the_name_of_its_module_and_of_its_page(check: Check) -> None:
    stem = check.find.__module__.rpartition(".")[2]
    assert check.id == stem.replace("_", "-") == page_beside(check).title


@every_check
def test_a_page_has_the_four_headings_and_a_sentence(check: Check) -> None:
    shown = page_beside(check)
    assert shown.headings == HEADINGS
    assert shown.summary
    assert "\n\n" not in shown.summary
    assert all(shown.section(heading) for heading in HEADINGS)


@every_check
def test_what_a_page_calls_bad_gives_exactly_the_findings_it_shows(check: Check) -> None:
    bad = page_beside(check).section("Bad")
    expected = [text for path, text in blocks_of(bad) if path == "finding"]
    assert len(expected) == 1
    assert expected[0].strip(), "an example of a fault shows at least one finding"
    assert findings_of(check, files_of(bad)) == expected[0].splitlines()


@every_check
def test_what_a_page_calls_good_is_silent(check: Check) -> None:
    shown = page_beside(check)
    good = files_of(shown.section("Good"))
    assert good.keys() >= files_of(shown.section("Bad")).keys(), "the repair keeps the files"
    assert findings_of(check, good) == []


@every_check
def test_every_finding_says_where_what_and_what_to_do(check: Check) -> None:
    files = files_of(page_beside(check).section("Bad"))
    for finding in check.find(case_of(files)):
        lines = files[finding.path].splitlines()
        assert 1 <= finding.line <= len(lines)
        assert finding.message
        assert finding.remedy
        assert "\n" not in finding.message + finding.remedy


@every_check
def test_a_check_serves_a_mandate(check: Check) -> None:
    assert check.mandate in MANDATES
    assert check.title


@every_check
def test_a_page_can_be_asked_for_by_id(check: Check) -> None:
    assert page(check.id).startswith(f"# {check.id}\n")


@pytest.mark.parametrize("mandate", MUST_BE_HELD)
def test_a_mandate_has_a_check(mandate: str) -> None:
    assert any(check.mandate == mandate for check in CHECKS)


def test_no_two_checks_share_an_id_and_there_are_enough() -> None:
    ids = [check.id for check in CHECKS]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 20


LINTER_HEADINGS = [
    "What it reads",
    "How its remarks weigh",
    "Comments that silence it",
    "What is left out",
    "What to do",
]


@pytest.mark.parametrize("linter", LINTERS, ids=lambda linter: linter.id)
def test_a_linters_page_says_what_it_is_given_and_how_its_remarks_weigh(linter: Linter) -> None:
    shown = page_of(linter.lint.__module__)
    assert shown is not None
    assert (shown.title, shown.headings) == (linter.id, LINTER_HEADINGS)
    assert all(shown.section(heading) for heading in ("", *LINTER_HEADINGS))
    assert explained(linter.id) == explained(f"{linter.id}/any-rule") == shown.text


@pytest.mark.parametrize("rule", sorted(SAME))
def test_what_is_said_once_stands_in_the_manual_and_on_the_linters_page(rule: str) -> None:
    manual = (Path(__file__).parent.parent / "docs" / "review.md").read_text(encoding="utf-8")
    shown = explained(rule)
    assert shown is not None
    assert f"`{rule}`" in manual
    assert all(f"`{check}`" in manual and f"`{check}`" in shown for check in SAME[rule])
