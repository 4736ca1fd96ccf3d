"""hadolint, the real one, over Dockerfiles with planted faults."""

from opsready.review.linters.hadolint import LINTER
from tests.review.linters.asked import ask, found, silenced

FAULTY = """\
FROM debian:12
RUN apt-get update && apt-get install -y curl
WORKDIR app
"""


def test_an_error_is_a_warning_and_the_rest_is_advice() -> None:
    assert found(LINTER, {"Dockerfile": FAULTY}) == [
        ("Dockerfile", 2, "hadolint/DL3008", "advice"),
        ("Dockerfile", 2, "hadolint/DL3009", "advice"),
        ("Dockerfile", 2, "hadolint/DL3015", "advice"),
        ("Dockerfile", 3, "hadolint/DL3000", "warning"),
    ]


def test_a_finding_names_the_tool_serves_a_mandate_and_links_the_rules_page() -> None:
    [finding] = [f for f in ask(LINTER, {"Dockerfile": FAULTY}).findings if f.line == 3]
    assert (finding.tool, finding.mandate) == ("hadolint", "OPS-5")
    assert finding.message == "Use absolute WORKDIR"
    assert finding.remedy == (
        "What it means and how to mend it: https://github.com/hadolint/hadolint/wiki/DL3000"
    )


def test_the_shell_of_a_run_instruction_is_judged_too() -> None:
    text = "FROM debian:12\nRUN echo $HOME_OF_MINE\n"
    assert found(LINTER, {"Dockerfile": text}) == [("Dockerfile", 2, "hadolint/SC2086", "advice")]


def test_every_dockerfile_of_the_tree_is_judged_under_its_own_path() -> None:
    files = {f"services/{name}/Dockerfile": "FROM debian:12\nWORKDIR app\n" for name in "abc"}
    strange = {
        "-o evil/Dockerfile": "FROM debian:12\nWORKDIR app\n",
        "ü/日\n/Dockerfile": "FROM a\n",
    }
    assert [path for path, *_ in found(LINTER, {**files, **strange})] == [
        "-o evil/Dockerfile",
        "services/a/Dockerfile",
        "services/b/Dockerfile",
        "services/c/Dockerfile",
        "ü/日\n/Dockerfile",
    ]


def test_what_cannot_be_read_is_a_warning_on_one_line_and_costs_no_other_file() -> None:
    files = {"Dockerfile": "FROM debian:12\nFOO bar\n", "b/Dockerfile": "FROM a:1\nWORKDIR app\n"}
    assert found(LINTER, files) == [
        ("Dockerfile", 2, "hadolint/DL1000", "warning"),
        ("b/Dockerfile", 2, "hadolint/DL3000", "warning"),
    ]
    assert all("\n" not in finding.message for finding in ask(LINTER, files).findings)


def test_no_configuration_of_the_tree_is_read() -> None:
    hushed = "failure-threshold: none\nignored: [DL3000, DL3008, DL3009, DL3015]\n"
    files = {"Dockerfile": FAULTY, ".hadolint.yaml": hushed, ".config/hadolint.yaml": hushed}
    assert found(LINTER, files) == found(LINTER, {"Dockerfile": FAULTY})


def test_a_comment_suppresses_what_it_names_and_is_shown_to_have_done_so() -> None:
    text = FAULTY.replace("WORKDIR", "# hadolint ignore=DL3000\nWORKDIR")
    assert silenced(LINTER, {"Dockerfile": text}) == [("Dockerfile", 4, "hadolint/DL3000")]
    assert [rule for _, _, rule, _ in found(LINTER, {"Dockerfile": text})] == [
        "hadolint/DL3008",
        "hadolint/DL3009",
        "hadolint/DL3015",
    ]
    [reason] = {f.suppressed for f in ask(LINTER, {"Dockerfile": text}).findings} - {None}
    assert reason == "silenced by hadolint's own comment in the file"


def test_a_comment_for_the_whole_file_is_heeded_as_hadolint_does() -> None:
    text = "# hadolint global ignore=DL3008,DL3009,DL3015,DL3000\n" + FAULTY
    assert found(LINTER, {"Dockerfile": text}) == []
    assert len(silenced(LINTER, {"Dockerfile": text})) == 4


def test_a_file_on_which_hadolint_itself_crashes_costs_no_other_file() -> None:
    """2.15.1 does on a WORKDIR of one letter."""
    crashing = "FROM debian:12\nWORKDIR x\n"
    answer = ask(LINTER, {"a/Dockerfile": FAULTY, "b/Dockerfile": crashing, "c/Dockerfile": FAULTY})
    assert {f.path for f in answer.findings if f.check == "hadolint/DL3000"} >= {
        "a/Dockerfile",
        "c/Dockerfile",
    }
    assert answer.missing in {
        None,
        "it ended with 1, as an old version or a broken one does, on 1 of 3 files",
    }
