"""A remedy that opens an editor on a running system."""

import re
from collections.abc import Iterator

from opsready.documents.runbook import Role, Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_EDITORS = frozenset({"vi", "vim", "nano", "emacs", "visudo"})
# A scratch file or one of the checkout is changed at one's desk.
_OF_A_SYSTEM = re.compile(r"^/(?:etc|opt|srv|usr|var)/")


def find(case: Case) -> Iterator[Finding]:
    """One finding an editor in a remedy: what was changed is recorded nowhere."""
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        remedy = entry.part(Role.REMEDY, Role.ROLLBACK)
        for command in entry.commands if remedy else ():
            by_kubectl = command.program in {"kubectl", "oc"} and command.operands[:1] == ("edit",)
            of_a_file = command.program in _EDITORS and any(
                map(_OF_A_SYSTEM.match, command.operands)
            )
            if by_kubectl or of_a_file:
                yield Finding(
                    entry.path,
                    command.line,
                    f'the entry "{entry.name}" has somebody type into an editor: `{command.text}`',
                    "Write the change as a command (`kubectl patch`, `kubectl scale`, a deploy of "
                    "a changed value), so that it is copied, recorded and can be undone.",
                )


CHECK = Check(
    id="runbook-edits-by-hand",
    mandate="OPS-1",
    severity=Severity.WARNING,
    title="a remedy in an editor",
    find=find,
)
