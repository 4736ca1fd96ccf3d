"""shellcheck: scripts, and the `run:` lines of workflows."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from opsready.documents.workflow import run_scripts
from opsready.review.finding import Finding, Severity
from opsready.review.linter import Desk, Linter, one_line
from opsready.sources.kinds import Kind
from opsready.sources.source import Source

_ZSH = re.compile(r"^#!.*\bzsh\b")
_DISABLE = re.compile(r"#\s*shellcheck\b.*\bdisable=")
_DIRECTIVE = re.compile(r"#\s*shellcheck\b[^\n]*")
# What it cannot follow is no fault of the script: it is given copies without their neighbours.
_SCRIPTS = "--exclude=SC1090,SC1091"
# Of a step beside: an expression stands for a value that only the code host knows, so that a test
# on it looks constant, a loop over it looks like one round, and a variable looks unassigned.
_STEPS = "--exclude=SC1090,SC1091,SC2043,SC2050,SC2154,SC2157,SC2193,SC2194"
# GitHub runs a step so where it names no shell, or bash; one line above the script's own.
_HEAD = "#!/bin/bash -e\n"
# It cannot tell the dialect: a part that others source is not wrong for having no first line.
_NO_SHEBANG = 2148

_Origin = tuple[Source, int]


def _reads(source: Source) -> bool:
    is_zsh = source.path.endswith(".zsh") or _ZSH.match(source.text)
    return source.kind is Kind.WORKFLOW or (source.kind is Kind.SHELL and not is_zsh)


def _lint(desk: Desk) -> Iterator[Finding]:
    scripts: dict[str, list[_Origin]] = {}
    steps: dict[str, list[_Origin]] = {}
    known: dict[str, str] = {}  # the same lines stand in many workflows: each text is judged once
    for number, source in enumerate(desk.sources):
        if source.kind is Kind.SHELL:
            ending = "bash" if source.path.endswith(".bash") else "sh"
            name = desk.put(f"{number}.{ending}", _heard(source.text, desk))
            scripts[name] = [(source, 0)]
            continue
        for step in run_scripts(source.path, source.text):
            text = _HEAD + _heard(step.text, desk)
            if text not in known:
                known[text] = desk.put(f"{number}-{step.line}", text)
            steps.setdefault(known[text], []).append((source, step.line - 2))
    yield from _judged(desk, _SCRIPTS, scripts)
    yield from _judged(desk, _STEPS, steps)


def _heard(text: str, desk: Desk) -> str:
    """It has no option for not heeding comments, so their `disable=` is blanked out, and the
    whole comment where nothing is left of it."""
    return text if desk.heeds_comments else _DIRECTIVE.sub(_without_disable, text)


def _without_disable(directive: re.Match[str]) -> str:
    rest = re.sub(r"\bdisable=\S+", "", directive[0])
    return rest if "=" in rest else "#"


def _judged(desk: Desk, excluded: str, origins: Mapping[str, list[_Origin]]) -> Iterator[Finding]:
    options = ("--norc", "--format=json1", excluded)
    for answer in desk.ask_of(list(origins), *options, ends_with=(0, 1)):
        for remark in answer["comments"]:
            for source, offset in origins[remark["file"]]:
                yield _finding(remark, source.path, remark["line"] + offset)


def _finding(remark: Mapping[str, Any], path: str, line: int) -> Finding:
    code = remark["code"]
    is_grave = remark["level"] == "error" and code != _NO_SHEBANG
    return Finding(
        path,
        line,
        one_line(remark["message"]),
        f"What it means and how to mend it: https://www.shellcheck.net/wiki/SC{code:04}",
        check=f"shellcheck/SC{code:04}",
        mandate="OPS-5",
        severity=Severity.WARNING if is_grave else Severity.ADVICE,
    )


LINTER = Linter(
    id="shellcheck",
    title="shell scripts, and the `run:` lines of workflows",
    program="shellcheck",
    reads=_reads,
    lint=_lint,
    silenced_by=_DISABLE,
)
