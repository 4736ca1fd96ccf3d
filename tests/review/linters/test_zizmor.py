"""zizmor, the real one, over workflows with planted faults, in both personas."""

import pytest

from opsready.review.linters.zizmor import LINTER
from tests.review.linters.asked import ask, found, silenced

PATH = ".github/workflows/deploy.yml"
FAULTY = """\
name: deploy
on:
  push:
    branches: [main]
permissions: {}
concurrency: {group: deploy, cancel-in-progress: false}
jobs:
  deploy:
    name: deploy
    runs-on: ubuntu-24.04
    steps:
      - name: tell
        uses: some-org/notify@v2
      - run: echo "${{ github.event.head_commit.message }}"
"""
CLEAN = FAULTY.replace("@v2", "@2f4a1d0c9b8e7f6a5d4c3b2a1908f7e6d5c4b3a2 # v2.1.0").replace(
    "${{ github.event.head_commit.message }}", "done"
)


def test_what_the_regular_persona_holds_for_grave_is_a_warning() -> None:
    assert found(LINTER, {PATH: FAULTY}) == [
        (PATH, 13, "zizmor/unpinned-uses", "warning"),
        (PATH, 14, "zizmor/template-injection", "warning"),
    ]
    assert found(LINTER, {PATH: CLEAN}) == []


@pytest.mark.parametrize(
    ("persona", "old", "new", "expected"),
    [
        (
            "pedantic",
            "concurrency: {group: deploy, cancel-in-progress: false}\n",
            "",
            (2, "zizmor/concurrency-limits", "advice"),
        ),
        (
            "auditor",
            "      - run",
            "      - env: {TOKEN: '${{ secrets.TOKEN }}'}\n        run",
            (14, "zizmor/secrets-outside-env", "advice"),
        ),
    ],
)
def test_what_only_a_stricter_persona_reports_is_advice(
    persona: str, old: str, new: str, expected: tuple[int, str, str]
) -> None:
    assert found(LINTER, {PATH: CLEAN.replace(old, new)}) == [(PATH, *expected)]


def test_a_password_is_a_breach_of_a_mandate_and_blocks() -> None:
    credentials = (
        "    container:\n      image: ghcr.io/shop/ci@sha256:" + "a" * 64 + "\n"
        "      credentials:\n        username: ci\n        password: hunter2hunter2\n"
    )
    text = CLEAN.replace("    steps:\n", credentials + "    steps:\n")
    [finding] = ask(LINTER, {PATH: text}).findings
    assert (finding.check, finding.severity, finding.mandate) == (
        "zizmor/hardcoded-container-credentials",
        "blocker",
        "OPS-2",
    )
    assert "hunter2" not in repr(finding)


def test_a_finding_says_what_it_is_related_to() -> None:
    [finding] = [f for f in ask(LINTER, {PATH: FAULTY}).findings if f.line == 13]
    assert finding.message.startswith("unpinned action reference: action is not pinned to a hash")
    assert [(p.path, p.line, p.message) for p in finding.related] == [(PATH, 12, "this step")]
    assert finding.remedy.endswith("https://docs.zizmor.sh/audits/#unpinned-uses")


def test_a_composite_action_is_judged_as_one() -> None:
    action = """\
name: notify
description: tells the channel
runs:
  using: composite
  steps:
    - uses: some-org/notify@v2
"""
    path = ".github/actions/notify/action.yml"
    assert found(LINTER, {path: action}) == [(path, 6, "zizmor/unpinned-uses", "warning")]


def test_what_is_no_workflow_costs_no_other_file() -> None:
    files = {
        PATH: FAULTY,
        ".github/workflows/a.yml": "jobs: [",
        ".github/workflows/b.yml": "on: push\njobs: 3\n",
        ".github/workflows/c.yml": "",
    }
    assert found(LINTER, files) == found(LINTER, {PATH: FAULTY})
    assert found(LINTER, {PATH: "jobs: ["}) == []


def test_no_configuration_of_the_tree_is_read() -> None:
    rules = "rules:\n  unpinned-uses: {disable: true}\n  template-injection: {disable: true}\n"
    hushed = {
        "zizmor.yml": rules,
        ".github/zizmor.yml": rules,
        ".github/workflows/zizmor.yml": rules,
    }
    assert found(LINTER, {PATH: FAULTY, **hushed}) == found(LINTER, {PATH: FAULTY})


def test_a_comment_suppresses_what_it_names_and_is_shown_to_have_done_so() -> None:
    text = FAULTY.replace("@v2", "@v2 # zizmor: ignore[unpinned-uses]")
    assert silenced(LINTER, {PATH: text}) == [(PATH, 13, "zizmor/unpinned-uses")]
    assert found(LINTER, {PATH: text}) == [(PATH, 14, "zizmor/template-injection", "warning")]
