"""Sentences judged by hand before the compiler existed: what a careful reader says of each.

A sentence is verifiable when every part of it is something that a check reads or a probe tries;
`by` then names the probes, exactly, and the mandates whose checks must be among the answer (a
mandate was taken out again where its checks, when they came, said nothing of the sentence). For
the others `fault` says what is wrong with the sentence, and `names` a part that the answer must
name:

vague        names no step, signal, figure or object that could be shown to be false
optional     says what may be, not what is
contradicts  asks for the opposite of a mandate or of a good sentence
unverified   is clear, but nothing here reads or tries (a part of) it
outside      is no claim about how the service is operated
"""

from typing import NamedTuple

PIPELINE = "OPS-5 terraform_plans_and_applies pipeline_steps_run"
RUNBOOK = "DONE-3 runbook_diagnosis_runs"
STEPS = "SRE-3 runbook_diagnosis_runs"
ALERT = "SRE-1 rules_pass_their_tests alert_fires_in_time metrics_are_emitted"
ROUTE = "routing_reaches_receiver"
FAST = "OPS-4 service_starts_healthy"
DEPENDS = "OPS-4 readiness_follows_dependency"
ROLLBACK = "OPS-3 pipeline_steps_run"
SLO = "SRE-2 slo_tiers_reachable"
BURN = "SRE-2 rules_pass_their_tests slo_tiers_reachable"


class Judged(NamedTuple):
    text: str
    by: str = ""
    fault: str = ""
    names: str = ""


# The seven of the design, a paraphrase and a negation of each.
SEVEN = (
    Judged(
        "Deployment pipeline runs `terraform plan` in CI and requires approval before `apply`",
        by=f"{PIPELINE} OPS-1",
    ),
    Judged(
        "Every change goes through `terraform plan` in the CI workflow, and nothing is applied "
        "until somebody has approved it",
        by=f"{PIPELINE} OPS-1",
    ),
    Judged(
        "Deployment pipeline does not run `terraform plan` in CI and does not require approval "
        "before `apply`",
        fault="contradicts",
        names="terraform plan",
    ),
    Judged(
        "Runbook covers: service restart, database failover, cache flush, and certificate "
        "rotation with step-by-step commands",
        by=f"{RUNBOOK} SRE-3",
    ),
    Judged(
        "There is a runbook with the exact commands, step by step, for restarting the service, "
        "failing over the database, flushing the cache and rotating certificates",
        by=f"{RUNBOOK} SRE-3",
    ),
    Judged(
        "Runbook does not cover service restart, database failover, cache flush or certificate "
        "rotation",
        fault="contradicts",
        names="service restart",
    ),
    Judged(
        "Alerts fire when error rate exceeds 1% over 5 minutes, with PagerDuty routing",
        by=f"{ALERT} {ROUTE}",
    ),
    Judged(
        "If more than 1 percent of requests fail for five minutes, an alert is raised and "
        "delivered to PagerDuty",
        by=f"{ALERT} {ROUTE}",
    ),
    Judged(
        "Alerts do not fire when error rate exceeds 1% over 5 minutes, and are not routed to "
        "PagerDuty",
        fault="contradicts",
        names="error rate",
    ),
    Judged(
        "Health check endpoint responds within 5 seconds and verifies database connectivity",
        by=f"{FAST} {DEPENDS}",
    ),
    Judged(
        "The readiness endpoint answers in under five seconds, and fails when the database "
        "cannot be reached",
        by=f"{FAST} {DEPENDS}",
    ),
    Judged(
        "Health check endpoint does not verify database connectivity",
        fault="contradicts",
        names="database",
    ),
    Judged("Deployment is automated", fault="vague"),
    Judged("The release process is fully automatic", fault="vague"),
    Judged("Deployment is not automated", fault="contradicts", names="OPS-1"),
    Judged("Runbook exists", fault="vague"),
    Judged("An operational runbook has been written", fault="vague"),
    Judged("No runbook exists", fault="contradicts", names="DONE-3"),
    Judged("Monitoring is set up", fault="vague"),
    Judged("The service is monitored", fault="vague"),
    Judged("Monitoring is not set up", fault="contradicts", names="DONE-2"),
)

# Tuned against: the compiler may be changed until all of these come out as judged.
KNOWN = (
    # deployment
    Judged("CI runs `terraform validate` on every pull request", by=PIPELINE),
    Judged("`terraform apply` uses the saved plan", by=PIPELINE),
    Judged("A manual approval is required before production deploys", by="OPS-1"),
    Judged(
        "Merging to main deploys to staging without any manual step", by="OPS-1 pipeline_steps_run"
    ),
    Judged("No step of the deployment is done by hand", by="OPS-1 pipeline_steps_run"),
    Judged("Deploys are done over SSH by the on-call engineer", fault="contradicts", names="OPS-1"),
    Judged(
        "The pipeline rolls back to the previous image automatically when verification fails",
        by=ROLLBACK,
    ),
    Judged("A failed deploy restores the previous version within 10 minutes", by=ROLLBACK),
    Judged("Rollback is possible", fault="vague"),
    Judged("There is no rollback", fault="contradicts", names="OPS-3"),
    Judged("Container image builds and runs as a non-root user", by="OPS-5 image_builds"),
    Judged("The container runs as root", fault="contradicts", names="root"),
    Judged("Images are tagged with the commit SHA, never `latest`", by="OPS-5"),
    Judged(
        "The previous release keeps working on the schema after the migration",
        by="old_release_on_new_schema",
    ),
    Judged("Database migrations are backward compatible", by="old_release_on_new_schema"),
    Judged("The second `terraform plan` after an apply shows no changes", by=PIPELINE),
    Judged("Infrastructure is well organised", fault="vague"),
    Judged("CI may run `terraform plan` if time permits", fault="optional", names="may"),
    Judged(
        "Pipeline requires approval before `apply` unless the change is urgent",
        fault="unverified",
        names="unless the change is urgent",
    ),
    Judged("`terraform apply` runs before approval", fault="contradicts", names="approval"),
    # configuration
    Judged("No secrets in the repository", by="OPS-2"),
    Judged("Secrets are never committed to git", by="OPS-2"),
    Judged("Credentials are read from AWS Secrets Manager by reference", by="OPS-2"),
    Judged("The database password is hardcoded in the image", fault="contradicts", names="OPS-2"),
    Judged("Secrets are managed properly", fault="vague"),
    Judged("The same template deploys staging and production, only values differ", by="OPS-2"),
    # health and runtime
    Judged("`/healthz` returns 200 within 2 seconds", by=FAST),
    Judged("Readiness is separate from liveness", by=DEPENDS),
    Judged("Liveness stays green while Redis is down", by=DEPENDS),
    Judged("The service has a health check", fault="vague"),
    Judged("The service becomes ready within 30 seconds of starting", by="service_starts_healthy"),
    Judged(
        "On SIGTERM the service finishes in-flight requests before it exits",
        by="sigterm_loses_nothing",
    ),
    Judged(
        "Graceful shutdown drains connections without losing a request", by="sigterm_loses_nothing"
    ),
    Judged("In-flight requests are dropped on shutdown", fault="contradicts", names="dropped"),
    Judged("Service is reliable", fault="vague"),
    Judged("The system is highly available", fault="vague"),
    Judged(
        "Health check endpoint takes longer than 5 seconds", fault="contradicts", names="5 seconds"
    ),
    # telemetry
    Judged(
        "Metrics cover latency, error rate and throughput of every route",
        by="DONE-2 metrics_are_emitted",
    ),
    Judged("Monitoring covers latency and errors", by="DONE-2 metrics_are_emitted"),
    Judged("The service exposes `http_requests_total` on `/metrics`", by="metrics_are_emitted"),
    Judged("Logs are good enough to debug problems", fault="vague"),
    Judged(
        "Every metric that a dashboard queries is emitted by the service", by="metrics_are_emitted"
    ),
    # SLOs
    Judged(
        "Availability SLO is 99.9% over 30 days, with an error budget and burn-rate alerts", by=BURN
    ),
    Judged("SLOs are defined", fault="vague"),
    Judged("95th percentile latency objective: 300 ms for 99% of requests over 28 days", by=SLO),
    Judged("SLOs have no error budget", fault="contradicts", names="SRE-2"),
    Judged("There is a written policy for what happens when the error budget is spent", by="SRE-2"),
    # alerts
    Judged("Page when p95 latency is above 500 ms for 10 minutes", by=ALERT),
    Judged("Alerts are configured properly", fault="vague"),
    Judged(
        "Alerts fire when error rate is below 1% over 5 minutes",
        fault="contradicts",
        names="below 1%",
    ),
    Judged("Alerts fire when the error rate is high", fault="vague", names="threshold"),
    Judged("Alerts fire on every single error", fault="contradicts", names="SRE-1"),
    Judged("Alerts never fire on a single error", by="SRE-1"),
    Judged("Every alert links a runbook", by="SRE-3"),
    Judged("Critical alerts are routed to PagerDuty, warnings to Slack", by=ROUTE),
    Judged("No alert fires while the service is healthy", by="SRE-4 alert_stays_quiet"),
    Judged("Alert rules have unit tests that pass", by="rules_pass_their_tests"),
    Judged("The right people are notified in a timely manner", fault="vague"),
    # runbooks
    Judged("Each runbook entry has diagnosis commands with expected output", by=STEPS),
    Judged("Runbook entries say when to escalate and how to undo the remedy", by=STEPS),
    Judged("Runbook covers everything", fault="vague"),
    Judged("The runbook is comprehensive and up to date", fault="vague"),
    Judged("The runbook only says to page the on-call", fault="contradicts", names="SRE-3"),
    # parts that nothing verifies, and what is no operations claim
    Judged(
        "Alerts fire when error rate exceeds 1% over 5 minutes and customers receive an apology",
        fault="unverified",
        names="customers receive an apology",
    ),
    Judged("`npm test` passes with zero failures", fault="unverified", names="npm test"),
    Judged("Users love the new checkout page", fault="outside"),
    Judged("The login button is blue", fault="outside"),
    Judged("Code coverage is above 80%", fault="unverified", names="coverage"),
    Judged("Backups are restored every quarter", fault="unverified", names="Backups"),
)
