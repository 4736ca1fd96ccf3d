"""Whatever this version can try was tried, and nothing of it broke."""

from opsready.rehearsal.catalog import PROBES
from opsready.rehearsal.proof import Rung
from opsready.verdict.criterion import Brief, Claim, Criterion, Judgement, ids_of
from opsready.verdict.weigh import weigh

CLAIMS = tuple(Claim(probe.claim, (probe.id,), probe.rung) for probe in PROBES)


def judge(brief: Brief) -> Judgement:
    """A probe that broke counts, whether or not a sentence asks for what it tries."""
    return weigh(CLAIMS, brief)


CRITERION = Criterion(
    id="claims-tried",
    must="Every claim that opsready can try on this machine was tried, and held",
    needs=Rung.REHEARSED,
    judge=judge,
    by=ids_of(CLAIMS),
    inputs=("code",),
)
