"""An inhibition by a label that the alerts of one side alone have."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a label of `equal` that some alert of one side has and none of the other."""
    alerts = case.pack.bundle.assembled(RuleBook).alerts
    configs = case.pack.documents(Alertmanager)
    if any(config.inhibitions for config in configs) and not alerts:
        raise NotRun("the tree has no alert rules to hold the inhibitions against")
    for config in configs:
        for inhibition in config.inhibitions:
            muting = [alert for alert in alerts if alert.may_pass(inhibition.source)]
            muted = [alert for alert in alerts if alert.may_pass(inhibition.target)]
            for label in inhibition.equal if muting and muted else ():
                have = [any(a.may_have(label) for a in side) for side in (muting, muted)]
                if have[0] == have[1]:
                    continue
                with_it, without = ("mute", muted) if have[0] else ("are muted", muting)
                yield Finding(
                    config.path,
                    inhibition.equal_line,
                    f"the label `{label}` is on the alerts that {with_it} alone: it never agrees, "
                    "and nothing is muted",
                    f"Add `{label}` to the alerts of the other side, or take it out of `equal`.",
                    related=tuple(
                        Place(a.path, a.line, f"`{a.name}` lacks it") for a in without[:3]
                    ),
                )


CHECK = Check(
    id="inhibition-label-one-sided",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="an inhibition by a label that one side alone has",
    find=find,
)
