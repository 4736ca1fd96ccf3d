"""An alert as the SRE decides it, and where what it leads to lies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from opsready.promql.literals import duration_ms
from opsready.spec.sections.service import slug

About = Literal[
    "burn",
    "error_ratio",
    "latency",
    "traffic_drop",
    "saturation",
    "dependency",
    "no_data",
    "deadman",
]
"""What an alert can be about."""

OBJECTIVES = "docs/operations/slo.md"
"""The page of what healthy is, and of each objective."""
RUNBOOKS = "docs/operations/runbooks"
"""The folder of the runbook entries."""
RECORDING = "monitoring/prometheus/recording.rules.yml"
"""The recording rules."""
ALERTING = "monitoring/prometheus/alerts.rules.yml"
"""The alerting rules."""


@dataclass(frozen=True)
class WatchedAlert:
    """One alert as every file names it. `labels` are those that its rule carries and that routing
    and inhibition match, `given` those that its expression adds; `runbook` and `dashboard` are
    paths below the root of the tree. `tier` is that of a burn alert, and `spent` where the whole
    budget is gone; `bound` is the share or figure that it compares with."""

    name: str
    about: About
    expr: str
    for_: str
    severity: Literal["page", "ticket", "none"]
    summary: str
    description: str
    runbook: str
    dashboard: str
    slo: str | None = None
    tier: str | None = None
    dependency: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    bound: Fraction | None = None

    @property
    def for_s(self) -> int:
        """How long its condition must hold, in seconds."""
        return duration_ms(self.for_) // 1000 if self.for_ else 0

    @property
    def entry(self) -> str:
        """The name of its runbook entry."""
        return self.runbook.rpartition("/")[2].removesuffix(".md")


def service_dashboard(service: str) -> str:
    """The path of the dashboard of a service's signals."""
    return f"monitoring/grafana/{slug(service)}-service.json"


def slo_dashboard(service: str) -> str:
    """The path of the dashboard of its budgets and burn rates."""
    return f"monitoring/grafana/{slug(service)}-slo.json"
