"""Every check, one line each, in the order of their mandates."""

from opsready.review.check import Check
from opsready.review.checks.alerts import (
    alert_can_never_fire,
    alert_duplicated,
    alert_on_instant_spike,
    alert_on_raw_counter,
    alert_without_action,
    alert_without_severity,
    page_on_single_event,
    percent_threshold,
)
from opsready.review.checks.deploy import (
    void_allowance,
)

CHECKS: tuple[Check, ...] = (
    void_allowance.CHECK,
    alert_on_raw_counter.CHECK,
    page_on_single_event.CHECK,
    alert_can_never_fire.CHECK,
    alert_duplicated.CHECK,
    alert_on_instant_spike.CHECK,
    alert_without_action.CHECK,
    alert_without_severity.CHECK,
    percent_threshold.CHECK,
)
