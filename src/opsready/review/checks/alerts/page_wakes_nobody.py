"""A page that is sent to a channel, though there is a pager."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

_SILENT = frozenset(
    {"slack", "email", "discord", "msteams", "msteamsv2", "telegram", "webex", "rocketchat"}
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a paging alert that reaches channels alone, in a configuration with a pager."""
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        for config in case.pack.documents(Alertmanager) if alert.pages else ():
            reached = config.receivers_of(alert.known_labels) or []
            kinds = [kind for receiver in reached for kind in receiver.integrations]
            if kinds and set(kinds) <= _SILENT and any(r.wakes for r in config.receivers):
                names = ", ".join(f"`{receiver.name}`" for receiver in reached)
                yield Finding(
                    alert.path,
                    alert.line,
                    f"`{alert.name}` is to wake a person, and is sent to {names} alone, by "
                    f"{' and '.join(sorted(set(kinds)))}",
                    "Add a route for its severity to the receiver that pages.",
                    related=tuple(Place(config.path, r.line, "where it goes") for r in reached),
                )


CHECK = Check(
    id="page-wakes-nobody",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a page that is sent where nobody is woken",
    find=find,
)
