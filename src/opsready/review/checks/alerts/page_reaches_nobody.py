"""A page that is routed to a receiver that tells nobody."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a paging alert and configuration by which it is dropped."""
    configs = case.pack.documents(Alertmanager)
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        if not alert.pages:
            continue
        for config in configs:
            reached = config.receivers_of(alert.known_labels)
            if reached and not any(receiver.integrations for receiver in reached):
                names = ", ".join(f"`{receiver.name}`" for receiver in reached)
                yield Finding(
                    alert.path,
                    alert.line,
                    f"`{alert.name}` is to wake a person, but is routed to {names}, which tells "
                    "nobody",
                    f"Add a route for `{_urgency(alert)}` to a receiver that pages.",
                    related=tuple(
                        Place(config.path, receiver.line, "has no integration")
                        for receiver in reached
                    ),
                )


def _urgency(alert: Alert) -> str:
    name = next((n for n, v in alert.labels.items() if v.strip().lower() == alert.severity), "")
    return f'{name}="{alert.labels.get(name, "")}"'


CHECK = Check(
    id="page-reaches-nobody",
    mandate="SRE-4",
    severity=Severity.BLOCKER,
    title="a page that is routed to a receiver that tells nobody",
    find=find,
)
