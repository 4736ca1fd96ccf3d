"""A runbook entry that says only whom to call."""

import re
from collections.abc import Iterator

from opsready.documents.runbook import Entry, Role, Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_CALLS = re.compile(
    r"\b(?:page|call|contact|notify|escalate|ping|wake|phone|reach out|hand (?:it )?over|ask"
    r"|inform|alert|open an? (?:ticket|issue|incident)|raise an? (?:ticket|issue|incident))\b"
    r".{0,60}?(?:\b(?:on-?call|team|engineer\w*|sre\w*|ops|lead|manager|owner\w*|support|vendor"
    r"|provider|administrator|admin|dba\w*|people|person|them|us|her|him|devs?|developers?"
    r"|channel|slack|pagerduty|incident|ticket|issue)\b|[@#]\w)",
    re.IGNORECASE,
)
# At the head of a sentence or a clause: "orders stop" tells nobody to stop anything.
_DOES = re.compile(
    r"(?:^|[,:;]\s+|\b(?:then|and|or|please|should|must|can|to|first|otherwise)\s+)"
    r"(?:check|run|restart|look|scale|fail(?:ing)? ?over|drain|roll(?:ing)? ?back|increase|delete"
    r"|clear|rotate|kill|disable|enable|inspect|query|verify|see|find|identify|compare|revert|deploy"
    r"|set|raise the|reduce|stop|start|flush|purge|promote|apply|add|remove|use|wait|switch"
    r"|redeploy|rerun|re-run|renew|replace|free|resize|truncate|follow|read|log in|execute"
    r"|force)\b",
    re.IGNORECASE,
)
_NO_WORK = frozenset({Role.SYMPTOM, Role.IMPACT, Role.ESCALATION})


def find(case: Case) -> Iterator[Finding]:
    """One finding an entry in which calling somebody is all there is to do."""
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        called = _only_call(entry)
        if called is not None:
            yield Finding(
                entry.path,
                entry.line,
                f'the entry "{entry.name}" says only whom to call: "{_short(called)}"',
                "Write what that person would do: what to look at and what it should show, the "
                "commands that mend it, how to see that it worked, how to undo it.",
            )


def _only_call(entry: Entry) -> str | None:
    """The sentence that calls for somebody, where nothing else is to be done."""
    if entry.has_commands or entry.page.links:
        return None
    told = [(sentence.text, sentence.line_of()) for sentence in entry.sentences]
    rows = (row for table in entry.page.tables for row in table.rows)
    told += [(cell, row.line) for row in rows for cell in row.cells]
    calls = [text for text, _ in told if _CALLS.search(text)]
    spent = [part for part in entry.parts if part.role in _NO_WORK]
    work = any(
        _DOES.search(text)
        for text, line in told
        if text not in calls and not any(part.line <= line <= part.end_line for part in spent)
    )
    return calls[0] if calls and not work else None


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "…"


CHECK = Check(
    id="runbook-only-escalates",
    mandate="SRE-3",
    severity=Severity.BLOCKER,
    title="a runbook entry that says only whom to call",
    find=find,
)
