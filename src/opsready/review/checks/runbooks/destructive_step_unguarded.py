"""A step that destroys data, in an entry without a word on what is kept."""

import re
from collections.abc import Iterator

from opsready.documents.runbook import Entry, Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_DESTROYS = re.compile(
    r"\b(?:DROP\s+(?:TABLE|DATABASE|SCHEMA)|TRUNCATE(?:\s+TABLE)?\s+\w|DELETE\s+FROM\s+[\w.\"]+\s*;)"
    r"|\bkubectl\s+delete\s+(?:pvc|pv|persistentvolumeclaim|namespace|ns)\b|\bterraform\s+destroy\b"
    r"|\brm\s+-[a-z]*r[a-z]*f?[a-z]*\s+/?(?:var/lib|data|srv|mnt)\b|\bFLUSHALL\b|\bdropdb\b"
    r"|\baws\s+s3\s+(?:rb|rm)\b.*(?:--force|--recursive)|\baws\s+rds\s+delete-",
    re.IGNORECASE,
)
_GUARDED = re.compile(
    r"back(?:ed)?[- ]?up|snapshot|dump|restor|irreversib|cannot be undone|can't be undone|no undo"
    r"|data loss|lost|loses|copy first|confirm|approv|two people|second pair|is safe|only a cache"
    r"|rebuil|refill|warm|--dry-run|point[- ]in[- ]time|recreat",
    re.IGNORECASE,
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a command that cannot be taken back, where the entry does not say so."""
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        for block in entry.code:
            for number, line in enumerate(block.text.splitlines()):
                destroys = _DESTROYS.search(line)
                if destroys and not line.lstrip().startswith("#") and not _is_guarded(entry):
                    yield Finding(
                        entry.path,
                        block.line + number,
                        f'the entry "{entry.name}" destroys data (`{destroys[0]}`), and says '
                        "neither what is kept nor that nothing is",
                        "Put the backup before it, or say what is lost, and who must agree.",
                    )


def _is_guarded(entry: Entry) -> bool:
    cells = [" ".join(row.cells) for table in entry.page.tables for row in table.rows]
    words = [prose.text for prose in entry.page.prose] + cells
    words += [block.text for block in entry.code] + [s.heading for s in entry.page.sections]
    return any(_GUARDED.search(text) for text in words)


CHECK = Check(
    id="destructive-step-unguarded",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="a step that destroys data, without a word on what is kept",
    find=find,
)
