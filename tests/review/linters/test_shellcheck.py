"""shellcheck, the real one, over scripts and steps with planted faults."""

import pytest

from opsready.review.linters.shellcheck import LINTER
from tests.review.linters.asked import ask, found, silenced

SCRIPT = "#!/usr/bin/env bash\nset -euo pipefail\nrm -rf $1\nif [ $2 ]; then echo yes\n"
UNQUOTED = "#!/usr/bin/env bash\nset -euo pipefail\nrm -rf $1\n"
STEP = """\
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: rm -rf $1
      - name: two lines
        run: |
          cd deploy
          echo $TARGET
"""


def test_an_error_is_a_warning_and_the_rest_is_advice() -> None:
    assert found(LINTER, {"deploy.sh": UNQUOTED, "b/up": SCRIPT}) == [
        ("b/up", 4, "shellcheck/SC1046", "warning"),
        ("b/up", 4, "shellcheck/SC1073", "warning"),
        ("b/up", 5, "shellcheck/SC1047", "warning"),
        ("b/up", 5, "shellcheck/SC1072", "warning"),
        ("deploy.sh", 3, "shellcheck/SC2086", "advice"),
    ]


def test_a_finding_names_the_tool_serves_a_mandate_and_links_the_rules_page() -> None:
    [finding] = ask(LINTER, {"deploy.sh": UNQUOTED}).findings
    assert (finding.tool, finding.mandate) == ("shellcheck", "OPS-5")
    assert finding.message == "Double quote to prevent globbing and word splitting"
    assert finding.remedy.endswith("https://www.shellcheck.net/wiki/SC2086")


def test_a_part_that_others_source_may_lack_a_first_line() -> None:
    assert found(LINTER, {"lib.sh": "greet() { echo hello; }\n"}) == [
        ("lib.sh", 1, "shellcheck/SC2148", "advice")
    ]


def test_what_a_script_sources_and_zsh_are_left_out() -> None:
    files = {
        "a.sh": "#!/bin/bash\n. ./lib.sh\nsource /etc/profile\n",
        "b.sh": "#!/bin/zsh\necho $1\n",
        "c.zsh": "echo $1\n",
    }
    assert found(LINTER, files) == []


def test_a_run_line_is_judged_at_its_line_in_the_workflow() -> None:
    path = ".github/workflows/deploy.yml"
    assert found(LINTER, {path: STEP}) == [
        (path, 6, "shellcheck/SC2086", "advice"),
        (path, 10, "shellcheck/SC2086", "advice"),
    ]


def test_the_same_lines_of_several_steps_are_judged_at_each_of_their_places() -> None:
    paths = [f".github/workflows/{name}.yml" for name in "ab"]
    text = STEP.replace("          cd deploy\n", "          cd deploy || exit 1\n")
    assert found(LINTER, dict.fromkeys(paths, text + "      - run: rm -rf $1\n")) == [
        (path, line, "shellcheck/SC2086", "advice") for path in paths for line in (6, 10, 11)
    ]


@pytest.mark.parametrize(
    "run",
    [
        "echo ${{ github.sha }}",
        'if [ "${{ inputs.place }}" = "production" ]; then echo careful; fi',
        'for name in ${{ matrix.name }}; do echo "$name"; done',
        'echo "$set_by_the_job"',
    ],
)
def test_an_expression_of_a_step_is_a_word_that_only_the_code_host_knows(run: str) -> None:
    path = ".github/workflows/deploy.yml"
    assert found(LINTER, {path: STEP.replace("rm -rf $1", run).replace("$TARGET", "x")}) == []


def test_a_step_stops_at_its_first_failure_so_cd_needs_no_guard() -> None:
    script = "#!/bin/sh\ncd deploy\necho hello\n"
    assert found(LINTER, {"up.sh": script}) == [("up.sh", 2, "shellcheck/SC2164", "advice")]
    path = ".github/workflows/deploy.yml"
    assert (path, 9, "shellcheck/SC2164", "advice") not in found(LINTER, {path: STEP})


def test_no_configuration_of_the_tree_is_read() -> None:
    files = {"deploy.sh": UNQUOTED, ".shellcheckrc": "disable=all\n", "shellcheckrc": "disable=all"}
    assert found(LINTER, files) == found(LINTER, {"deploy.sh": UNQUOTED})


@pytest.mark.parametrize(
    "comment",
    [
        "# shellcheck disable=SC2086",
        "# shellcheck disable=SC2086 # the caller quotes",
        "# shellcheck shell=bash disable=all",
    ],
)
def test_a_comment_suppresses_what_it_names_and_is_shown_to_have_done_so(comment: str) -> None:
    text = UNQUOTED.replace("rm", f"{comment}\nrm")
    assert found(LINTER, {"deploy.sh": text}) == []
    assert silenced(LINTER, {"deploy.sh": text}) == [("deploy.sh", 4, "shellcheck/SC2086")]


def test_windows_line_ends_are_said_twenty_times_and_counted() -> None:
    findings = ask(LINTER, {"a.sh": "#!/bin/bash\r\n" + "echo hello\r\n" * 50}).findings
    ends = [finding for finding in findings if finding.check == "shellcheck/SC1017"]
    assert len(ends) == 20
    assert ends[-1].message.endswith("(and 31 more in this file)")
