"""A check reads, and reports findings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from opsready.documents.alertmanager import Alertmanager, Inhibition
from opsready.documents.dashboard import Dashboard
from opsready.documents.expression import Expression
from opsready.documents.openslo import SloFile
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.facts.automation import Automation, read_automation
from opsready.facts.fact import Facts
from opsready.hats.pack import Pack
from opsready.review.finding import Finding, Severity
from opsready.spec.spec import Spec


@dataclass(frozen=True)
class Case:
    """What a check may look at; `checks` are the ids of all that there are, and of the linters,
    whose rules are their own, with a slash behind."""

    facts: Facts
    spec: Spec
    pack: Pack
    today: date = field(default_factory=date.today)
    checks: tuple[str, ...] = ()

    @property
    def automation(self) -> Automation:
        """What the tree's pipelines and scripts do."""
        return read_automation(self.pack.bundle)

    @property
    def queries(self) -> Iterator[tuple[str, Expression]]:
        """All that is asked of Prometheus, each with who asks, in words: rules, objectives and
        panels."""
        for name, expression in self.pack.bundle.assembled(RuleBook).named_expressions():
            yield f"`{name}`", expression
        for file in self.pack.documents(SloFile):
            for query in file.queries:
                yield "the objective", query
        for dashboard in self.pack.documents(Dashboard):
            for panel in dashboard.panels:
                for query in panel.queries:
                    yield f'the panel "{panel.title}"', query

    @property
    def inhibitions(self) -> Iterator["Inhibited"]:
        """Every inhibition, with the alerts that it concerns. Raises `NotRun` where there are
        inhibitions and no alerts."""
        alerts = self.pack.bundle.assembled(RuleBook).alerts
        for config in self.pack.documents(Alertmanager):
            for each in config.inhibitions:
                if not alerts:
                    raise NotRun("the tree has no alert rules to hold the inhibitions against")
                muting, muted = (
                    tuple(alert for alert in alerts if alert.may_pass(side))
                    for side in (each.source, each.target)
                )
                yield Inhibited(config.path, each, muting, muted)


@dataclass(frozen=True)
class Inhibited:
    """An inhibition of a file, the alerts that may mute by it, and those that may be muted."""

    path: str
    inhibition: Inhibition
    muting: tuple[Alert, ...]
    muted: tuple[Alert, ...]


class NotRun(Exception):
    """Raised by a check that cannot judge this case; the text says why.

    Raised after some findings it leaves them standing: the rest was not judged.
    """


class NotGiven(NotRun):
    """Raised by a check of what need not be there, such as recorded metrics: nobody gave it, and
    its mandate is judged without."""


@dataclass(frozen=True)
class Check:
    """`id` states the fault and reads well after "allow"; `find` yields one finding a fault.

    The review gives each finding the check's id, mandate and severity.
    """

    id: str
    mandate: str
    severity: Severity
    title: str
    find: Callable[[Case], Iterator[Finding]]
