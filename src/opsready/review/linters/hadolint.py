"""hadolint: Dockerfiles, with the shell of their RUN instructions."""

import re
from collections.abc import Iterator

from opsready.review.finding import Finding, Severity
from opsready.review.linter import Desk, Linter, one_line
from opsready.sources.kinds import Kind
from opsready.sources.source import Source

# The smallest configuration that it accepts: an empty file is refused, and without one it looks
# for a `.hadolint.yaml` where it stands and in the home.
_CONFIGURATION = '{"ignored": []}'
_WIKI = {
    "DL": "https://github.com/hadolint/hadolint/wiki/",
    "SC": "https://www.shellcheck.net/wiki/",
}


def _reads(source: Source) -> bool:
    return source.kind is Kind.DOCKERFILE


def _lint(desk: Desk) -> Iterator[Finding]:
    copies = desk.copies(lambda source: "Dockerfile")
    given = ["--config", desk.put("hadolint.json", _CONFIGURATION), "--no-fail", "--format", "json"]
    if not desk.heeds_comments:
        given.append("--disable-ignore-pragma")
    for answer in desk.ask_of(list(copies), *given):
        for remark in answer:
            code = remark["code"]
            yield Finding(
                copies[remark["file"]].path,
                remark["line"],
                one_line(remark["message"]),
                f"What it means and how to mend it: {_WIKI[code[:2]]}{code}",
                check=f"hadolint/{code}",
                mandate="OPS-5",
                severity=Severity.WARNING if remark["level"] == "error" else Severity.ADVICE,
            )


LINTER = Linter(
    id="hadolint",
    title="Dockerfiles",
    program="hadolint",
    reads=_reads,
    lint=_lint,
    silenced_by=re.compile(r"#\s*hadolint\b.*\bignore\s*=", re.IGNORECASE),
)
