"""The alerts of one rule, evaluation by evaluation: for what cannot be done over all at once."""

from collections.abc import Collection
from dataclasses import dataclass

from opsready.alerting.groups import AlertingRule
from opsready.promql.labels import Labels


@dataclass
class Active:
    """An alert that is pending or firing."""

    since_ms: int
    fires: bool = False
    missed_at_ms: int | None = None


class ActiveAlerts:
    """What is active now; `evaluate` moves on to the next time."""

    def __init__(self, rule: AlertingRule, limit: int = 0) -> None:
        self._rule = rule
        self._limit = limit
        self.alerts: dict[Labels, Active] = {}

    def evaluate(self, at_ms: int, given: Collection[Labels]) -> bool:
        """Whether the rule holds; False where more are active than its limit allows."""
        for labels in given:
            self.alerts.setdefault(labels, Active(at_ms)).missed_at_ms = None
        for labels in [labels for labels in self.alerts if labels not in given]:
            if not self._is_kept(self.alerts[labels], at_ms):
                del self.alerts[labels]
        for alert in self.alerts.values():
            alert.fires = alert.fires or at_ms - alert.since_ms >= self._rule.for_ms
        if 0 < self._limit < len(self.alerts):
            self.alerts.clear()
            return False
        return True

    def _is_kept(self, alert: Active, at_ms: int) -> bool:
        if not alert.fires or self._rule.keep_firing_for_ms <= 0:
            return False
        alert.missed_at_ms = at_ms if alert.missed_at_ms is None else alert.missed_at_ms
        return at_ms - alert.missed_at_ms < self._rule.keep_firing_for_ms
