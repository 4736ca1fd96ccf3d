"""What can be shown of objectives, budgets, and what healthy is."""

from opsready.verdict.compiler.clause import Clause
from opsready.verdict.compiler.meaning import Meaning, Need, any_of
from opsready.verdict.compiler.quantity import Unit

_DAY_S = 86_400


def _has_objective(clause: Clause) -> bool:
    return any(q.value >= 0.5 for q in clause.quantities(Unit.RATIO))


def _has_window(clause: Clause) -> bool:
    return any(q.value >= _DAY_S for q in clause.quantities(Unit.SECONDS))


_OBJECTIVE = Need("objective in per cent", _has_objective)
_WINDOW = Need("window in days", _has_window)

MEANINGS = (
    Meaning(
        "slo-has-objective-and-window",
        (
            "slo-without-window",
            "slo-without-indicator",
            "slo-figures-disagree",
            "slo_tiers_reachable",
        ),
        (any_of("slo availability latency error_rate"), any_of("slo availability request define")),
        mandate="SRE-2",
        reads=any_of(
            "define document latency error_rate service request exist run cover journey window"
            " pass_tests"
        ),
        unless=any_of("burn budget alert healthy deployment monitoring"),
        needs=(_OBJECTIVE, _WINDOW),
    ),
    Meaning(
        "slo-figures",
        (
            "slo-without-window",
            "slo-without-indicator",
            "slo-figures-disagree",
            "slo_tiers_reachable",
        ),
        (any_of("slo"), any_of("slo availability latency")),
        mandate="SRE-2",
        reads=any_of("define document latency service request availability window"),
        needs=(_OBJECTIVE, _WINDOW),
    ),
    Meaning(
        "slo-has-a-budget",
        ("slo-without-budget",),
        (any_of("slo availability"), any_of("budget")),
        mandate="SRE-2",
        reads=any_of("exist define document cover"),
        unless=any_of("spent"),
    ),
    Meaning(
        "burn-alerts-fire",
        (
            "slo-without-burn-alert",
            "rules_pass_their_tests",
            "slo_tiers_reachable",
        ),
        (any_of("burn slo"), any_of("burn alert_threshold")),
        mandate="SRE-2",
        reads=any_of("exist fire alert alert_threshold slo availability budget cover define"),
    ),
    Meaning(
        "spent-budget-has-a-policy",
        ("slo-without-policy",),
        (any_of("budget"), any_of("budget_policy spent")),
        mandate="SRE-2",
        reads=any_of("document exist define run slo cover deployment"),
        names=True,
    ),
    Meaning(
        "healthy-is-defined",
        ("unhealthy-before-healthy",),
        (any_of("definition_of_healthy"), any_of("define document alert_threshold metric slo")),
        mandate="SRE-5",
        reads=any_of("exist alert cover verify"),
    ),
)
