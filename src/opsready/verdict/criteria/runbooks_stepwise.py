"""DONE-3: a runbook for the common failure modes, step by step, with commands."""

from opsready.rehearsal.proof import Rung
from opsready.verdict.criterion import Brief, Claim, Criterion, Judgement, ids_of
from opsready.verdict.instruments import checks_of
from opsready.verdict.sights import has
from opsready.verdict.weigh import weigh

CLAIMS = (
    Claim(
        "every common failure mode has an entry, step by step, whose commands run",
        (
            *checks_of("DONE-3"),
            "runbook-placeholder",
            "runbook-only-escalates",
            "runbook-step-without-command",
            "runbook_diagnosis_runs",
        ),
        Rung.REHEARSED,
        has("runbook"),
    ),
)


def judge(brief: Brief) -> Judgement:
    """The entries are there and whole, and their commands did here what they say."""
    return weigh(CLAIMS, brief)


CRITERION = Criterion(
    id="DONE-3",
    must="A runbook exists for the common failure modes, step by step, with commands",
    needs=Rung.REHEARSED,
    judge=judge,
    by=ids_of(CLAIMS),
    inputs=("behaviour spec", "architecture"),
)
