"""A runbook entry without one of the parts that a person needs."""

from collections.abc import Iterator

from opsready.documents.runbook import Entry, Role, Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_NEEDED = (Role.DIAGNOSIS, Role.REMEDY, Role.VERIFICATION, Role.ESCALATION, Role.ROLLBACK)


def find(case: Case) -> Iterator[Finding]:
    """One finding an entry that has parts and lacks some."""
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        missing = [role.value for role in _NEEDED if entry.part(role) is None]
        if _mends(entry) and missing:
            yield Finding(
                entry.path,
                entry.line,
                f'the entry "{entry.name}" has no {_listed(missing)}',
                "Add what is missing: what to look at, what mends it, how to see that it worked, "
                "when to call for help, how to undo it.",
            )


def _mends(entry: Entry) -> bool:
    """Whether it is an entry about a fault at all, by what its headings say."""
    return entry.part(Role.REMEDY, Role.DIAGNOSIS) is not None and len(entry.parts) > 1


def _listed(missing: list[str]) -> str:
    return missing[0] if len(missing) == 1 else ", ".join(missing[:-1]) + " and " + missing[-1]


CHECK = Check(
    id="runbook-part-missing",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="a runbook entry without one of the parts that a person needs",
    find=find,
)
