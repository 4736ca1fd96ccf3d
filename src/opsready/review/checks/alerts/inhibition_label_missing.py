"""An inhibition that asks for a label to be equal that no alert has."""

from collections.abc import Iterator

from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a label of `equal` that no alert on either side has."""
    for each in case.inhibitions:
        concerned = (*each.muting, *each.muted)
        for label in each.inhibition.equal:
            if concerned and not any(alert.may_have(label) for alert in concerned):
                yield Finding(
                    each.path,
                    each.inhibition.equal_line,
                    f"no alert of this inhibition has the label `{label}`, and labels missing "
                    "on both sides count as equal: one source mutes every target",
                    f"Name a label that the alerts on both sides have, or add `{label}` to them.",
                )


CHECK = Check(
    id="inhibition-label-missing",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="an inhibition by a label that no alert has",
    find=find,
)
