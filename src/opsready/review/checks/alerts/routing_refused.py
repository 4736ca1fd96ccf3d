"""An Alertmanager configuration that names what is not there."""

from collections import Counter
from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.document import Unparsable
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a fault for which Alertmanager would not load its configuration."""
    for config in case.pack.documents(Alertmanager):
        for fault in (*config.faults, *_missing(config), *_doubled(config)):
            yield Finding(
                fault.path,
                fault.line,
                "Alertmanager refuses this configuration, and no alert reaches anybody: "
                f"{fault.why}",
                "Mend it, and let CI load it (`amtool check-config`).",
            )


def _missing(config: Alertmanager) -> Iterator[Unparsable]:
    for route in config.route.walk() if config.route else ():
        if route.receiver is None:
            yield Unparsable(config.path, route.line, "the first route names no receiver")
        elif config.receiver(route.receiver) is None:
            why = f"there is no receiver `{route.receiver}`"
            yield Unparsable(config.path, route.receiver_line, why)
        for interval, line in route.intervals:
            if interval not in config.intervals:
                yield Unparsable(config.path, line, f"there is no time interval `{interval}`")


def _doubled(config: Alertmanager) -> Iterator[Unparsable]:
    names = Counter(receiver.name for receiver in config.receivers)
    for receiver in config.receivers:
        if names[receiver.name] > 1:
            why = f"two receivers are called `{receiver.name}`"
            yield Unparsable(config.path, receiver.line, why)


CHECK = Check(
    id="routing-refused",
    mandate="SRE-4",
    severity=Severity.BLOCKER,
    title="an Alertmanager configuration that names what is not there",
    find=find,
)
