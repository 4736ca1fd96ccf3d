"""Every check, one line each, in the order of their mandates."""

from opsready.review.check import Check
from opsready.review.checks.alerts import (
    alert_can_never_fire,
    alert_duplicated,
    alert_label_dropped,
    alert_on_instant_spike,
    alert_on_raw_counter,
    alert_without_action,
    alert_without_severity,
    inhibition_label_missing,
    page_on_single_event,
    page_reaches_nobody,
    page_that_can_wait,
    percent_threshold,
    routing_refused,
    rule_refused,
)
from opsready.review.checks.deploy import (
    void_allowance,
)
from opsready.review.checks.runbooks import (
    diagnosis_without_expectation,
    escalation_without_figure,
    remedy_before_diagnosis,
    runbook_link_dead,
    runbook_names_missing_file,
    runbook_only_escalates,
    runbook_part_missing,
    runbook_placeholder,
    runbook_step_without_command,
)
from opsready.review.checks.slos import (
    slo_figures_disagree,
    slo_without_budget,
    slo_without_burn_alert,
    slo_without_indicator,
    slo_without_policy,
    slo_without_window,
)

CHECKS: tuple[Check, ...] = (
    void_allowance.CHECK,
    alert_on_raw_counter.CHECK,
    page_on_single_event.CHECK,
    slo_without_budget.CHECK,
    slo_without_burn_alert.CHECK,
    slo_without_policy.CHECK,
    slo_without_window.CHECK,
    diagnosis_without_expectation.CHECK,
    escalation_without_figure.CHECK,
    remedy_before_diagnosis.CHECK,
    runbook_link_dead.CHECK,
    runbook_names_missing_file.CHECK,
    runbook_only_escalates.CHECK,
    runbook_part_missing.CHECK,
    runbook_placeholder.CHECK,
    runbook_step_without_command.CHECK,
    alert_can_never_fire.CHECK,
    alert_duplicated.CHECK,
    alert_label_dropped.CHECK,
    alert_on_instant_spike.CHECK,
    alert_without_action.CHECK,
    alert_without_severity.CHECK,
    inhibition_label_missing.CHECK,
    page_reaches_nobody.CHECK,
    page_that_can_wait.CHECK,
    percent_threshold.CHECK,
    routing_refused.CHECK,
    rule_refused.CHECK,
    slo_figures_disagree.CHECK,
    slo_without_indicator.CHECK,
)
