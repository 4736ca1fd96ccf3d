"""Alerting whose own death nobody would notice."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a configuration that pages, in a tree without an alert that always fires."""
    alerts = case.pack.bundle.assembled(RuleBook).alerts
    paging = [alert for alert in alerts if alert.pages]
    if not paging or any(alert.always_fires for alert in alerts):
        return
    for config in case.pack.documents(Alertmanager):
        if any(receiver.wakes for receiver in config.receivers):
            yield Finding(
                config.path,
                config.route.line if config.route else 1,
                "no alert fires all the time: when Prometheus or Alertmanager dies, it is as quiet "
                "as on a good day",
                "Add an alert on `vector(1)`, and route it to something outside that calls a "
                "person when it stops coming.",
                related=(
                    Place(paging[0].path, paging[0].line, f"`{paging[0].name}` would be missed"),
                ),
            )


CHECK = Check(
    id="monitoring-unwatched",
    mandate="SRE-4",
    severity=Severity.ADVICE,
    title="alerting that nobody would miss",
    find=find,
)
