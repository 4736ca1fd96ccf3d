"""A runbook entry that mends before it has looked."""

from collections.abc import Iterator

from opsready.documents.runbook import Role, Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding an entry whose remedy stands above its diagnosis."""
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        remedy, diagnosis = entry.part(Role.REMEDY), entry.part(Role.DIAGNOSIS)
        if remedy and diagnosis and remedy.line < diagnosis.line:
            yield Finding(
                entry.path,
                remedy.line,
                f'the entry "{entry.name}" gives the remedy before the diagnosis',
                f'Move "{diagnosis.heading}" above "{remedy.heading}".',
                related=(Place(entry.path, diagnosis.line, "the diagnosis"),),
            )


CHECK = Check(
    id="remedy-before-diagnosis",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="a runbook entry that mends before it has looked",
    find=find,
)
