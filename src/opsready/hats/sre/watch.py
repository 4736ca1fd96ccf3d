"""What the SRE decides once, from spec and facts: signals, indicators, alerts, what is left out.

Producers only render it, so that a name is the same in rules, routing, dashboards and runbooks.
"""

from dataclasses import dataclass

from opsready.facts.fact import Facts
from opsready.hats.ecs import deploys_to_ecs
from opsready.hats.pack import LeftOut
from opsready.hats.sre.alert import (
    ALERTING,
    OBJECTIVES,
    RECORDING,
    RUNBOOKS,
    WatchedAlert,
    service_dashboard,
    slo_dashboard,
)
from opsready.hats.sre.alerts import alerts_of
from opsready.hats.sre.signals import Series, Signals, signals_of
from opsready.hats.sre.sli import Sli, slis_of, unheard_objectives
from opsready.spec.spec import Dependency, Spec

__all__ = [
    "ALERTING",
    "OBJECTIVES",
    "RECORDING",
    "RUNBOOKS",
    "LeftOut",
    "Series",
    "Signals",
    "Sli",
    "Watch",
    "WatchedAlert",
    "watch_of",
]


@dataclass(frozen=True)
class Watch:
    """`service` is the value of the label `service` on every rule. `left_out` is said in
    `docs/operations/slo.md`; `repository` is `owner/name`, None where nobody named it;
    `dependencies` are all of the spec's, watched or not. Where it is not `is_measured` neither a
    metric of the service is known nor a page that would show some: no alert could ever fire."""

    service: str
    signals: Signals
    slis: tuple[Sli, ...] = ()
    alerts: tuple[WatchedAlert, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    repository: str | None = None
    dependencies: tuple[Dependency, ...] = ()
    is_measured: bool = True

    def link(self, path: str) -> str:
        """Where a file of the tree is read: its URL, or its path where no repository is named."""
        return f"https://github.com/{self.repository}/blob/main/{path}" if self.repository else path

    def annotations(self, alert: WatchedAlert) -> dict[str, str]:
        """What the rule of an alert says."""
        return {
            "summary": alert.summary,
            "description": alert.description,
            "runbook_url": self.link(alert.runbook),
            "dashboard_url": self.link(alert.dashboard),
        }

    @property
    def groups(self) -> dict[str, list[WatchedAlert]]:
        """The alerts by the name of their rule group: those of one objective together, then the
        rest."""
        found: dict[str, list[WatchedAlert]] = {}
        for alert in self.alerts:
            about = f"alerts-{alert.slo}" if alert.slo else "alerts"
            found.setdefault(f"{self.service}-{about}", []).append(alert)
        return found

    @property
    def service_dashboard(self) -> str:
        """The path of the dashboard of the service's signals."""
        return service_dashboard(self.service)

    @property
    def slo_dashboard(self) -> str:
        """The path of the dashboard of budgets and burn rates."""
        return slo_dashboard(self.service)


def watch_of(spec: Spec, facts: Facts) -> Watch:
    """Everything that the SRE decides; the same spec and facts give the same."""
    operations = spec.operations
    signals = signals_of(operations, facts)
    measured = list(slis_of(operations, signals, facts))
    slis = tuple(each for each in measured if isinstance(each, Sli))
    unheard = tuple(unheard_objectives(facts))
    has_runbooks = deploys_to_ecs(spec, facts)
    decided = list(alerts_of(operations, signals, slis, facts, has_runbooks=has_runbooks))
    return Watch(
        operations.service.name,
        signals,
        slis,
        tuple(each for each in decided if isinstance(each, WatchedAlert)),
        (*unheard, *(each for each in (*measured, *decided) if isinstance(each, LeftOut))),
        operations.target.repository if operations.target else None,
        tuple(operations.dependencies),
        bool(signals.shown) or operations.health.metrics is not None,
    )
