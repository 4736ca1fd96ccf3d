"""A runbook with two entries of one name."""

import re
from collections.abc import Iterator

from opsready.documents.runbook import Entry, Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding an entry that repeats the name of an earlier one on its page."""
    known: dict[tuple[str, str], Entry] = {}
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        name = re.sub(r"[\W_]+", " ", entry.name).strip().lower()
        first = known.setdefault((entry.path, name), entry)
        if first is not entry:
            yield Finding(
                entry.path,
                entry.line,
                f'the entry "{entry.name}" stands on this page twice: whoever finds one does not '
                "read the other",
                "Make one of the two; what differs is either out of date or a case of its own.",
                related=(Place(first.path, first.line, "the first"),),
            )


CHECK = Check(
    id="runbook-entry-duplicated",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="one thing that a runbook says twice",
    find=find,
)
