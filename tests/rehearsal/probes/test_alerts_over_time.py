"""Alerts over the real service, over made traffic, and over what was recorded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsready.hats.pack import Pack
from opsready.rehearsal.probe import Rehearsal
from opsready.rehearsal.probes import alert_fires_in_time, alert_stays_quiet, slo_tiers_reachable
from opsready.rehearsal.proof import Outcome, Result
from opsready.rehearsal.stage.stage import Stage
from opsready.spec.spec import Spec
from tests.rehearsal.build import SHOP, make_shop_spec, make_tree, outcome_of

pytestmark = pytest.mark.usefixtures("stages")


def ratio(window: str) -> str:
    bad = f'sum(rate(shop_requests_total{{status=~"5.."}}[{window}]))'
    return f"({bad} / sum(rate(shop_requests_total[{window}])))"


def rule(name: str, expr: str, severity: str = "page", waits: str = "0s") -> str:
    return (
        f"  - alert: {name}\n    expr: {expr}\n    for: {waits}\n"
        f"    labels: {{severity: {severity}}}\n"
    )


def rules(*texts: str) -> str:
    return "groups:\n- name: shop\n  rules:\n" + "".join(texts)


BURN = rule("Burn", f"{ratio('5m')} > (14.4 * 0.01) and {ratio('1h')} > (14.4 * 0.01)")
TICKET = rule("Slow", f"{ratio('6h')} > (1 * 0.01)", "ticket")
LATE = rule("Late", f"{ratio('5m')} > 0.1", waits="30m")
ALWAYS = rule("Always", "shop_requests_total > 0")


def with_rules(rehearsal: Rehearsal, text: str, spec: Spec | None = None) -> Rehearsal:
    """The same running service, with other rules."""
    sources = {"shop.py": SHOP, "monitoring/alerts.rules.yml": text}
    root = rehearsal.pack.bundle.root
    return Rehearsal(spec or rehearsal.spec, make_tree(root, sources), rehearsal.stage)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    pack = make_tree(tmp_path_factory.mktemp("shop"))
    spec = make_shop_spec(database=True)
    with Stage(spec, pack, lambda _: None) as stage:
        yield Rehearsal(spec, pack, stage)


def test_a_page_fires_when_the_database_is_gone_and_none_while_all_is_well(
    running: Rehearsal,
) -> None:
    watched = with_rules(running, rules(BURN, TICKET))
    quiet = alert_stays_quiet.run(watched)
    assert (quiet.result, quiet.why) == (Result.HELD, "")
    assert quiet.evidence["service_minutes"] == 15
    fired = alert_fires_in_time.run(watched)
    assert (fired.result, fired.why) == (Result.HELD, "")
    (fault,) = fired.evidence["faults"]
    assert (fault["without"], fault["page"], fault["failed_share"]) == ("postgresql", "Burn", 1.0)
    assert fault["minutes"] <= 4


def test_what_an_outage_before_left_in_the_service_wakes_nobody(tmp_path: Path) -> None:
    pack = make_tree(tmp_path, {"shop.py": SHOP, "alerts.rules.yml": rules(BURN)})
    spec = make_shop_spec("never_recovers", database=True)
    with Stage(spec, pack, lambda _: None) as stage:
        rehearsal = Rehearsal(spec, pack, stage)
        tried = [probe.run(rehearsal) for probe in (alert_fires_in_time, alert_stays_quiet)]
    assert [(one.result, one.why) for one in tried] == [(Result.HELD, ""), (Result.HELD, "")]


def test_an_alert_that_waits_too_long_breaks_the_claim(running: Rehearsal) -> None:
    outcome = alert_fires_in_time.run(with_rules(running, rules(LATE)))
    assert (outcome.result, outcome.why) == (
        Result.BROKE,
        "100% of requests failed without postgresql, and no page fired in 6m",
    )


def test_an_alert_that_fires_on_a_healthy_service_breaks_the_claim(running: Rehearsal) -> None:
    outcome = alert_stays_quiet.run(with_rules(running, rules(BURN, ALWAYS)))
    assert (outcome.result, outcome.why) == (
        Result.BROKE,
        "Always pages while the service is healthy",
    )


def simulated(text: str, root: Path, **files: str) -> tuple[Spec, Pack]:
    history = {"metrics": "recorded.om", "incidents": "incidents.yaml"} if files else {}
    spec = make_shop_spec(journeys=[], history=history)
    named = {name.replace("_", "."): content for name, content in files.items()}
    return spec, make_tree(root, {"alerts.rules.yml": text, **named})


def tried(probe: Any, text: str, root: Path, **files: str) -> Outcome:
    spec, pack = simulated(text, root, **files)
    return outcome_of(probe.PROBE, spec, pack)


def test_every_tier_that_can_fire_is_shown_with_its_minutes(tmp_path: Path) -> None:
    outcome = tried(slo_tiers_reachable, rules(BURN, TICKET), tmp_path)
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    (signal,) = outcome.evidence["signals"]
    assert signal["error_budget"] == 0.01
    assert signal["minutes_to_fire"]["100.0% bad"] == {"Burn": 9.0, "Slow": 4.0}


@pytest.mark.parametrize(
    ("text", "result", "why"),
    [
        (
            rules(rule("Dead", f"{ratio('1h')} > (14.4 * 0.1)")),
            Result.BROKE,
            "Dead never fires, though all events are bad for longer than its windows",
        ),
        (
            rules(LATE),
            Result.BROKE,
            "Late waits 30m, longer than its window of 5m: an incident is over before it ",
        ),
        (
            rules(TICKET),
            Result.BROKE,
            'nobody is paged though all of shop_requests_total{status=~"5.."} of',
        ),
        (
            rules(ALWAYS),
            Result.NOT_RUN,
            "no alert compares a part of some events with all of them",
        ),
        (rules(rule("Bad", "up ==")), Result.NOT_RUN, "not evaluated here: Bad"),
    ],
)
def test_what_is_wrong_with_a_tier_is_said(
    tmp_path: Path, text: str, result: Result, why: str
) -> None:
    outcome = tried(slo_tiers_reachable, text, tmp_path)
    assert (outcome.result, outcome.why[: len(why)]) == (result, why)


RECORDED = "".join(
    f'shop_requests_total{{status="{status}"}} {value * minute} {minute * 60}\n'
    for minute in range(40)
    for status, value in (("200", 60), ("500", 0 if minute < 20 else 30))
)
INCIDENTS = "- {name: x, from: 1970-01-01T00:%s:00Z, to: 1970-01-01T00:40:00Z}\n"


def test_pages_outside_of_recorded_incidents_break_the_claim(tmp_path: Path) -> None:
    files = {"recorded_om": RECORDED, "incidents_yaml": INCIDENTS % "15"}
    outcome = tried(alert_stays_quiet, rules(BURN), tmp_path, **files)
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    assert outcome.evidence["recorded"]["pages"] == 1
    files["incidents_yaml"] = "- {name: x, from: 1970-01-01T00:01:00Z, to: 1970-01-01T00:02:00Z}\n"
    outcome = tried(alert_stays_quiet, rules(BURN), tmp_path, **files)
    assert (outcome.result, outcome.why) == (
        Result.BROKE,
        "Burn paged while no incident was on, as recorded.om recorded",
    )


def test_recorded_pages_without_known_incidents_are_not_judged(tmp_path: Path) -> None:
    pack = make_tree(tmp_path, {"alerts.rules.yml": rules(BURN), "recorded.om": RECORDED})
    spec = make_shop_spec(journeys=[], history={"metrics": "recorded.om"})
    outcome = outcome_of(alert_stays_quiet.PROBE, spec, pack)
    assert (outcome.result, outcome.why) == (
        Result.NOT_RUN,
        "recorded pages: 1, and nobody says which were right: state history.incidents",
    )


def test_a_tree_without_alerts_has_nothing_to_show(tmp_path: Path) -> None:
    outcome = tried(alert_fires_in_time, "groups: []\n", tmp_path)
    assert (outcome.result, outcome.why) == (Result.NOT_RUN, "the tree has no alert rule")
