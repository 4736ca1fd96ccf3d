"""One metric that two rules record alike."""

import posixpath
from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a recording that repeats an earlier one of its folder."""
    known: dict[object, object] = {}
    for recording in case.pack.bundle.assembled(RuleBook).recordings:
        folder = posixpath.dirname(recording.path)
        labels = tuple(sorted(recording.labels.items()))
        identity = (folder, recording.name, labels, recording.expression.canonical)
        first = known.setdefault(identity, recording)
        if first is not recording and isinstance(first, type(recording)):
            yield Finding(
                recording.path,
                recording.line,
                f"`{recording.name}` is recorded twice with the same expression",
                "Delete one of the two: the server keeps one sample and logs a warning for the "
                "other at every evaluation.",
                related=(Place(first.path, first.line, "the first"),),
            )


CHECK = Check(
    id="recording-duplicated",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="one metric that is recorded twice",
    find=find,
)
