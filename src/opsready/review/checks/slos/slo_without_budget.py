"""An objective that leaves nothing to fail, or none that says how much may."""

from collections.abc import Iterator

from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.review.promise import promises


def find(case: Case) -> Iterator[Finding]:
    """One finding an objective of 100 %, of none, or without a target."""
    for promise in promises(case):
        target = promise.target_ratio
        if target is not None and 0 < target < 1:
            continue
        if target is None:
            fault = "has no target, so nothing says how much may fail"
        elif target >= 1:
            fault = "is 100 %: its error budget is nothing, and every failure breaks it"
        else:
            fault = "is 0 %: nothing can break it"
        yield Finding(
            promise.path,
            promise.line,
            f"the objective `{promise.name}` {fault}",
            "Promise what users need and no more, such as 99.9 %; the rest is the error budget.",
        )


CHECK = Check(
    id="slo-without-budget",
    mandate="SRE-2",
    severity=Severity.BLOCKER,
    title="an objective that leaves no error budget",
    find=find,
)
