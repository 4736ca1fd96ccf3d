"""An inhibition that asks for nothing to be equal."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding an inhibition by which one alert mutes a whole severity."""
    for config in case.pack.documents(Alertmanager):
        for inhibition in config.inhibitions:
            broad = {matcher.label for matcher in inhibition.target} <= {"severity"}
            wide = {matcher.label for matcher in inhibition.source} <= {"severity"}
            if not inhibition.equal and broad and wide:
                yield Finding(
                    config.path,
                    inhibition.line,
                    "this inhibition has no `equal`: one alert that fires anywhere mutes every "
                    "target everywhere",
                    "Say which labels must agree, such as `equal: [alertname, service, cluster]`.",
                )


CHECK = Check(
    id="inhibition-without-equal",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="one alert that mutes those of every other service",
    find=find,
)
