"""The good sentence about health checks (DESIGN §5)."""

from opsready.rehearsal.proof import Rung
from opsready.verdict.criterion import Brief, Claim, Criterion, Judgement, ids_of
from opsready.verdict.sights import KINDS, health_answers_within, readiness_needs
from opsready.verdict.weigh import weigh

CLAIMS = (
    Claim(
        "the health check answers within 5 seconds",
        ("no-health-check", "health-check-unbounded", "service_starts_healthy"),
        Rung.REHEARSED,
        health_answers_within(5),
    ),
    Claim(
        "it verifies that the database can be reached",
        ("liveness-equals-readiness", "readiness_follows_dependency"),
        Rung.REHEARSED,
        readiness_needs("database", KINDS["database"]),
    ),
)


def judge(brief: Brief) -> Judgement:
    """It answered in time, and said no while the database was really down."""
    return weigh(CLAIMS, brief)


CRITERION = Criterion(
    id="health-verified",
    must="Health check endpoint responds within 5 seconds and verifies database connectivity",
    needs=Rung.REHEARSED,
    judge=judge,
    by=ids_of(CLAIMS),
    inputs=("code",),
)
