"""Sentences judged by hand together with `judged.py`, and then put away: the compiler was not
changed to fit them. See `test_held_out.py` for what came of them."""

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

HELD_OUT = (
    # paraphrases of the four good sentences
    Judged(
        "GitHub Actions executes `terraform plan`; a reviewer signs off before `terraform apply`",
        by=f"{PIPELINE} OPS-1",
    ),
    Judged(
        "The CD workflow must plan the infrastructure and wait for human sign-off prior to "
        "applying",
        by=f"{PIPELINE} OPS-1",
    ),
    Judged(
        "On-call docs include copy-pasteable commands for restarts, DB failover, clearing the "
        "cache, and renewing TLS certificates",
        by=f"{RUNBOOK} SRE-3",
    ),
    Judged(
        "Playbooks describe step-by-step how to restart the service and rotate certs",
        by=f"{RUNBOOK} SRE-3",
    ),
    Judged(
        "A page goes out through PagerDuty once 5xx responses make up over 1% of traffic for 5m",
        by=f"{ALERT} {ROUTE}",
    ),
    Judged(
        "An alarm triggers if the ratio of failed requests stays above 0.5% for ten minutes",
        by=ALERT,
    ),
    Judged(
        "`GET /ready` replies in less than 5s and checks the Postgres connection",
        by=f"{FAST} {DEPENDS}",
    ),
    Judged("The health probe times out after 3 seconds and pings Redis", by=f"{FAST} {DEPENDS}"),
    # negations
    Judged(
        "The pipeline skips `terraform plan` and applies without approval",
        fault="contradicts",
        names="approval",
    ),
    Judged("No approval is needed before apply", fault="contradicts", names="approval"),
    Judged("The runbook lacks commands", fault="contradicts", names="commands"),
    Judged(
        "Runbook fails to cover database failover", fault="contradicts", names="database failover"
    ),
    Judged("Alerts aren't routed to PagerDuty", fault="contradicts", names="PagerDuty"),
    Judged("The health endpoint never checks the database", fault="contradicts", names="database"),
    Judged("Deployments are manual", fault="contradicts", names="OPS-1"),
    Judged("There is no monitoring", fault="contradicts", names="DONE-2"),
    # vague
    Judged("CI/CD is in place", fault="vague"),
    Judged("Documentation is available for operators", fault="vague"),
    Judged("Observability is implemented", fault="vague"),
    Judged("Alerting works as expected", fault="vague"),
    Judged("The service scales well", fault="vague"),
    Judged("Appropriate SLOs are in place", fault="vague"),
    Judged("Security best practices are followed", fault="vague"),
    Judged("Rollback plan exists", fault="vague"),
    Judged("Dashboards have been created", fault="vague"),
    Judged("Logging is adequate", fault="vague"),
    Judged("The team is ready to operate the service", fault="vague"),
    Judged("Deployment is tested", fault="vague"),
    # verifiable, in other words
    Judged("If the new version does not become ready, the old one is put back", by=ROLLBACK),
    Judged("API keys come from Vault, not from the code base", by="OPS-2"),
    Judged("Passwords must not appear in source control", by="OPS-2"),
    Judged("99.95 percent of requests succeed over a rolling 28-day window (SLO)", by=SLO),
    Judged("Fast and slow burn alerts exist for the availability SLO", by=BURN),
    Judged("Each alert has a runbook entry", by="SRE-3"),
    Judged(
        "Remedies in the runbook are followed by a command that shows that they worked", by=STEPS
    ),
    Judged("Docker image builds in CI", by="OPS-5 image_builds pipeline_steps_run"),
    Judged(
        "Service exits cleanly on SIGTERM, completing open requests", by="sigterm_loses_nothing"
    ),
    Judged("Alert on p99 latency over 1s for 15m, sent to Opsgenie", by=f"{ALERT} {ROUTE}"),
    Judged("Readiness turns 503 within 5 seconds after Kafka goes away", by=DEPENDS),
    Judged("Terraform code stays out of the application package", by="OPS-6"),
    # unverified, outside
    Judged(
        "DNS failover to the second region takes less than a minute",
        fault="unverified",
        names="DNS",
    ),
    Judged(
        "Penetration test found no critical issue", fault="unverified", names="Penetration test"
    ),
    Judged("All React components have stories", fault="outside"),
    Judged("The pricing page shows three plans", fault="outside"),
)
