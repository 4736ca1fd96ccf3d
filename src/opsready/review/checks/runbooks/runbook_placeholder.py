"""A runbook that is not written yet."""

import re
from collections.abc import Iterator

from opsready.documents.runbook import Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_UNWRITTEN = re.compile(
    r"\b(?:TODO|TBD|TBC|FIXME|XXX)\b|(?i:\bto be (?:written|defined|determined|decided|completed"
    r"|documented|filled(?: in)?)\b|\bcoming soon\b|\blorem ipsum\b|\bfill (?:this|me) in\b"
    r"|<\s*(?:insert|describe|your)\b[^>]*>|\[\s*(?:insert|describe|your)\b[^\]]*\](?!\())"
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a line of an entry that stands for one still to be written."""
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        lines = [(prose.text, prose.line) for prose in entry.page.prose]
        lines += [(" ".join(row.cells), row.line) for t in entry.page.tables for row in t.rows]
        for block in entry.code:
            lines += [(text, block.line + n) for n, text in enumerate(block.text.splitlines())]
        for text, line in lines:
            unwritten = _UNWRITTEN.search(text)
            if unwritten:
                yield Finding(
                    entry.path,
                    line,
                    f'the entry "{entry.name}" is not written yet: "{unwritten[0]}"',
                    "Write it, or take the entry away: an empty promise costs time at night.",
                )


CHECK = Check(
    id="runbook-placeholder",
    mandate="SRE-3",
    severity=Severity.BLOCKER,
    title="a runbook that is not written yet",
    find=find,
)
