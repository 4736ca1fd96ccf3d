"""Sentences written to mislead: turned orders, double negations, words of operations in other
senses, parts that nothing verifies among parts that something does. Judged by hand before the
compiler was tried on them."""

from tests.verdict.compiler.judged import (
    ALERT,
    BURN,
    DEPENDS,
    FAST,
    PIPELINE,
    ROLLBACK,
    ROUTE,
    RUNBOOK,
    SLO,
    STEPS,
    Judged,
)

ADVERSE = (
    # the order, the direction or the role is turned round
    Judged("Approval is given after `terraform apply` has run", fault="contradicts", names="OPS-1"),
    Judged("`terraform apply` only runs after approval", by="OPS-1"),
    Judged("`terraform apply` runs before `terraform plan`", fault="contradicts", names="OPS-5"),
    Judged(
        "Readiness keeps returning 200 while PostgreSQL is down",
        fault="contradicts",
        names="OPS-4",
    ),
    Judged("The liveness probe checks the database", fault="contradicts", names="OPS-4"),
    Judged("The liveness probe does not check the database", by=DEPENDS),
    Judged("Alerts fire when availability drops below 99% for 10 minutes", by=ALERT),
    Judged("Alerts fire when traffic falls below 10 requests per second for 15 minutes", by=ALERT),
    Judged(
        "Page someone whenever latency stays under 100 ms for 5 minutes",
        fault="contradicts",
        names="100 ms",
    ),
    # negations that cancel, and negations in disguise
    Judged("Nothing is deployed without approval", by="OPS-1"),
    Judged("Deployment without approval is impossible", by="OPS-1"),
    Judged("The image contains no secrets", by="OPS-2"),
    Judged("Nobody has to log into a server to deploy", by="OPS-1 pipeline_steps_run"),
    Judged("It is not true that alerts are noisy", by="SRE-4 alert_stays_quiet"),
    Judged("Runbook omits the restart procedure", fault="contradicts", names="restart"),
    Judged("Health endpoint ignores the state of the database", fault="contradicts", names="OPS-4"),
    Judged("Error budgets are missing from the SLOs", fault="contradicts", names="SRE-2"),
    Judged("Rollback is disabled", fault="contradicts", names="OPS-3"),
    Judged("Plan output is never looked at in CI", fault="contradicts", names="OPS-5"),
    Judged("SIGTERM kills requests in flight", fault="contradicts", names="in flight"),
    Judged("We don't alert on individual errors", by="SRE-1"),
    # subjects and objects in lists
    Judged("Latency, error rate and throughput are monitored", by="DONE-2 metrics_are_emitted"),
    Judged(
        "Secrets and API keys are kept out of the repository and are injected at runtime",
        by="OPS-2",
    ),
    Judged(
        "Runbook documents failover of the database, Redis outage and what to do when the disk "
        "is full",
        by=RUNBOOK,
    ),
    Judged("Readiness verifies PostgreSQL, Redis and the payment provider", by=DEPENDS),
    Judged(
        "The health endpoint answers within 1s; liveness and readiness are separate",
        by=f"{FAST} {DEPENDS}",
    ),
    # passive, nominal and imperative
    Judged("Database connectivity is verified by the readiness probe", by=DEPENDS),
    Judged("Rolled back automatically to the last good version on failure", by=ROLLBACK),
    Judged("Page the on-call via PagerDuty on fast burn of the error budget", by=f"{BURN} {ROUTE}"),
    Judged("Run `terraform plan` on each PR", by=PIPELINE),
    Judged("p99 latency SLO: 95% under 800 ms, 30-day window", by=SLO),
    Judged("Zero requests lost during shutdown", by="sigterm_loses_nothing"),
    Judged("Step-by-step remediation commands in each runbook", by=STEPS),
    # some part is not verified
    Judged(
        "Runbook covers service restart and is printed on paper",
        fault="unverified",
        names="printed",
    ),
    Judged(
        "Health check responds within 5 seconds and the CEO is informed",
        fault="unverified",
        names="CEO",
    ),
    Judged(
        "Pipeline runs `terraform plan` and posts a haiku to the wiki",
        fault="unverified",
        names="haiku",
    ),
    Judged(
        "Alerts fire when error rate exceeds 1% over 5 minutes except on weekends",
        fault="unverified",
        names="weekends",
    ),
    # figures or objects are missing
    Judged("Alerts fire when error rate exceeds 1%", fault="vague", names="window"),
    Judged("Alerts exist for errors and latency", fault="vague", names="threshold"),
    Judged("Availability SLO is 99.9%", fault="vague", names="window"),
    Judged("The health check is fast", fault="vague"),
    Judged("The service starts quickly", fault="vague"),
    Judged("All necessary alerts have been configured", fault="vague"),
    Judged("There is a runbook for every situation", fault="vague"),
    Judged("Runbook covers common issues and so on", fault="vague"),
    Judged("Rollback works", fault="vague"),
    Judged("Sufficient monitoring and alerting is provided", fault="vague"),
    Judged("Secrets are secure", fault="vague"),
    Judged("Infrastructure as code is used", fault="vague"),
    Judged("Deployment process documented", fault="vague"),
    Judged("The pipeline is green", fault="vague"),
    Judged("CI/CD pipeline configured and working", fault="vague"),
    Judged("Health checks implemented", fault="vague"),
    Judged("Metrics are collected", fault="vague"),
    Judged("High availability is ensured", fault="vague"),
    Judged("Approval might be required before apply", fault="optional", names="might"),
    Judged("Ideally, the runbook covers service restart", fault="optional", names="Ideally"),
    # words of operations in other senses
    Judged("The landing page loads in under two seconds", fault="outside"),
    Judged("An alert box warns before the form is discarded", fault="outside"),
    Judged("The subscription plan can be changed by the user", fault="outside"),
    Judged("The sales pipeline view lists open deals", fault="outside"),
    Judged("Error messages are shown next to the input field", fault="outside"),
    Judged("Users can log in with Google", fault="outside"),
    Judged("Design tokens are exported to JSON", fault="outside"),
    Judged("The dashboard greets the user by name", fault="outside"),
    Judged("`OAuthProvider` interface implemented with `getAuthorizationUrl`", fault="outside"),
)
