"""The hats, in the order in which they are worn."""

from opsready.hats.hat import Hat
from opsready.hats.ops_engineer import handbook, image, infrastructure, pipeline
from opsready.hats.sre import dashboards, objectives, routing, rules, runbooks

HATS: tuple[Hat, ...] = (
    Hat(
        "ops-engineer",
        "how the service is built, deployed and rolled back",
        (
            *("service", "runtime", "tests", "health", "dependencies", "configuration"),
            *("migrations", "environments", "target"),
        ),
        (
            *("Dockerfile", ".dockerignore", "deploy/README.md"),
            *("deploy/terraform/*", "deploy/pipeline/*", ".github/workflows/deploy.yml"),
        ),
        ("OPS-1", "OPS-2", "OPS-3", "OPS-4", "OPS-5", "OPS-6"),
        (image.PRODUCER, infrastructure.PRODUCER, pipeline.PRODUCER, handbook.PRODUCER),
    ),
    Hat(
        "sre",
        "how the service is watched and repaired",
        (
            *("service", "health", "dependencies", "journeys", "slos", "failure_modes"),
            *("paging", "history", "runtime", "configuration", "environments", "target"),
        ),
        (
            *("monitoring/slo/*.yaml", "docs/operations/slo.md"),
            *("monitoring/prometheus/*.rules.yml", "monitoring/prometheus/tests/*"),
            *("monitoring/alertmanager/*", "monitoring/grafana/*.json"),
            *("docs/operations/runbooks/*.md", ".haiku/knowledge/RUNBOOK.md"),
        ),
        ("SRE-1", "SRE-2", "SRE-3", "SRE-4", "SRE-5"),
        (
            *(objectives.PRODUCER, rules.PRODUCER, routing.PRODUCER, runbooks.PRODUCER),
            dashboards.PRODUCER,
        ),
    ),
)
