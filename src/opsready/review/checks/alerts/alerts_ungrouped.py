"""A pager that is called once for every series."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a route to a pager that does not group."""
    for config in case.pack.documents(Alertmanager):
        for route in config.route.walk() if config.route else ():
            receiver = config.receiver(route.receiver or "")
            if receiver is not None and receiver.wakes and "..." in route.group_by:
                yield Finding(
                    config.path,
                    route.line,
                    f"`{receiver.name}` is called once for every series: `group_by: ['...']` "
                    "switches grouping off",
                    "Group by what one person handles as one incident: `[alertname, service]`.",
                )


CHECK = Check(
    id="alerts-ungrouped",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a pager that is called once for every series",
    find=find,
)
