"""Sentences in other people's manner: the example's own criteria, the style of public readiness
lists, and free paraphrases of the seven; judged by hand, then tried. `first` says how many of
each batch came out as judged before anything was changed for them: with lists that nobody here
wrote, about three in four."""

from typing import NamedTuple


class Batch(NamedTuple):
    first: str
    verifiable: tuple[str, ...]
    others: tuple[str, ...]


ORDERS_AND_LISTS = Batch(
    "50 of 70",
    (
        "The unit tests run in CI",
        "The image tag is not `latest` or `main`",
        "Its critical alerts are sent to PagerDuty",
        "Warnings are sent to Slack instead of PagerDuty",
        "It can stop gracefully",
        "The docker container runs as a non-root user",
        "Sensitive configuration is stored in Kubernetes secrets",
        "Its dashboard shows the SLOs",
        "The dashboard shows the remaining error budget",
        "The image runs as a user other than root and its base image is pinned by digest",
        "Migrations run with `alembic upgrade head` before the new release receives traffic",
        "Rollback to the previous release is one automated step and takes less than 10 minutes",
        "No secret is in the repository: `DATABASE_URL`, `REDIS_URL` and `PAYMENTS_API_KEY` are "
        "references to AWS Secrets Manager",
        "Stopping an instance under load with `SIGTERM` loses no accepted request",
        "No alert fires while only Redis is down",
        "`GET /healthz` touches no dependency; `GET /readyz` answers 503 within 5 seconds when "
        "PostgreSQL is down, and 200 again without a restart when it is back",
        "`SIGTERM` under load loses no accepted request with two workers",
        "SLOs are defined for availability (99.9 % over 30 days) and for latency (p95 of `POST "
        "/orders` under 300 ms), each with an error budget, burn-rate alerts and a policy for "
        "when the budget is spent",
        "A dashboard shows latency, error rate, throughput and saturation of `POST /orders` and "
        "`GET /orders/{order_id}`",
        "Every alert that pages links to a runbook entry",
        "Every metric that an alert or a dashboard names is emitted by the service",
        "Production apply requires manual approval",
        "CI runs `terraform plan` on each PR, `terraform apply` on merge to main",
        "Changes are reviewed and approved by a team member before being applied",
        "A state lock prevents simultaneous apply",
        "A CI pipeline runs `terraform plan` to check if the changes are valid and show what "
        "infrastructure changes will be made",
        "Alert when 5xx rate > 2% for 10 minutes",
        "PagerDuty alert triggers when p99 latency exceeds 2s for 5 minutes",
        "`/health` endpoint returns 200 and checks DB and Redis connectivity",
        "Rollback completes in under 5 minutes via a single command",
        "Canary rolls back automatically if error rate exceeds 2%",
        "Secrets are loaded from AWS SSM, never from files in the repo",
        "SLO: 99.5% of requests under 300ms over 28 days",
        "Runbooks include diagnosis steps, remediation commands, and escalation contacts",
        "The pipeline fails if `terraform validate` fails",
    ),
    (
        "Test coverage is reported by the CI system",
        "Its config can be overridden by environment variable",
        "Dependencies are updated automatically",
        "Its build process is automated",
        "Its deploy process is automated.",
        "Its rollback process is automated",
        "Its requests are traced",
        "It has a PagerDuty team, escalation policy, schedules.",
        "It has on-call playbooks.",
        "Its logs are output to STDOUT.",
        "It can be manually scaled horizontally to handle changes in workload.",
        "Its deploy process does not cause downtime",
        "It keeps working, at least partially, while dependencies are not working",
        "It has a health check (endpoint) for liveness probe. And liveness probe is configured.",
        "It sets an appropriate timeout for requests over a network.",
        "It can be recovered from backup in less than 2 hours",
        "CPU usage of each node is monitored and alerts are sent if it is >65%",
        "Its databases have automatic backups enabled",
        "`GET /orders/{order_id}` answers 200 while Redis is down",
        "Calls to payments have a timeout of 1 second an attempt, at most three attempts with "
        "backoff, and a circuit breaker that opens after five failures in a row",
        "Changes to the `app/` folder or `Dockerfile` trigger this workflow",
        "Application successfully deployed to staging",
        "p95 < 300ms under 500 rps",
        "Disaster recovery plan tested with RTO of 4 hours",
        "On-call rotation is established",
    ),
)
MORE_LISTS = Batch(
    "33 of 45",
    (
        "Readiness probe checks critical dependencies (database, cache, message queue)",
        "Readiness probe returns 200 only when ready to accept traffic",
        "RED metrics for every endpoint",
        "Every alert has a linked runbook",
        "Symptom-based alerts on SLO burn rate",
        "CI runs unit + integration + smoke tests",
        "Deploy is automated (no manual steps)",
        "RED metrics exposed (Rate, Errors, Duration)",
        "Liveness probe fails only on process crash",
        "Readiness probe fails if dependencies are unhealthy",
        "Pod runs as non-root user (`securityContext.runAsNonRoot: true`)",
        "Secrets injected via Vault Agent (no plaintext Kubernetes Secrets)",
        "Health check endpoint responds 200 (`/api/health`)",
        "Readiness probe: checks DB, cache, critical dependencies (`/readyz`)",
        "Multi-window, multi-burn-rate alerts configured (not simple threshold)",
        "Every alert rule's annotations include a `runbook_url`",
        "Alert routing: warning → Slack, critical → PagerDuty",
        "`production` environment has required reviewers configured",
        "The on-call is paged by PagerDuty within 5 minutes when p99 latency is over 2 s for 10 "
        "minutes",
        "Deploys are rolled back when the smoke test fails",
        "Each release can be rolled back to the one before with one command",
        "A failed migration stops the deploy",
        "The runbook explains how to rotate the database password, including the commands",
    ),
    (
        "SLO target agreed by product and SRE, written down",
        "Load test passed at twice the expected traffic",
        "Dashboard exists, linked from the runbook",
        "Escalation path defined in PagerDuty",
        "Availability SLO defined (e.g., 99.9%)",
        "No single points of failure",
        "Timeouts configured for all external calls",
        "No data loss on service restart",
        "Probes tested in Kubernetes cluster",
        "Rolling update strategy: `maxUnavailable: 0`",
        "No alert fires more than once a day without action",
        "Alerts fire on user-visible symptoms, not on internal causes",
        "Backups running",
        "Prometheus is configured",
        "Terraform modules are documented",
        "Incident process is defined and communicated",
        "Alerts are tuned to reduce noise",
    ),
)
PARAPHRASES = Batch(
    "42 of 48",
    (
        "terraform plan is executed by the pipeline on each merge request; apply is gated by a "
        "manual approval",
        "Infrastructure changes are planned in CI and can only be applied after somebody "
        "approved them",
        "The apply stage waits for a human to approve the plan produced in CI",
        "Before anything is applied, CI shows the Terraform plan and a maintainer approves it",
        "We have documented, step by step and with commands, how to restart the service, fail "
        "over the database, flush the cache and rotate certificates",
        "Procedures with shell commands exist for: restart, DB failover, cache invalidation, TLS "
        "cert renewal",
        "The on-call handbook lists commands for service restarts and certificate renewal",
        "An alert goes to PagerDuty when more than one percent of requests error within any "
        "five-minute window",
        "PagerDuty is notified if the 5-minute error ratio is greater than 0.01",
        "Error rate above 1% sustained for 5 minutes pages the on-call via PagerDuty",
        "Health endpoint answers in at most 5s, including a check of the database",
        "/health returns in < 5 s and fails if the DB connection is broken",
        "A GET to the health endpoint yields 200 in five seconds at most and performs a database "
        "query",
    ),
    (
        "Terraform plan isn't part of CI",
        "Apply happens without anyone approving",
        "The runbook contains no commands",
        "There are no alerts on error rate",
        "PagerDuty is not used",
        "The health check does nothing but return 200",
        "The health check can take up to a minute",
        "The database is not checked by the health endpoint",
        "Approval before apply is not required",
        "Approval before apply can be skipped",
        "Certificate rotation is not covered by the runbook",
        "Alerts fire even when error rate is below 1% over 5 minutes",
        "Error rate alerts are disabled",
        "Health check endpoint responds within 5 seconds but does not verify database connectivity",
        "Health check endpoint responds in more than 5 seconds",
        "We deploy automatically",
        "Automated deployments",
        "The deployment has been automated",
        "A runbook is available",
        "Runbooks are complete",
        "Monitoring in place",
        "We have monitoring",
        "Metrics and monitoring are configured",
        "Deploy automation done",
        "Service is monitored properly",
        "Deployment happens automatically via CI/CD",
        "The service is fully monitored and alerts are set up",
        "There's a runbook",
        "Runbook documented",
        "Alerts are in place for important metrics",
        "Logs and metrics are available in Grafana",
        "Monitoring has not been set up",
        "We do not have a runbook",
    ),
)
ONCE_MORE = Batch(
    "34 of 37",
    (
        "In CI the deployment pipeline executes `terraform plan`, and applying it needs a "
        "manual approval",
        "`terraform apply` is only possible after a reviewer has approved the plan generated by"
        " the CI pipeline",
        "The operations runbook contains step-by-step commands to restart the service, fail "
        "over the database, flush the cache, and rotate certificates",
        "The runbook has step-by-step commands for service restart, database failover, cache "
        "flush and certificate rotation",
        "When the error rate goes over 1% for 5 minutes, an alert fires and is routed to PagerDuty",
        "PagerDuty gets an alert if error rate > 1% in a 5 minute window",
        "The health endpoint replies in 5 seconds or less and confirms that the database is "
        "reachable",
        "`/healthz` returns within 5s and checks DB connectivity",
        "Rollback completes within 10 minutes using the previous release, triggered "
        "automatically when health checks fail",
        "Latency SLO: 99% of requests complete in under 300 ms over 30 days",
    ),
    (
        "The deployment pipeline does not run `terraform plan`",
        "The pipeline applies without requiring approval",
        "Deployment pipeline runs `terraform plan` in CI but does not require approval before "
        "`apply`",
        "Runbook does not include step-by-step commands",
        "Runbook covers neither service restart nor database failover",
        "No alert fires when error rate exceeds 1% over 5 minutes",
        "Alerts fire when error rate exceeds 1% over 5 minutes, without PagerDuty routing",
        "Health check endpoint does not respond within 5 seconds",
        "Health check endpoint responds within 5 seconds without verifying database connectivity",
        "The deployment process is automated",
        "Deployments are fully automated and reliable",
        "We have a runbook in place",
        "A comprehensive runbook exists",
        "Monitoring and alerting are set up",
        "The system is monitored 24/7",
        "Logging is configured",
        "The service should be highly available",
        "Error handling is robust",
        "Rollback is supported",
        "Backups are configured",
        "Performance is acceptable",
        "SLOs have been defined",
        "Health checks are in place",
        "The application is production ready",
        "Scaling is handled automatically",
        "Secrets are handled securely",
        "Container images are scanned and run as non-root",
    ),
)
BATCHES = (ORDERS_AND_LISTS, MORE_LISTS, PARAPHRASES, ONCE_MORE)
