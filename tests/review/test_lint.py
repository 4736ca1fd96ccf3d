"""Linters that are missing, broken, slow or endless; what they leave and what they cost."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from opsready.review import program
from opsready.review.catalog import LINTERS
from opsready.review.check import NotRun
from opsready.review.finding import Finding, Severity
from opsready.review.lint import Linted, linting
from opsready.review.linter import Desk, Linter, one_line
from opsready.review.program import Family, find_program
from opsready.review.review import CheckNotRun, review_pack
from tests.build import make_bundle, make_case

ANSWERS = "import json, sys\nprint(json.dumps([[n, 1] for n in sys.argv[1:]]))\n"


def remarks(desk: Desk) -> Iterator[Finding]:
    """One finding for each pair of a name and a line that the tool answers."""
    copies = desk.copies(lambda source: "copy")
    for answer in desk.ask_of(list(copies)):
        for name, line in answer:
            yield Finding(copies[name].path, line, "is odd", "Mend it.", check="odd/one")


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Linter]:
    """A linter whose tool is a Python program of the test, found on PATH."""

    def made(code: str, **values: object) -> Linter:
        place = tmp_path / "bin" / "odd"
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"#!{sys.executable} -S\n{code}", encoding="utf-8")
        place.chmod(0o755)
        monkeypatch.setenv("PATH", f"{place.parent}{os.pathsep}/usr/bin:/bin")
        known = {"id": "odd", "title": "oddities", "program": "odd", "lint": remarks}
        return Linter(**{**known, "reads": lambda source: True, **values})  # type: ignore[arg-type]

    return made


def answer_of(linter: Linter, files: dict[str, str], root: Path = Path("/nowhere")) -> Linted:
    with linting([linter], make_bundle(files, root), lambda path: "vendor/" in path) as linted:
        [answer] = linted()
    return answer


def test_a_tool_that_is_there_is_given_every_text_that_is_not_left_out(
    tool: Callable[[str], Linter],
) -> None:
    answer = answer_of(tool(ANSWERS), {"a": "1\n", "b/c": "2\n", "vendor/d": "3\n"})
    assert [finding.path for finding in answer.findings] == ["a", "b/c"]
    assert answer.missing is None


def test_a_tool_that_is_missing_is_not_run_and_says_how_to_get_it(
    tool: Callable[..., Linter], monkeypatch: pytest.MonkeyPatch
) -> None:
    linter = tool(ANSWERS, program="no-such-tool")
    assert answer_of(linter, {"a": ""}).missing == (
        "not installed: `pip install 'opsready[linters]'` brings it"
    )
    assert answer_of(linter, {}).missing is not None


@pytest.mark.parametrize("missing", LINTERS, ids=lambda linter: linter.id)
def test_every_linter_says_how_to_get_it(
    missing: Linter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    case = make_case({"a.txt": "x"})
    review = review_pack(case.facts, case.spec, case.pack, (), linters=(missing,))
    assert review.ran == ()
    assert review.not_run == (CheckNotRun(missing.id, f"not installed: {missing.get}"),)


def test_a_tool_that_stands_in_the_tree_under_review_is_never_run(
    tool: Callable[[str], Linter], tmp_path: Path
) -> None:
    linter = tool(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    answer = answer_of(linter, {"a": ""}, root=tmp_path)
    assert answer.missing == "odd stands in the tree under review, and nothing of that is run"
    assert not (tmp_path / "ran").exists()


def test_what_path_names_relative_to_the_tree_is_never_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "odd").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "odd").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}bin")
    with pytest.raises(NotRun, match="not installed"):
        find_program("odd", Path("/nowhere"), "get it")


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("print('{')\n", "its answer is no JSON"),
        ("print('[' * 100_000)\n", "its answer is no JSON"),
        ("import os; os.write(1, bytes(range(256)))\n", "its answer is no JSON"),
        ("print('[1, 2]')\n", "its answer has a form that is not known here: TypeError"),
        ("print('[[\"other\", 1]]')\n", "its answer has a form that is not known here: KeyError"),
        ("raise SystemExit(3)\n", "it ended with 3, as an old version or a broken one does"),
        ("import os; os.abort()\n", "it ended with -6, as an old version or a broken one does"),
    ],
)
def test_a_tool_that_is_broken_is_not_run(
    tool: Callable[[str], Linter], code: str, missing: str
) -> None:
    assert answer_of(tool(code), {"a": ""}).missing == missing


def test_a_tool_that_cannot_be_started_is_not_run(
    tool: Callable[[str], Linter], tmp_path: Path
) -> None:
    linter = tool(ANSWERS)
    (tmp_path / "bin" / "odd").write_bytes(b"\x7fELF not really")
    assert (answer_of(linter, {"a": ""}).missing or "").endswith("Exec format error")


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(60)\n",
        "import os, time; os.close(1); os.close(2); time.sleep(60)\n",
        "import subprocess, time; subprocess.Popen(['sleep', '60'])\n",
    ],
)
def test_a_tool_that_does_not_end_is_ended_with_all_that_it_started(
    tool: Callable[[str], Linter], tmp_path: Path, code: str
) -> None:
    tool(code)
    with pytest.raises(NotRun, match=r"took longer than 0\.5 s"):
        Family().run([str(tmp_path / "bin" / "odd")], tmp_path, {}, timeout_s=0.5)


def test_a_tool_that_answers_without_end_is_ended(
    tool: Callable[[str], Linter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "BYTES_AT_MOST", 1 << 20)
    linter = tool("import os\nwhile True: os.write(1, b'[' * 65536)\n")
    assert answer_of(linter, {"a": ""}).missing == "answered more than 1 MB"


def test_a_tool_sees_four_names_of_its_environment_and_nothing_of_the_user(
    tool: Callable[[str], Linter], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the user")
    tool("import os, json; print(json.dumps([dict(os.environ), os.getcwd()]))\n")
    _, output = Family().run([str(tmp_path / "bin" / "odd")], tmp_path, {"EXTRA": "1"})
    for name in (b"of the user", b"AWS"):
        assert name not in output
    assert set(json.loads(output)[0]) - {"LC_CTYPE"} == {
        *("EXTRA", "HOME", "LANG", "PATH", "TMPDIR")
    }


def test_a_file_on_which_the_tool_fails_costs_no_other_file(tool: Callable[[str], Linter]) -> None:
    code = (
        "import sys\n"
        "if any('bad' in open(name).read() for name in sys.argv[1:]): raise SystemExit(9)\n"
    )
    files = {f"{number:03}": "bad" if number == 7 else "good" for number in range(120)}
    answer = answer_of(tool(code + ANSWERS), files)
    assert len(answer.findings) == 119
    assert answer.missing == (
        "it ended with 9, as an old version or a broken one does, on 1 of 120 files"
    )


def test_a_file_that_is_too_long_is_not_given_and_is_said_to_be_missing(
    tool: Callable[..., Linter],
) -> None:
    linter = tool(ANSWERS, characters_at_most=1_000)
    answer = answer_of(linter, {"a": "x" * 1_000, "b": "x" * 1_001, "c": ""})
    assert [finding.path for finding in answer.findings] == ["a", "c"]
    assert answer.missing == "1 file is longer than 1,000 characters; the others were judged"


def test_what_was_found_before_a_failure_stands(tool: Callable[..., Linter]) -> None:
    def stops(desk: Desk) -> Iterator[Finding]:
        yield Finding(desk.sources[0].path, 1, "is odd", "Mend it.", check="odd/one")
        raise NotRun("out of breath")

    answer = answer_of(tool(ANSWERS, lint=stops), {"a": ""})
    assert (len(answer.findings), answer.missing) == (1, "out of breath")


def test_the_private_folder_is_gone_afterwards(
    tool: Callable[[str], Linter], tmp_path: Path
) -> None:
    seen: list[Path] = []

    def looks(desk: Desk) -> Iterator[Finding]:
        seen.append(desk.folder)
        assert desk.folder.stat().st_mode & 0o077 == 0
        yield from remarks(desk)

    answer_of(tool(ANSWERS, lint=looks), {"a": ""})  # type: ignore[call-arg]
    assert [folder.exists() for folder in seen] == [False]


def test_whatever_ends_the_review_ends_the_linters(tool: Callable[[str], Linter]) -> None:
    linter = tool("import time; time.sleep(60)\n")
    before = threading.active_count()
    files = make_bundle({"a": ""})
    with pytest.raises(KeyboardInterrupt), linting([linter], files, lambda path: False):
        time.sleep(0.2)
        raise KeyboardInterrupt
    assert threading.active_count() == before


def test_a_blocker_is_not_silenced_by_a_comment_of_the_file(tool: Callable[..., Linter]) -> None:
    """The tool heeds the comment in the second look; only what blocks stands all the same."""

    def heeds(desk: Desk) -> Iterator[Finding]:
        for severity in () if desk.heeds_comments else (Severity.BLOCKER, Severity.ADVICE):
            yield Finding("a", 1, f"is {severity}", "x", check="odd/one", severity=severity)

    linter = tool(ANSWERS, lint=heeds, silenced_by=re.compile("odd: hush"))
    said = {f.message: f.suppressed for f in answer_of(linter, {"a": "odd: hush\n"}).findings}
    assert said == {
        "is blocker": None,
        "is advice": "silenced by odd's own comment in the file",
    }
    heard = answer_of(linter, {"a": "nothing\n"}).findings
    assert [finding.suppressed for finding in heard] == [None, None]


def test_a_linter_is_among_what_ran_and_its_findings_among_ours(
    tool: Callable[[str], Linter],
) -> None:
    case = make_case({"a.txt": "words\n"})
    review = review_pack(case.facts, case.spec, case.pack, (), linters=(tool(ANSWERS),))
    [finding] = review.findings
    assert (finding.check, finding.tool, finding.anchor) == ("odd/one", "odd", "words")
    assert (review.ran, review.not_run) == (("odd",), ())


def test_an_allowance_may_name_a_linters_rule_and_must_name_one() -> None:
    text = (
        "FROM debian:12\n"
        "# opsready: allow hadolint/DL3000 until 2027-01-31: the base sets it\n"
        "WORKDIR app\n"
        "# opsready: allow hadolint until 2027-01-31: all of it\n"
        "RUN true\n"
    )
    case = make_case({"Dockerfile": text})
    linters = [linter for linter in LINTERS if linter.id == "hadolint"]
    today = date(2026, 11, 26)
    review = review_pack(case.facts, case.spec, case.pack, today=today, linters=linters)
    [allowed] = [finding for finding in review.findings if finding.check == "hadolint/DL3000"]
    assert allowed.suppressed == "allowed until 2027-01-31: the base sets it"
    [void] = review.of("void-allowance")
    assert void.message == (
        "this allowance of `hadolint` is void: it names no rule of hadolint, as `hadolint/<rule>`"
    )


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Use absolute WORKDIR.", "Use absolute WORKDIR"),
        ("unexpected 'F'\nexpecting ADD,\n  ARG", "unexpected 'F' expecting ADD, ARG"),
        ("at postgres://a:" + "hunter2@db/x", "at postgres://a:***@db/x"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_a_tools_words_are_one_line_without_secrets(said: str, shown: str) -> None:
    assert one_line(said) == shown


def test_the_start_of_the_command_line_loads_no_linter() -> None:
    code = (
        "import sys; from opsready.cli.main import run_command; run_command(['--version']);"
        "print([name for name in sys.modules if 'linter' in name or 'concurrent' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_folder_of_path_that_is_closed_to_us_is_passed_over(
    tool: Callable[[str], Linter], monkeypatch: pytest.MonkeyPatch
) -> None:
    linter = tool(ANSWERS)
    closed = "/closed/to/others"
    monkeypatch.setenv("PATH", closed, prepend=os.pathsep)
    is_file = Path.is_file

    def refused(path: Path) -> bool:  # root, whom nothing is closed to, runs this test too
        if path.is_relative_to(closed):
            raise PermissionError(13, "Permission denied")
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", refused)
    assert find_program("odd", Path("/nowhere"), linter.get).name == "odd"
