"""Every probe, one line each, in the order in which they share a stage: what stops the service
comes last, and what needs no service after it."""

from opsready.rehearsal.probe import Probe
from opsready.rehearsal.probes import (
    alert_fires_in_time,
    alert_stays_quiet,
    image_builds,
    metrics_are_emitted,
    old_release_on_new_schema,
    pipeline_steps_run,
    readiness_follows_dependency,
    routing_reaches_receiver,
    rules_pass_their_tests,
    runbook_diagnosis_runs,
    service_starts_healthy,
    sigterm_loses_nothing,
    slo_tiers_reachable,
    terraform_plans_and_applies,
)

PROBES: tuple[Probe, ...] = (
    service_starts_healthy.PROBE,
    readiness_follows_dependency.PROBE,
    metrics_are_emitted.PROBE,
    runbook_diagnosis_runs.PROBE,
    alert_stays_quiet.PROBE,
    alert_fires_in_time.PROBE,
    sigterm_loses_nothing.PROBE,
    old_release_on_new_schema.PROBE,
    rules_pass_their_tests.PROBE,
    slo_tiers_reachable.PROBE,
    routing_reaches_receiver.PROBE,
    image_builds.PROBE,
    pipeline_steps_run.PROBE,
    terraform_plans_and_applies.PROBE,
)
