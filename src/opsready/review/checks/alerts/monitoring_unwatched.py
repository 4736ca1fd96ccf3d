"""Alerting whose own death nobody would notice."""

import re
from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.expression import constant
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.promql.nodes import Selector
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

_ALWAYS = re.compile(r"watch_?dog|dead_?man|heart_?beat|always_?firing|snitch", re.IGNORECASE)


def find(case: Case) -> Iterator[Finding]:
    """One finding a configuration that pages, in a tree without an alert that always fires."""
    alerts = case.pack.bundle.assembled(RuleBook).alerts
    paging = [alert for alert in alerts if alert.pages]
    if not paging or any(_always_fires(alert) for alert in alerts):
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


def _always_fires(alert: Alert) -> bool:
    root = alert.expression.root
    number = constant(root) if root is not None and not isinstance(root, Selector) else None
    return number is not None or bool(_ALWAYS.search(alert.name))


CHECK = Check(
    id="monitoring-unwatched",
    mandate="SRE-4",
    severity=Severity.ADVICE,
    title="alerting that nobody would miss",
    find=find,
)
