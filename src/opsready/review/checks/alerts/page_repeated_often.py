"""A pager that repeats itself every few minutes."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.promql.literals import format_duration
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# Long enough to get up, look, and begin; Alertmanager's own default is four hours.
REPEATS_AT_LEAST_S = 1800


def find(case: Case) -> Iterator[Finding]:
    """One finding a route to a pager with a short repeat interval of its own."""
    for config in case.pack.documents(Alertmanager):
        for route in config.route.walk() if config.route else ():
            receiver = config.receiver(route.receiver or "")
            own = "repeat_interval" in route.lines or "receiver" in route.lines
            if receiver and receiver.wakes and own and route.repeat_interval_s < REPEATS_AT_LEAST_S:
                every = format_duration(int(route.repeat_interval_s * 1000))
                yield Finding(
                    config.path,
                    route.line_of("repeat_interval"),
                    f"`{receiver.name}` is called again every {every} while an alert fires",
                    "Repeat a page after hours (`repeat_interval: 4h`); the pager itself escalates "
                    "what nobody takes.",
                )


CHECK = Check(
    id="page-repeated-often",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a pager that repeats itself every few minutes",
    find=find,
)
