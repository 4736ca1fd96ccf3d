"""An alert that always fires, among others that people read."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding an always-firing alert and configuration that sends it to people."""
    alerts = case.pack.bundle.assembled(RuleBook).alerts
    others = [alert for alert in alerts if not alert.always_fires]
    for config in case.pack.documents(Alertmanager):
        shared = {
            receiver.name
            for alert in others
            for receiver in config.receivers_of(alert.known_labels) or ()
        }
        for alert in alerts:
            if not alert.always_fires:
                continue
            for receiver in config.receivers_of(alert.known_labels) or ():
                if receiver.wakes or receiver.name in shared:
                    yield Finding(
                        alert.path,
                        alert.line,
                        f"`{alert.name}` fires all the time, and goes to `{receiver.name}`, where "
                        "people read: nobody misses it there when it stops",
                        "Route it to something outside that nothing else goes to, and that calls "
                        "a person when it stops coming.",
                        related=(Place(config.path, receiver.line, "where it goes"),),
                    )


CHECK = Check(
    id="deadman-without-route",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a dead man's switch among alerts for people",
    find=find,
)
