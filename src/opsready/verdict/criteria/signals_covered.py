"""DONE-2: monitoring covers latency, error rate and throughput."""

from opsready.rehearsal.proof import Rung
from opsready.verdict.criterion import Brief, Claim, Criterion, Judgement, ids_of
from opsready.verdict.instruments import checks_of
from opsready.verdict.weigh import weigh

CLAIMS = (
    Claim(
        "latency, error rate and throughput are watched on series that the service shows",
        (*checks_of("DONE-2"), "metrics_are_emitted"),
        Rung.REHEARSED,
    ),
)


def judge(brief: Brief) -> Judgement:
    """Something watches each signal, and the running service emits what is watched."""
    return weigh(CLAIMS, brief)


CRITERION = Criterion(
    id="DONE-2",
    must="Monitoring covers latency, error rate and throughput",
    needs=Rung.REHEARSED,
    judge=judge,
    by=ids_of(CLAIMS),
    inputs=("behaviour spec", "code"),
)
