"""A command of a runbook that uses a variable which its page sets nowhere."""

import re
from collections.abc import Iterator

from opsready.documents.markdown import Markdown
from opsready.documents.runbook import Runbooks
from opsready.documents.trial import SHELLS, commands_of
from opsready.documents.typed import Typed
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# What every shell has, or whoever is logged in to AWS or PostgreSQL.
_GIVEN = re.compile(
    r"HOME|USER|PWD|PATH|SHELL|EDITOR|TMPDIR|HOSTNAME|LANG|KUBECONFIG|AWS_[A-Z_]+|PG[A-Z]+"
    r"|GITHUB_[A-Z_]+|CI|RANDOM|SECONDS|LINENO|UID|EUID|_"
)
# Set by a loop, by `read`, by a function's own words, or for one command.
_SET_OTHERWISE = re.compile(
    r"\bfor\s+(\w+)\s+in\b|\bread\s+(?:-\w+\s+)*(\w+)|\blocal\s+(\w+)|(?:^|[\s;(])(\w+)="
)
# "Set `NAMESPACE`, …", "where `$POD` is …": the page tells somebody to.
_TOLD = re.compile(r"\$?\{?([A-Za-z_]\w*)\}?")


def find(case: Case) -> Iterator[Finding]:
    """One finding a variable of a page, at the command that uses it first."""
    for page in case.pack.bundle.assembled(Runbooks).pages:
        typed = [
            each
            for block in page.code_blocks
            if block.language in SHELLS
            for each in commands_of(block)
        ]
        known = _set_on(page, typed)
        for each in typed:
            for name in sorted(each.uses - known):
                if not _GIVEN.fullmatch(name):
                    known.add(name)
                    yield Finding(
                        page.path,
                        each.line,
                        f"`${name}` is used here, and the page sets it nowhere",
                        "Set it once at the top of the page, to the value of the place that the "
                        "page is about.",
                    )


def _set_on(page: Markdown, typed: list[Typed]) -> set[str]:
    """What its blocks set, and what its text tells somebody to set."""
    found = {each.name for each in typed if each.name}
    for block in page.code_blocks:
        for names in _SET_OTHERWISE.findall(block.text):
            found |= {name for name in names if name}
    for code in page.inline_code:
        told = _TOLD.fullmatch(code.text.removeprefix("export ").partition("=")[0].strip())
        found |= {told[1]} if told else set()
    return found


CHECK = Check(
    id="runbook-variable-unset",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="a command of a runbook with a variable that is set nowhere",
    find=find,
)
