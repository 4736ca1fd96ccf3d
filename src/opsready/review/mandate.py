"""The mandates of DESIGN §5: what must not happen, and who answers for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mandate:
    """`must_not` completes the sentence "there must be no …"."""

    id: str
    who: str
    must_not: str


MANDATES: dict[str, Mandate] = {
    mandate.id: mandate
    for mandate in (
        Mandate("OPS-1", "ops engineer", "manual deployment steps"),
        Mandate("OPS-2", "ops engineer", "hardcoded secrets or environment-specific values"),
        Mandate("OPS-3", "ops engineer", "deploy path without rollback"),
        Mandate("OPS-4", "ops engineer", "skipped health checks"),
        Mandate("OPS-5", "ops engineer", "configuration that was never tested"),
        Mandate("OPS-6", "ops engineer", "infrastructure mixed with application code"),
        Mandate("SRE-1", "sre", "alerts on single events"),
        Mandate("SRE-2", "sre", "SLO without an error budget"),
        Mandate("SRE-3", "sre", 'runbook that says only "page the on-call"'),
        Mandate("SRE-4", "sre", "noise"),
        Mandate("SRE-5", "sre", '"unhealthy" before "healthy"'),
        Mandate("DONE-1", "verdict", "undefined or unvalidated pipeline"),
        Mandate("DONE-2", "verdict", "blind spot in latency, error rate or throughput"),
        Mandate("DONE-3", "verdict", "common failure mode without a runbook"),
        Mandate("DONE-4", "verdict", "service without SLOs, thresholds and budgets"),
    )
}
