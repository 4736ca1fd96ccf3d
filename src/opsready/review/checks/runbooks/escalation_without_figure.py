"""An escalation that says neither after how long nor at what size."""

import re
from collections.abc import Iterator

from opsready.documents.runbook import Role, Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_FIGURE = re.compile(
    r"\d|\b(?:immediately|at once|right away|straight away|any|always|never|every|first"
    r"|(?:half )?an hour|(?:one|two|three|four|five|ten|fifteen|twenty|thirty) "
    r"(?:minutes?|hours?|percent))\b",
    re.IGNORECASE,
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a part on escalation without a figure."""
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        part = entry.part(Role.ESCALATION)
        if part is not None and part.text and not _FIGURE.search(part.text):
            yield Finding(
                entry.path,
                part.line,
                f'the escalation of "{entry.name}" has no figure: nothing says after how long, or '
                "at how much harm, to call for help",
                "Say after how many minutes without improvement, or from which share of failing "
                "requests on, whom to call.",
            )


CHECK = Check(
    id="escalation-without-figure",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="an escalation that says neither after how long nor at what size",
    find=find,
)
