"""A pager that is never told that an alert is over."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding an integration that wakes people and leaves ends out."""
    for config in case.pack.documents(Alertmanager):
        for receiver in config.receivers:
            for kind, line in receiver.unresolved if receiver.wakes else ():
                yield Finding(
                    config.path,
                    line,
                    f"`{receiver.name}` does not tell {kind} when an alert ends: incidents stay "
                    "open until a person closes each, and the next alert joins an old one",
                    "Leave `send_resolved` at its default, true.",
                )


CHECK = Check(
    id="end-not-told",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a pager that is never told that it is over",
    find=find,
)
