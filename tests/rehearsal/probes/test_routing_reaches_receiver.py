"""routing_reaches_receiver: a routing that is read, asked of amtool, and run for real."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from opsready.rehearsal.probes.routing_reaches_receiver import PROBE
from opsready.rehearsal.proof import Outcome, Result
from tests.build import make_spec
from tests.rehearsal.build import make_tree, outcome_of

pytestmark = pytest.mark.usefixtures("stages")

ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
needs_alertmanager = pytest.mark.skipif(ALERTMANAGER is None, reason="Alertmanager is not here")

ROUTING_TESTS = "routing.test.yml"
RULES = """\
groups:
- name: shop
  rules:
  - alert: FastBurn
    expr: sum(rate(errors_total[5m])) > 5
    labels: {severity: page, slo: orders}
    annotations: {summary: orders fail, runbook_url: https://runbooks.example/burn}
  - alert: SlowBurn
    expr: sum(rate(errors_total[6h])) > 1
    labels: {severity: ticket, slo: orders}
    annotations: {summary: orders fail now and then}
  - alert: Watchdog
    expr: vector(1)
    labels: {severity: none}
    annotations: {summary: alerting works}
"""
ROUTING = """\
route:
  receiver: tickets
  group_by: [alertname]
  routes:
    - {matchers: [alertname="Watchdog"], receiver: outside}
    - {matchers: [severity="page"], receiver: pager}
receivers:
  - name: pager
    pagerduty_configs:
      - routing_key_file: /etc/pagerduty.key
        severity: critical
        description: '{{ .CommonAnnotations.summary }}'
        details: {runbook: '{{ .CommonAnnotations.runbook_url }}'}
  - name: tickets
    slack_configs: [{api_url_file: /etc/tickets.url}]
  - name: outside
    webhook_configs: [{url: https://beats.example/shop}]
inhibit_rules:
  - source_matchers: [severity="page"]
    target_matchers: [severity="ticket"]
    equal: [slo]
"""
TESTS = """\
routing: [alertmanager.yml]
tests:
  - name: the ticket is muted by its page
    alert: {alertname: SlowBurn, severity: ticket, slo: orders}
    while: [{alertname: FastBurn, severity: page, slo: orders}]
    receivers: []
  - name: a page wakes somebody
    alert: {alertname: FastBurn, severity: page, slo: orders}
    receivers: [pager]
"""


def tried(
    tmp_path: Path, routing: str = ROUTING, rules: str = RULES, tests: str = TESTS
) -> Outcome:
    files = {"alertmanager.yml": routing, "alerts.yml": rules, "routing.test.yml": tests}
    pack = make_tree(tmp_path, {path: text for path, text in files.items() if text})
    return outcome_of(PROBE, make_spec(), pack)


def swapped(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


@needs_alertmanager
def test_it_holds_when_all_is_told_as_it_is_read_and_nothing_left_the_machine(
    tmp_path: Path,
) -> None:
    outcome = tried(tmp_path)
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    of_it: dict[str, Any] = outcome.evidence["alertmanager.yml"]
    assert of_it["muted"] == ["SlowBurn by FastBurn"]
    assert of_it["shown"] == {
        "told": ["FastBurn to pager", "SlowBurn to tickets", "Watchdog to outside"],
        "incidents": 1,
        "muted": ["SlowBurn"],
        "waves": 3,
        "as_webhooks": [],
    }
    assert (tmp_path / "alertmanager.yml").read_text() == ROUTING


@needs_alertmanager
def test_it_breaks_when_what_arrives_is_not_what_a_pager_takes(tmp_path: Path) -> None:
    """All three faults are seen by nobody who only reads the tree of routes."""
    routing = swapped(ROUTING, "severity: critical", "severity: info")
    routing = swapped(routing, "{{ .CommonAnnotations.summary }}", "{{ .CommonAnnotations.title }}")
    linked = "{runbook: '{{ .CommonAnnotations.runbook_url }}'}"
    routing = swapped(routing, linked, "{runbook: see the wiki, firing: one}")
    outcome = tried(tmp_path, routing)
    assert outcome.result is Result.BROKE
    assert outcome.why == (
        "alertmanager.yml: FastBurn: its severity is page, and PagerDuty is told info; "
        "alertmanager.yml: FastBurn: its event has no summary that PagerDuty takes; "
        "alertmanager.yml: FastBurn: its event does not lead to its runbook"
    )


ALWAYS_MUTES = "  - {source_matchers: [severity=none], target_matchers: [severity=ticket]}\n"
PAGER_ROUTE = '    - {matchers: [severity="page"], receiver: pager}\n'
WATCHDOG_ROUTE = '    - {matchers: [alertname="Watchdog"], receiver: outside}\n'


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (PAGER_ROUTE, "", "FastBurn is to wake a person, and goes to tickets"),
        (WATCHDOG_ROUTE, "    - {matchers: [severity=none], receiver: pager}\n", "Watchdog always"),
        ("equal: [slo]", "equal: [job]", "by the label job, which neither has"),
        ("    equal: [slo]\n", f"    equal: [slo]\n{ALWAYS_MUTES}", "so mutes SlowBurn for ever"),
        ("slack_configs: [{api_url_file: /etc/tickets.url}]", "x: y", "SlowBurn is told to nobody"),
        ("receiver: pager}", "receiver: pager, mute_time_intervals: [a]}", "is muted at all times"),
        ("[severity=", "[severity is ", "`severity is "),
    ],
)
def test_it_breaks_where_reading_shows_that_an_alert_goes_wrong(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    always = "time_intervals: [{name: a, time_intervals: [{}]}]\n"
    outcome = tried(tmp_path, swapped(ROUTING, old, new) + always, tests="")
    assert outcome.result is Result.BROKE
    assert why in outcome.why


def test_it_breaks_on_a_ticket_that_mutes_a_page(tmp_path: Path) -> None:
    routing = swapped(ROUTING, 'severity="page"]\n    target_matchers: [severity="ticket"]', "TURN")
    routing = swapped(routing, "TURN", 'severity="ticket"]\n    target_matchers: [severity="page"]')
    outcome = tried(tmp_path, routing, tests="")
    assert outcome.why == (
        "alertmanager.yml: SlowBurn, which wakes nobody, mutes FastBurn, which should"
    )


def test_it_breaks_on_a_test_that_fails_and_says_its_line(tmp_path: Path) -> None:
    outcome = tried(tmp_path, tests=swapped(TESTS, "receivers: [pager]", "receivers: [desk]"))
    assert outcome.why == (
        "alertmanager.yml: routing.test.yml:7: a page wakes somebody: desk expected, told is pager"
    )


def test_it_breaks_on_tests_of_a_routing_that_is_not_there(tmp_path: Path) -> None:
    outcome = tried(tmp_path, tests=swapped(TESTS, "[alertmanager.yml]", "[alerts/main.yml]"))
    assert outcome.why == "routing.test.yml tests alerts/main.yml, which is not there"


def test_where_it_is_not_installed_what_a_pager_receives_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    outcome = tried(tmp_path)
    assert (outcome.result, outcome.why) == (
        Result.NOT_RUN,
        "the real Alertmanager is not installed (prometheus-alertmanager of Debian): what a pager "
        "receives was not shown",
    )
    assert outcome.evidence["amtool"] == "not installed"
    assert outcome.evidence["alertmanager.yml"]["tests"] == 2


@pytest.mark.parametrize(
    ("routing", "rules", "why"),
    [
        ("", RULES, "the tree has no Alertmanager routing"),
        (ROUTING, "", "the tree has no alert rule that could be routed"),
    ],
)
def test_without_routing_or_rules_there_is_nothing_to_try(
    tmp_path: Path, routing: str, rules: str, why: str
) -> None:
    outcome = tried(tmp_path, routing, rules, tests="")
    assert (outcome.result, outcome.why) == (Result.NOT_RUN, why)


@needs_alertmanager
def test_an_alert_whose_series_decide_leaves_it_open(tmp_path: Path) -> None:
    rules = swapped(RULES, "sum(rate(errors_total[6h]))", "rate(errors_total[6h])")
    routing = swapped(
        ROUTING, PAGER_ROUTE, PAGER_ROUTE + "    - {matchers: [a=b], receiver: pager}\n"
    )
    outcome = tried(tmp_path, routing, rules)
    assert (outcome.result, outcome.why) == (
        Result.NOT_RUN,
        "alertmanager.yml: where SlowBurn goes hangs on labels that its series bring",
    )


@needs_alertmanager
def test_what_the_hats_write_for_a_service_of_others_holds(tmp_path: Path) -> None:
    """Two of Kinto's alerts share an incident, and each has a runbook of its own."""
    monitoring = Path(__file__).parents[2] / "hats" / "golden" / "kinto" / "monitoring"
    paths = [*monitoring.glob("prometheus/*.yml")]
    paths += [monitoring / "alertmanager" / name for name in ("alertmanager.yml", ROUTING_TESTS)]
    files = {p.relative_to(monitoring).as_posix(): p.read_text() for p in paths}
    tests = f"alertmanager/{ROUTING_TESTS}"
    files[tests] = swapped(files[tests], "[alertmanager.yml, amp.yml]", "[alertmanager.yml]")
    pack = make_tree(tmp_path, files)
    outcome = outcome_of(PROBE, make_spec(), pack)
    assert (outcome.result, outcome.why) == (Result.HELD, "")


@needs_alertmanager
def test_alerts_of_one_name_are_told_apart_as_sloth_writes_them(tmp_path: Path) -> None:
    rules = swapped(RULES, "alert: SlowBurn", "alert: FastBurn")
    outcome = tried(tmp_path, rules=rules, tests="")
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    assert outcome.evidence["alertmanager.yml"]["shown"]["told"] == [
        "FastBurn{alertname=FastBurn, severity=page, slo=orders} to pager",
        "FastBurn{alertname=FastBurn, severity=ticket, slo=orders} to tickets",
        "Watchdog to outside",
    ]
