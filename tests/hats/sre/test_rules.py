"""Rules that Prometheus takes, and whose tests hold in it, version by version."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from opsready.documents.rules import RuleFile
from opsready.facts.fact import Facts
from opsready.hats.sre.alert import ALERTING, RECORDING
from opsready.hats.sre.rule_tests import FOLDER
from opsready.promql.semantics import SEMANTICS
from tests.alerting.promtool import TOOL, said_of
from tests.hats.sre.watched import (
    AVAILABLE,
    FAST,
    REQUESTS,
    SECONDS,
    facts_of,
    failures,
    fired,
    metric,
    rules_of,
    shop,
)

GOLDEN = Path(__file__).parents[1] / "golden"
needs_promtool = pytest.mark.skipif(TOOL is None, reason="promtool is not installed")


def golden(name: str) -> dict[str, str]:
    root = GOLDEN / name
    files = sorted((root / "monitoring" / "prometheus").rglob("*.yml"))
    return {path.relative_to(root).as_posix(): path.read_text() for path in files}


def alerts_in(text: str) -> list[str]:
    return [alert.name for alert in RuleFile.parse(ALERTING, text).alerts]


@pytest.mark.parametrize(("name", "version"), [("orders", "3.0"), ("kinto", "2.42")])
def test_the_tests_hold_in_prometheus_2_and_3(name: str, version: str) -> None:
    assert failures(golden(name), SEMANTICS[version]) == []


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_every_alert_fires_in_some_test(name: str) -> None:
    files = golden(name)
    assert set(alerts_in(files[ALERTING])) - fired(files) == set()


@needs_promtool
@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_promtool_has_no_remark_on_the_rules(name: str) -> None:
    folder = GOLDEN / name / "monitoring" / "prometheus"
    assert TOOL is not None
    for path in (folder / "recording.rules.yml", folder / "alerts.rules.yml"):
        asked = [TOOL, "check", "rules", "--lint=all", "--lint-fatal", str(path)]
        ran = subprocess.run(asked, capture_output=True, text=True)
        assert (ran.returncode, ran.stderr) == (0, "")


def odd(name: str, **told: Any) -> dict[str, Any]:
    return {**AVAILABLE, "name": name, **told}


ODD: dict[str, dict[str, Any]] = {
    "windows and targets": {
        "slos": [
            odd("day", window_days=1, objective_percent=99.5),
            odd("week", window_days=7, objective_percent=99.6),
            odd("quarter", window_days=90, objective_percent=99.7),
            odd("year", window_days=365, objective_percent=99.8),
            odd("five-nines", objective_percent=99.999),
        ]
    },
    "hardly any target": {"slos": [odd("coin", objective_percent=50), odd("b", window_days=28)]},
    "places and dependencies": {
        "slos": [AVAILABLE, odd("buying", where="POST /buy"), {**FAST, "threshold_s": 1.0}],
        "dependencies": [
            {"name": "db", "kind": "postgresql", "critical": True},
            {"name": "cache", "kind": "redis", "critical": False},
        ],
        "target": {"kind": "kubernetes", "repository": "shop/shop"},
    },
}


@pytest.mark.parametrize("sections", ODD.values(), ids=ODD)
def test_the_tests_hold_for_odd_objectives_too(sections: dict[str, Any]) -> None:
    files = rules_of(shop(**sections), facts_of())
    assert failures(files) == []
    assert set(alerts_in(files[ALERTING])) - fired(files) == set()


@needs_promtool
def test_promtool_passes_them_too(tmp_path: Path) -> None:
    """Of a window of a day: of longer ones it takes ten seconds, and our own evaluator one."""
    files = rules_of(shop(slos=[odd("day", window_days=1)]), facts_of(metric(REQUESTS)))
    for path, text in files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    for name in ("shop", "shop-days"):
        passed, said = said_of(tmp_path / FOLDER / f"{name}.test.yml")
        assert passed, said


@pytest.mark.parametrize(
    ("days", "percent", "thresholds"),
    [
        (30, 99.9, ["14.4 * 0.001", "6 * 0.001", "3 * 0.001", "1 * 0.001"]),
        (28, 99.95, ["13.44 * 0.0005", "5.6 * 0.0005", "2.8 * 0.0005", "14 / 15 * 0.0005"]),
        (7, 99.0, ["14.4 * 0.01", "6 * 0.01", "3 * 0.01", "1 * 0.01"]),
        (90, 99.999, ["43.2 * 0.00001", "18 * 0.00001", "9 * 0.00001", "3 * 0.00001"]),
        (30, 90.0, ["6 * 0.1", "3 * 0.1", "1 * 0.1"]),
    ],
)
def test_thresholds_are_exact_decimals(days: int, percent: float, thresholds: list[str]) -> None:
    slo = {**AVAILABLE, "window_days": days, "objective_percent": percent}
    text = rules_of(shop(slos=[slo]), facts_of())[ALERTING]
    assert list(dict.fromkeys(re.findall(r"> ([\d.]+(?: / \d+)? \* [\d.]+)\n", text))) == thresholds


def test_what_machines_ask_for_is_in_no_indicator() -> None:
    text = rules_of(shop(), facts_of())[RECORDING]
    counted = re.findall(r"shop_requests_total\{[^}]*\}", text)
    assert counted
    assert [c for c in counted if 'route!~"/live|/metrics|/ready"' not in c] == []


def test_a_year_of_requests_weighs_each_request_the_same() -> None:
    text = rules_of(shop(slos=[{**AVAILABLE, "window_days": 365}]), facts_of())[RECORDING]
    assert (
        'sum_over_time(slo:bad_events:rate5m{service="shop", slo="availability"}[365d])\n'
        '          / sum_over_time(slo:events:rate5m{service="shop", slo="availability"}[365d])'
    ) in text


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_no_group_has_more_rules_than_amazons_first_quota(name: str) -> None:
    """Twenty a group, until somebody asks for more."""
    files = golden(name)
    groups = [g for path in (RECORDING, ALERTING) for g in RuleFile.parse(path, files[path]).groups]
    assert max(len(group.rules) for group in groups) <= 20


def test_a_hundred_routes_make_no_more_rules_than_one() -> None:
    values = {"method": ["GET"], "status": ["200"]}
    routes = [f"/r{number}" for number in range(100)]
    many = metric(REQUESTS, seen=True, values={**values, "route": routes})
    few = metric(REQUESTS, seen=True, values={**values, "route": ["/r1"]})
    spec = shop()
    assert rules_of(spec, facts_of(many))[RECORDING] == rules_of(spec, facts_of(few))[RECORDING]


def test_rules_use_no_field_that_only_one_server_knows() -> None:
    keys = {
        match
        for text in golden("orders").values()
        if "rule_files" not in text
        for match in re.findall(r"^ *(?:- )?(\w+):", text, re.MULTILINE)
    }
    assert keys == {
        *("groups", "name", "interval", "rules", "record", "alert", "expr", "for", "labels"),
        *("annotations", "severity", "service", "slo", "tier", "dependency"),
        *("summary", "description", "runbook_url", "dashboard_url"),
    }


def test_nothing_is_written_where_nothing_is_measured() -> None:
    assert rules_of(shop(health={}), Facts(())) == {}
    assert list(rules_of(shop(), Facts(()))) == [ALERTING, f"{FOLDER}/shop.test.yml"]


def test_the_same_facts_give_the_same_bytes() -> None:
    spec, facts = shop(slos=[AVAILABLE, FAST]), facts_of(metric(SECONDS), metric(REQUESTS))
    assert rules_of(spec, facts) == rules_of(spec, facts)
