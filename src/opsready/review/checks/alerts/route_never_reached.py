"""A route that an earlier one beside it takes everything from."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager, Route
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a route whose alerts all stop at an earlier sibling."""
    for config in case.pack.documents(Alertmanager):
        for parent in config.route.walk() if config.route else ():
            for number, route in enumerate(parent.routes):
                taker = next((e for e in parent.routes[:number] if _takes_all(e, route)), None)
                if taker is not None:
                    yield Finding(
                        config.path,
                        route.line,
                        f"no alert comes to this route of `{route.receiver}`: the one of "
                        f"`{taker.receiver}` above it takes all of them and does not `continue`",
                        "Move it up, or write `continue: true` above.",
                        related=(Place(config.path, taker.line, "takes them"),),
                    )


def _takes_all(earlier: Route, later: Route) -> bool:
    """Whether whatever passes the later one's matchers passes the earlier one's. A time in which
    it is muted stops no alert from being taken."""
    return not earlier.continues and set(earlier.matchers) <= set(later.matchers)


CHECK = Check(
    id="route-never-reached",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a route that an earlier one takes everything from",
    find=find,
)
