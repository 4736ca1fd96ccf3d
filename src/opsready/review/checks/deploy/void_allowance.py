"""An allowance that allows nothing: no reason, no end, past its end, or of an unknown check."""

from collections.abc import Iterator

from opsready.review.allow import FORM, read_allowances
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding an allowance that is void."""
    for allowance in read_allowances(case.pack.bundle):
        fault = allowance.fault(case.today, case.checks)
        if fault is not None:
            yield Finding(
                allowance.path,
                allowance.line,
                f"this allowance of `{allowance.check or '?'}` is void: {fault}",
                f"Mend what it allows and take it away, or write `{FORM}`.",
            )


CHECK = Check(
    id="void-allowance",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="an allowance that allows nothing",
    find=find,
)
