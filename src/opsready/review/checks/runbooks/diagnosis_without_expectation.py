"""A diagnosis whose commands say nothing of what to expect."""

import re
from collections.abc import Iterator

from opsready.documents.runbook import Part, Role, Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_EXPECTS = re.compile(
    r"\b(?:expect\w*|should|shows?|showing|prints?|returns?|answers?|reports?|lists?|gives?|says?"
    r"|healthy|normal\w*|usual\w*|otherwise|if|when|whether|means?|indicates?|must|ok|look for"
    r"|output|more than|fewer than|less than|at least|at most|above|below|greater|not)\b"
    r"|[=→⇒<>]|\d\s?%",
    re.IGNORECASE,
)
_OUTPUT = frozenset({"text", "console", "output", "json", "plain", "txt", "log", "yaml"})


def find(case: Case) -> Iterator[Finding]:
    """One finding a diagnosis that has commands and never says what they should print."""
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        part = entry.part(Role.DIAGNOSIS)
        if part is not None and part.page.code_blocks and not _says_what_to_expect(part):
            yield Finding(
                entry.path,
                part.page.code_blocks[0].line,
                f'the diagnosis of "{entry.name}" has commands, and never says what to expect of '
                "them",
                "Say what each command prints when all is well, and what when it is this fault.",
            )


def _says_what_to_expect(part: Part) -> bool:
    """By a word of it, by a comment in the code, or by a block of output."""
    blocks = part.page.code_blocks
    comments = " ".join(
        line.partition("#")[2] for block in blocks for line in block.text.splitlines()
    )
    shown = len(blocks) > 1 and any(block.language in _OUTPUT for block in blocks)
    return shown or bool(_EXPECTS.search(part.text) or _EXPECTS.search(comments))


CHECK = Check(
    id="diagnosis-without-expectation",
    mandate="SRE-3",
    severity=Severity.ADVICE,
    title="a diagnosis whose commands say nothing of what to expect",
    find=find,
)
