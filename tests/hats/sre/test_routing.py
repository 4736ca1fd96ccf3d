"""Where alerts go: one tree in two renderings, its tests, and what is found when one breaks."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.routing_tests import RoutingTests
from opsready.documents.rules import RuleFile
from opsready.facts.fact import Facts
from opsready.hats.sre.routing import FOLDER, produce
from opsready.hats.sre.watch import watch_of
from opsready.pipeline import Options, Prepared, prepare
from opsready.rehearsal.routing_read import failed_tests, read_routing
from opsready.review.catalog import CHECKS
from tests.build import make_case, make_spec

ORDERS = Path(__file__).parents[3] / "examples" / "orders"
PLAIN, MANAGED = f"{FOLDER}/alertmanager.yml", f"{FOLDER}/amp.yml"
TESTS, RULES = f"{FOLDER}/routing.test.yml", "monitoring/prometheus/alerts.rules.yml"
BY_ID = {check.id: check for check in CHECKS}
OF_ROUTING = [
    *("alerts-ungrouped", "deadman-without-route", "end-not-told", "inhibition-label-missing"),
    *("inhibition-label-one-sided", "inhibition-upside-down", "inhibition-without-equal"),
    *("monitoring-unwatched", "page-delayed", "page-reaches-nobody", "page-repeated-often"),
    *("page-wakes-nobody", "pager-key-inline", "receiver-unused", "route-never-reached"),
    *("routing-refused", "routing-renderings-differ", "ticket-wakes-somebody"),
]


@cache
def orders() -> Prepared:
    return prepare(ORDERS, Options(exclude=(".opsready",)))


@cache
def files() -> dict[str, str]:
    """What is written for orders, and its alerts as rules."""
    spec, facts = orders().spec, orders().facts
    watch = watch_of(spec, facts)
    rules = [
        {"alert": a.name, "expr": a.expr, "labels": dict(a.labels), "for": a.for_ or "0s"}
        for a in watch.alerts
    ]
    text = yaml.safe_dump({"groups": [{"name": "orders", "rules": rules}]})
    return {a.path: a.text for a in produce(spec, facts)} | {RULES: text}


def written(**sections: Any) -> dict[str, str]:
    sections = {"health": {"metrics": "/metrics"}, **sections}
    return {a.path: a.text for a in produce(make_spec(**sections), Facts(()))}


def found(check: str, tree: dict[str, str]) -> list[str]:
    return [f"{f.path}: {f.message}" for f in BY_ID[check].find(make_case(tree))]


def test_each_alert_is_told_to_whom_its_severity_asks_for() -> None:
    alerts = make_case(files()).pack.documents(Alertmanager)
    assert [(config.path, config.wrapped) for config in alerts] == [(PLAIN, False), (MANAGED, True)]
    ends = {"page": "orders-pager", "ticket": "orders-tickets", "none": "orders-deadman"}
    for config in alerts:
        for alert in watch_of(orders().spec, orders().facts).alerts:
            labels = {"alertname": alert.name, **alert.labels}
            assert [r.name for r in config.told(labels)] == [ends[alert.severity]], alert.name


@pytest.mark.parametrize("path", [PLAIN, MANAGED])
def test_both_renderings_pass_the_tests_and_mute_only_what_is_slower(path: str) -> None:
    config = Alertmanager.parse(path, files()[path])
    tests = RoutingTests.parse(TESTS, files()[TESTS])
    assert len(tests.tests) > len(watch_of(orders().spec, orders().facts).alerts)
    assert list(failed_tests(config, tests)) == []
    case = make_case(files())
    alerts = [alert for book in case.pack.bundle.documents(RuleFile) for alert in book.alerts]
    reading = read_routing(config, alerts, [tests])
    assert (reading.faults, reading.open, reading.quiet_hours) == ((), (), {})
    of_availability = [pair for pair in reading.muted if "Availability" in pair[0]]
    assert ("OrdersAvailabilityBurnSlow", "OrdersAvailabilityBurnFast") in of_availability
    assert all("Availability" in by for _, by in of_availability)


@pytest.mark.parametrize("check", OF_ROUTING)
def test_no_check_of_routing_finds_anything_in_it(check: str) -> None:
    assert found(check, files()) == []


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not installed")
def test_amtool_has_no_remark(tmp_path: Path) -> None:
    file = tmp_path / "alertmanager.yml"
    for text in (files()[PLAIN], written()[PLAIN], written(service={"name": "it's a shop"})[PLAIN]):
        file.write_text(text, encoding="utf-8")
        told = subprocess.run(["amtool", "check-config", file], capture_output=True, text=True)
        assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize(
    ("check", "path", "good", "bad", "message"),
    [
        (
            "page-wakes-nobody",
            PLAIN,
            "'severity=\"page\"'",
            "'severity=\"pages\"'",
            f"{RULES}: `OrdersTrafficDropped` is to wake a person, and is sent to "
            "`orders-tickets` alone, by slack",
        ),
        (
            "pager-key-inline",
            PLAIN,
            "routing_key_file: /etc/alertmanager/secrets/pagerduty_routing_key",
            "routing_key: 8f3c1d9a7b2e4f60a5c8d1e37b9f2a46",
            f"{PLAIN}: the secret `routing_key` is written out here: whoever can read the "
            "repository, or ever could, has it",
        ),
        (
            "deadman-without-route",
            PLAIN,
            'alertname="OrdersDeadMansSwitch"\'',
            'alertname="Watchdog"\'',
            f"{RULES}: `OrdersDeadMansSwitch` fires all the time, and goes to `orders-tickets`, "
            "where people read: nobody misses it there when it stops",
        ),
        (
            "routing-renderings-differ",
            PLAIN,
            "group_wait: 10s",
            "group_wait: 1m",
            f'{MANAGED}: `route`.routes[1].routes[0].group_wait is "10s" here, and "1m" in '
            f"{PLAIN}: the two no longer say the same",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "-" in value else "",
)
def test_a_planted_fault_is_found_by_name(
    check: str, path: str, good: str, bad: str, message: str
) -> None:
    assert good in files()[path]
    tree = {**files(), path: files()[path].replace(good, bad)}
    assert message in found(check, tree)


def test_an_inhibition_label_that_tickets_lost_is_found_by_name() -> None:
    """Recorded series may bring the label too, so these rules read none."""
    rules = [
        {
            "alert": alert.name,
            "expr": "sum(rate(errors_total[5m])) > 1",
            "labels": {
                name: value
                for name, value in alert.labels.items()
                if name != "slo" or alert.severity == "page"
            },
        }
        for alert in watch_of(orders().spec, orders().facts).alerts
    ]
    text = yaml.safe_dump({"groups": [{"name": "orders", "rules": rules}]})
    assert found("inhibition-label-one-sided", {**files(), RULES: text}) == [
        f"{path}: the label `slo` is on the alerts that mute alone: it never agrees, and nothing "
        "is muted"
        for path in (PLAIN, MANAGED)
    ]


@pytest.mark.parametrize(
    ("paging", "says"),
    [
        ({"provider": "pagerduty"}, None),
        ({}, "# PagerDuty is assumed: no document names a pager."),
        ({"provider": "opsgenie"}, "# PagerDuty is assumed: the documents name opsgenie."),
        ({"provider": "pagerduty", "key_reference": "vault: ops/pager"}, "# The key is kept at "),
        ({"key_reference": "/run/secrets/pager"}, "      - routing_key_file: /run/secrets/pager"),
    ],
)
def test_the_key_is_a_reference_and_an_assumed_pager_is_said(
    paging: dict[str, str], says: str | None
) -> None:
    text = written(paging=paging)[PLAIN]
    if says is None:
        assert "assumed" not in text
    else:
        assert any(line.startswith(says) for line in text.splitlines())
    assert Alertmanager.parse(PLAIN, text).inline_keys == ()


def test_a_service_without_objectives_has_no_inhibition_and_all_tests_pass() -> None:
    tree = written(service={"name": "it's a shop"})
    config = Alertmanager.parse(PLAIN, tree[PLAIN])
    assert (config.faults, config.inhibitions) == ((), ())
    assert list(failed_tests(config, RoutingTests.parse(TESTS, tree[TESTS]))) == []
    assert found("routing-renderings-differ", tree) == []


def test_where_no_metric_is_known_nothing_could_alert() -> None:
    assert written(health={}) == {}
