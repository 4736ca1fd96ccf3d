"""Where criteria are read from."""

from pathlib import Path

import pytest

from opsready.verdict.sentences import NoCriteria, criteria_of_file, criteria_of_tree
from tests.build import make_bundle
from tests.verdict.test_judge import INTENT, UNIT


def found(file: Path) -> list[tuple[int, str]]:
    return [(each.line, each.compiled.text) for each in criteria_of_file(file)]


def test_of_a_tree_the_units_criteria() -> None:
    assert [(s.path, s.line, s.compiled.text) for s in criteria_of_tree(make_bundle(INTENT))] == [
        (UNIT, 9, "On SIGTERM the service finishes in-flight requests before it exits"),
        (UNIT, 10, "Deployment is automated"),
    ]


def test_of_a_tree_without_units_the_stages_own_eight_and_all_can_be_verified() -> None:
    own = criteria_of_tree(make_bundle({"app.py": ""}))
    assert [each.compiled.verifiable for each in own] == [True] * 8


def test_of_a_text_every_line(tmp_path: Path) -> None:
    file = tmp_path / "criteria.txt"
    file.write_text("# ours\nRunbook exists\n\n- [ ] Monitoring is set up\n2. Rollback works\n")
    assert found(file) == [
        (2, "Runbook exists"),
        (4, "Monitoring is set up"),
        (5, "Rollback works"),
    ]


def test_of_markdown_the_items_below_a_heading_about_criteria(tmp_path: Path) -> None:
    file = tmp_path / "unit.md"
    file.write_text(
        "# Deploy\n\n- not one of them\n\n## Completion Criteria\n\n"
        "- [x] CI runs `terraform plan`\n  on every pull request\n  - a detail\n- [ ] More\n"
    )
    assert found(file) == [(7, "CI runs `terraform plan` on every pull request"), (10, "More")]


def test_of_markdown_without_such_a_heading_every_outer_item(tmp_path: Path) -> None:
    file = tmp_path / "list.md"
    file.write_text("# Ready\n\n* One\n* Two\n")
    assert found(file) == [(3, "One"), (4, "Two")]


def test_of_markdown_without_a_list_every_line_of_prose(tmp_path: Path) -> None:
    file = tmp_path / "prose.md"
    file.write_text("# Ready\n\nRunbook exists\nMonitoring is set up\n")
    assert found(file) == [(3, "Runbook exists"), (4, "Monitoring is set up")]


def test_a_file_without_a_sentence_says_what_to_write(tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_text("\n# only a heading\n")
    with pytest.raises(NoCriteria) as refused:
        criteria_of_file(file)
    assert str(refused.value) == (
        f"{file}: holds no criterion; write one sentence a line, or a list"
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"\xff\xfe\x00", "is not UTF-8 (byte 0)"), (b"x" * 2_000_001, "is larger than 2 MB")],
    ids=["bytes", "too-large"],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "criteria.txt"
    file.write_bytes(content)
    with pytest.raises(NoCriteria) as refused:
        criteria_of_file(file)
    assert str(refused.value) == f"{file}: {why}"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoCriteria, match="No such file"):
        criteria_of_file(tmp_path / "none.txt")
