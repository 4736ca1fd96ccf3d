"""An alert that can wait, and is sent to a pager."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

_CAN_WAIT = frozenset(
    {"warning", "warn", "ticket", "info", "informational", "notice", "minor", "low"}
)


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert with a severity that can wait, sent where people are woken, in a
    configuration that tells severities apart."""
    for config in case.pack.documents(Alertmanager):
        labels = {
            m.label for r in (config.route.walk() if config.route else ()) for m in r.matchers
        }
        if "severity" not in labels:
            continue
        for alert in case.pack.bundle.assembled(RuleBook).alerts:
            said = alert.labels.get("severity", "").strip().lower()
            if said not in _CAN_WAIT or alert.pages:
                continue
            reached = config.receivers_of(alert.known_labels) or []
            for receiver in reached:
                if receiver.wakes:
                    yield Finding(
                        alert.path,
                        alert.line,
                        f'`{alert.name}` has the severity "{said}", and is sent to '
                        f"`{receiver.name}`, which wakes a person",
                        "Route it to a channel or a tracker.",
                        related=(Place(config.path, receiver.line, "where it goes"),),
                    )


CHECK = Check(
    id="ticket-wakes-somebody",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="an alert that can wait and wakes somebody",
    find=find,
)
