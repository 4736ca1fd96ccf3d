"""An inhibition that asks for a label to be equal that no alert has."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a label of `equal` that no alert on either side has."""
    alerts = case.pack.bundle.assembled(RuleBook).alerts
    configs = case.pack.documents(Alertmanager)
    if any(config.inhibitions for config in configs) and not alerts:
        raise NotRun("the tree has no alert rules to hold the inhibitions against")
    for config in configs:
        for inhibition in config.inhibitions:
            sides = (inhibition.source, inhibition.target)
            concerned = [alert for side in sides for alert in alerts if alert.may_pass(side)]
            for label in inhibition.equal:
                if concerned and not any(alert.may_have(label) for alert in concerned):
                    yield Finding(
                        config.path,
                        inhibition.equal_line,
                        f"no alert of this inhibition has the label `{label}`, and labels missing "
                        "on both sides count as equal: one source mutes every target",
                        f"Name a label that the alerts on both sides have, or add `{label}` to "
                        "them.",
                    )


CHECK = Check(
    id="inhibition-label-missing",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="an inhibition by a label that no alert has",
    find=find,
)
