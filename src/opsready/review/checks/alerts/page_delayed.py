"""A pager that is called minutes after the alert fires."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.promql.literals import format_duration
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# Prometheus waited already (`for`); Alertmanager's own default is 30 seconds.
WAITS_AT_MOST_S = 120


def find(case: Case) -> Iterator[Finding]:
    """One finding a route to a pager that waits long before the first notification."""
    for config in case.pack.documents(Alertmanager):
        for route in config.route.walk() if config.route else ():
            receiver = config.receiver(route.receiver or "")
            if receiver and receiver.wakes and route.group_wait_s > WAITS_AT_MOST_S:
                waits = format_duration(int(route.group_wait_s * 1000))
                yield Finding(
                    config.path,
                    route.line_of("group_wait"),
                    f"`{receiver.name}` is called {waits} after an alert fires: `group_wait` comes "
                    "on top of the alert's own `for`",
                    "Wait 10s to 30s for alerts of the same group.",
                )


CHECK = Check(
    id="page-delayed",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a pager that is called minutes after the alert",
    find=find,
)
