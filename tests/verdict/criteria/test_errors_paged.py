"""Whether an alert at the figures that were promised exists, and wakes somebody."""

from opsready.rehearsal.proof import Rung
from opsready.verdict.criteria.errors_paged import CRITERION
from opsready.verdict.criterion import Status
from tests.verdict.build import ROUTING, WATCHED, make_brief, make_proof

PAGED = tuple(
    make_proof(probe)
    for probe in (
        "rules_pass_their_tests",
        "alert_fires_in_time",
        "metrics_are_emitted",
        "routing_reaches_receiver",
    )
)


def test_an_alert_at_the_figures_that_is_routed_to_the_pager_is_paged() -> None:
    case = make_brief({**WATCHED, "alertmanager.yml": ROUTING}, proofs=PAGED)
    judgement = CRITERION.judge(case)
    assert (judgement.status, judgement.rung, judgement.why) == (Status.MET, Rung.REHEARSED, "")


def test_an_alert_at_other_figures_is_not_the_one_that_was_promised() -> None:
    other = {"rules.yml": WATCHED["deploy/rules.yml"].replace("0.01", "0.05")}
    case = make_brief({**other, "alertmanager.yml": ROUTING}, proofs=PAGED)
    judgement = CRITERION.judge(case)
    assert (judgement.status, judgement.why) == (
        Status.UNMET,
        "no alert compares with 0.01 over 300 s (rules.yml:4)",
    )


def test_an_equality_with_one_is_no_share_of_one_per_cent() -> None:
    gone = WATCHED["deploy/rules.yml"].replace("> 0.01", "== 1")
    case = make_brief({"rules.yml": gone, "alertmanager.yml": ROUTING}, proofs=PAGED)
    judgement = CRITERION.judge(case)
    assert judgement.why == "no alert compares with 0.01 over 300 s (rules.yml:4)"


def test_routing_that_leads_elsewhere_does_not_reach_the_pager() -> None:
    elsewhere = ROUTING.replace("pagerduty_configs", "slack_configs")
    case = make_brief({**WATCHED, "alertmanager.yml": elsewhere}, proofs=PAGED)
    judgement = CRITERION.judge(case)
    assert (judgement.status, judgement.why) == (
        Status.UNMET,
        "no route leads to PagerDuty (alertmanager.yml:1)",
    )


def test_another_route_to_the_pager_is_none_for_this_alert() -> None:
    routing = (
        "route: {receiver: chat, routes: [{receiver: oncall, matchers: [team=b]}]}\nreceivers:\n"
        "- {name: oncall, pagerduty_configs: [{}]}\n- {name: chat, slack_configs: [{}]}\n"
    )
    rules = {"rules.yml": WATCHED["deploy/rules.yml"].replace("page}", "page, team: a}")}
    case = make_brief({**rules, "alertmanager.yml": routing}, proofs=PAGED)
    judgement = CRITERION.judge(case)
    assert judgement.status is Status.UNMET
    assert "`Errors` is not routed to PagerDuty by alertmanager.yml (rules.yml:4)" in (
        judgement.reasons
    )
