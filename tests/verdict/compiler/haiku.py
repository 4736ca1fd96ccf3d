"""The completion criteria of the two public H·AI·K·U intents that the project tests with, each
judged by hand before the compiler existed. All other criteria of these intents are about product,
design or code and are `outside`, or ask for a run that nothing here makes: those are listed."""

from tests.verdict.compiler.judged import (
    ALERT,
    DEPENDS,
    FAST,
    RUNBOOK,
    STEPS,
    Judged,
)

VERIFIABLE = (
    Judged(
        "Health check endpoint `/health/oauth` verifies connectivity to both provider token "
        "endpoints",
        by=DEPENDS,
    ),
    Judged(
        "Health check timeout: 5 seconds, failure triggers alert", by=f"{FAST} alert_fires_in_time"
    ),
    Judged(
        "Rollback plan documented: revert Helm release, rotate compromised secrets via Vault CLI",
        by=f"OPS-3 {STEPS}",
    ),
    Judged(
        "Monitoring: error rate alert at >1% over 5 minutes on `/auth/callback/*` routes", by=ALERT
    ),
    Judged(
        "Runbook covers: secret rotation, provider outage response, rate limit tuning", by=RUNBOOK
    ),
)

# Clear claims about operations, or parts of them, that nothing here reads or tries.
UNVERIFIED = (
    Judged(
        "Vault policy created: `oauth-secrets` policy with read access to "
        "`secret/data/oauth/{google,github}`",
        fault="unverified",
        names="Vault policy",
    ),
    Judged(
        "Vault injector sidecar configured in Helm values — secrets mounted as env vars "
        "`GOOGLE_CLIENT_ID`, `GOOGLE_CLIENT_SECRET`, `GITHUB_CLIENT_ID`, `GITHUB_CLIENT_SECRET`",
        fault="unverified",
        names="Vault injector sidecar",
    ),
    Judged(
        "Terraform resource `oauth.tf` defines Vault policy and role bindings",
        fault="unverified",
        names="Vault policy",
    ),
    Judged(
        "Secret exposure scan: no OAuth secrets in source code, CI logs, or Terraform state files",
        fault="unverified",
        names="CI logs",
    ),
    Judged(
        "`npx tsc --noEmit` passes with zero errors across all packages",
        fault="unverified",
        names="tsc",
    ),
    Judged(
        "`npm test` passes with all 418+ tests green (zero failures, zero skipped)",
        fault="unverified",
        names="npm test",
    ),
    Judged(
        "Review app builds: `cd packages/haiku/review-app && npm run build` succeeds",
        fault="unverified",
        names="npm run build",
    ),
    Judged(
        "No lint regressions: `npx biome check --no-errors-on-unmatched packages/haiku/src/` "
        "passes",
        fault="unverified",
        names="biome",
    ),
    Judged(
        "Unit tests for both providers with mocked HTTP responses (>80% coverage)",
        fault="unverified",
        names="tests",
    ),
    Judged(
        "Integration test: full callback flow with test OAuth server",
        fault="unverified",
        names="test",
    ),
    Judged(
        "Unit tests for session creation, refresh, expiration, and revocation",
        fault="unverified",
        names="tests",
    ),
)
