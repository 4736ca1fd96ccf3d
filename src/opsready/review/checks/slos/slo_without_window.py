"""An objective that does not say over which time it holds."""

from collections.abc import Iterator

from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.review.promise import promises


def find(case: Case) -> Iterator[Finding]:
    """One finding an objective without a window."""
    for promise in promises(case):
        if promise.sure and not promise.has_window:
            yield Finding(
                promise.path,
                promise.line,
                f"the objective `{promise.name}` has no window: nothing says over which time it "
                "is measured, so it has no budget that could be spent",
                "Say over which time it holds, such as 30 days, rolling.",
            )


CHECK = Check(
    id="slo-without-window",
    mandate="SRE-2",
    severity=Severity.WARNING,
    title="an objective that does not say over which time it holds",
    find=find,
)
