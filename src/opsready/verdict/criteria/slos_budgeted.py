"""DONE-4: SLOs are defined, with alert thresholds and error budgets."""

from opsready.rehearsal.proof import Rung
from opsready.verdict.criterion import Brief, Claim, Criterion, Judgement, ids_of
from opsready.verdict.instruments import checks_of
from opsready.verdict.sights import has
from opsready.verdict.weigh import weigh

CLAIMS = (
    Claim(
        "every objective has a window, a budget, and alerts that its burning can reach",
        (
            *checks_of("DONE-4"),
            "slo-without-window",
            "slo-without-budget",
            "slo-without-burn-alert",
            "rules_pass_their_tests",
            "slo_tiers_reachable",
        ),
        Rung.SIMULATED,
        has("objective"),
    ),
)


def judge(brief: Brief) -> Judgement:
    """The figures are there, and the exact engine fires on made data as they promise."""
    return weigh(CLAIMS, brief)


CRITERION = Criterion(
    id="DONE-4",
    must="SLOs are defined, with alert thresholds and error budgets",
    needs=Rung.SIMULATED,
    judge=judge,
    by=ids_of(CLAIMS),
    inputs=("discovery", "behaviour spec"),
)
