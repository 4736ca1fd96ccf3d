"""Every meaning, by subject."""

from opsready.verdict.compiler.meaning import Meaning
from opsready.verdict.compiler.meanings import (
    alerts,
    config,
    deploy,
    health,
    runbooks,
    slos,
    telemetry,
)

MEANINGS: tuple[Meaning, ...] = (
    *deploy.MEANINGS,
    *config.MEANINGS,
    *health.MEANINGS,
    *telemetry.MEANINGS,
    *slos.MEANINGS,
    *alerts.MEANINGS,
    *runbooks.MEANINGS,
)
