"""A receiver that no route names."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a receiver with integrations that nothing is sent to."""
    for config in case.pack.documents(Alertmanager):
        named = {route.receiver for route in (config.route.walk() if config.route else ())}
        for receiver in config.receivers:
            if receiver.integrations and receiver.name not in named:
                yield Finding(
                    config.path,
                    receiver.line,
                    f"no route names the receiver `{receiver.name}`: it is told nothing",
                    "Add the route that was meant, or delete the receiver.",
                )


CHECK = Check(
    id="receiver-unused",
    mandate="SRE-4",
    severity=Severity.ADVICE,
    title="a receiver that no route names",
    find=find,
)
