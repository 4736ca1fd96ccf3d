"""An inhibition by a label that the alerts of one side alone have."""

from collections.abc import Iterator

from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a label of `equal` that some alert of one side has and none of the other."""
    for each in case.inhibitions:
        for label in each.inhibition.equal if each.muting and each.muted else ():
            have = [any(a.may_have(label) for a in side) for side in (each.muting, each.muted)]
            if have[0] == have[1]:
                continue
            with_it, without = ("mute", each.muted) if have[0] else ("are muted", each.muting)
            yield Finding(
                each.path,
                each.inhibition.equal_line,
                f"the label `{label}` is on the alerts that {with_it} alone: it never agrees, "
                "and nothing is muted",
                f"Add `{label}` to the alerts of the other side, or take it out of `equal`.",
                related=tuple(Place(a.path, a.line, f"`{a.name}` lacks it") for a in without[:3]),
            )


CHECK = Check(
    id="inhibition-label-one-sided",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="an inhibition by a label that one side alone has",
    find=find,
)
