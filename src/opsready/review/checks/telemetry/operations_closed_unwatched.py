"""An operations stage that was closed, and left nothing to operate the service by."""

import json
import re
from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.dashboard import Dashboard
from opsready.documents.document import Document
from opsready.documents.openslo import SloFile
from opsready.documents.rules import RuleFile
from opsready.documents.runbook import Role, Runbooks, role_of
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_STATE = re.compile(r"(?:^|/)\.haiku/.*stages/operations/state\.json$")
_CLOSED = frozenset({"complete", "completed", "done", "closed"})
_LEFT: tuple[tuple[str, tuple[type[Document], ...], str], ...] = (
    ("alert rule", (RuleFile, Alertmanager), "nobody is told when the service fails"),
    ("dashboard", (Dashboard,), "nobody can see how it does"),
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a kind of file that the stage is there to write and that the tree lacks."""
    for source in case.pack.bundle.sources:
        if not _STATE.search(source.path) or not _is_closed(source.text):
            continue
        lines = enumerate(source.lines, 1)
        line = next((number for number, text in lines if '"status"' in text), 1)
        for what, effect in _missing(case):
            yield Finding(
                source.path,
                line,
                f"the operations stage is closed here, and the tree has no {what}: {effect}",
                f"Open the stage again and write the {what}, or let `opsready write` begin it.",
                anchor=f"closed without {what}",
            )


def _is_closed(text: str) -> bool:
    try:
        state = json.loads(text)
    except ValueError:
        return False
    return isinstance(state, dict) and str(state.get("status", "")).lower() in _CLOSED


def _missing(case: Case) -> Iterator[tuple[str, str]]:
    for what, nouns, effect in _LEFT:
        if not any(case.pack.documents(noun) for noun in nouns):
            yield what, effect
    if not case.pack.documents(SloFile) and not case.facts.of(Claim.OBJECTIVE):
        yield "objective", "nothing says how well is well enough"
    if not case.pack.bundle.assembled(Runbooks).entries:
        yield "runbook", "whoever is called has nothing to follow"
    pages = case.pack.bundle.assembled(Runbooks).pages
    headings = [section.heading for page in pages for section in page.sections]
    if not case.automation.paths and Role.ROLLBACK not in map(role_of, headings):
        yield "way back", "a bad release stays until somebody thinks of one"


CHECK = Check(
    id="operations-closed-unwatched",
    mandate="DONE-2",
    severity=Severity.WARNING,
    title="a closed operations stage that left nothing to operate by",
    find=find,
)
