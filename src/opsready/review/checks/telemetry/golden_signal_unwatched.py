"""Latency, errors or traffic that nothing watches."""

from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.documents.expression import Expression
from opsready.documents.golden_signal import Signal, signals_of
from opsready.documents.openslo import SloFile
from opsready.documents.rulebook import RuleBook
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a signal that no rule, objective or panel of a service's tree reads."""
    watched = list(_watched(case))
    if not case.facts.of(Claim.ROUTE, Claim.FRAMEWORK, Claim.HEALTH_ROUTE, Claim.START_COMMAND):
        raise NotRun("the tree has no service of which the signals could be watched")
    if not watched:
        raise NotRun("the tree has no rules, objectives or dashboards")
    seen = {signal for expression in watched for signal in signals_of(expression)}
    first = min(watched, key=lambda expression: (expression.path, expression.line))
    for signal in Signal:
        if signal not in seen:
            yield Finding(
                first.path,
                first.line,
                f"nothing watches the {signal} of the service: no rule, objective or panel reads "
                f"{_READ[signal]}",
                f"Add an objective or an alert on the {signal}, and a panel that shows it.",
            )


_READ = {
    Signal.LATENCY: "a duration",
    Signal.ERRORS: "failures or status codes",
    Signal.TRAFFIC: "the rate of a counter",
}


def _watched(case: Case) -> Iterator[Expression]:
    yield from case.pack.bundle.assembled(RuleBook).expressions()
    for file in case.pack.documents(SloFile):
        yield from file.queries
    for dashboard in case.pack.documents(Dashboard):
        for panel in dashboard.panels:
            yield from panel.queries


CHECK = Check(
    id="golden-signal-unwatched",
    mandate="DONE-2",
    severity=Severity.WARNING,
    title="latency, errors or traffic that nothing watches",
    find=find,
)
