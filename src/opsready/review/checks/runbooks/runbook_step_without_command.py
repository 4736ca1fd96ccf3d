"""A remedy or a diagnosis that names no command."""

import re
from collections.abc import Iterator

from opsready.documents.runbook import Part, Role, Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_TYPED = re.compile(
    r"\b(?:restart|reboot|scale|fail(?:ing)? ?over|drain|roll(?:ing)? ?back|delete|clear|rotate"
    r"|kill|inspect|query|check|look at|revert|redeploy|deploy|increase|reduce|stop|start|flush"
    r"|purge|promote|apply|remove|renew|replace|resize|truncate|rerun|re-run|run|execute|verify|disable"
    r"|enable|switch|evict|cordon|vacuum|reindex|invalidate|reload|re-?create)\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"\b(?:nothing|none|not applicable|n/a|no (?:action|remedy|steps?))\b", re.I)


def find(case: Case) -> Iterator[Finding]:
    """One finding a part that tells to do something and not how."""
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        for part in entry.parts:
            if part.role in {Role.DIAGNOSIS, Role.REMEDY} and (step := _vague_step(part)):
                text, line = step
                yield Finding(
                    entry.path,
                    line,
                    f'the {part.role} of "{entry.name}" names no command: "{text}"',
                    "Write the command that does it, to be copied, with what it should print.",
                )


def _vague_step(part: Part) -> tuple[str, int] | None:
    """The first thing to do, in a part without any command, link or image to follow."""
    if part.has_commands or part.page.links or _NOTHING.search(part.text):
        return None
    for prose in part.page.prose:
        if _TYPED.search(prose.text):
            return (prose.text if len(prose.text) <= 80 else prose.text[:77] + "…"), prose.line
    return None


CHECK = Check(
    id="runbook-step-without-command",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="a remedy or a diagnosis that names no command",
    find=find,
)
