"""The good sentence about alerts (DESIGN §5)."""

from opsready.rehearsal.proof import Rung
from opsready.verdict.criterion import Brief, Claim, Criterion, Judgement, ids_of
from opsready.verdict.sights import alert_fires_at, alert_reaches, alerts_reach, all_of
from opsready.verdict.weigh import weigh

CLAIMS = (
    Claim(
        "an alert fires when the error rate exceeds 1 % over 5 minutes",
        (
            "page-on-single-event",
            "alert-on-raw-counter",
            "alert-can-never-fire",
            "percent-threshold",
            "rule-refused",
            "rules_pass_their_tests",
            "alert_fires_in_time",
            "metrics_are_emitted",
        ),
        Rung.REHEARSED,
        alert_fires_at(0.01, 300),
    ),
    Claim(
        "it is routed to PagerDuty",
        ("page-reaches-nobody", "routing-refused", "routing_reaches_receiver"),
        Rung.REHEARSED,
        all_of((alerts_reach("PagerDuty"), alert_reaches(0.01, 300, "PagerDuty"))),
    ),
)


def judge(brief: Brief) -> Judgement:
    """The alert fired on real errors, and the page arrived where PagerDuty would take it."""
    return weigh(CLAIMS, brief)


CRITERION = Criterion(
    id="errors-paged",
    must="Alerts fire when error rate exceeds 1% over 5 minutes, with PagerDuty routing",
    needs=Rung.REHEARSED,
    judge=judge,
    by=ids_of(CLAIMS),
    inputs=("code",),
)
