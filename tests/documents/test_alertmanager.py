"""Routes, receivers and inhibitions of Alertmanager, as its own documentation describes them."""

import pytest

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.document import Unparsable

CONFIG = """\
route:
  receiver: chat
  group_by: [alertname, job]
  repeat_interval: 12h
  routes:
    - matchers: ['severity="page"', team=~"shop|pay"]
      receiver: on-call
      routes:
        - match: {job: batch}
          receiver: batch
          mute_time_intervals: [nights]
    - match_re: {severity: "ticket|info"}
      receiver: tickets
      continue: true
    - matchers: ['job!="orders"']
      receiver: others
receivers:
  - {name: chat, slack_configs: [{channel: "#a"}]}
  - {name: on-call, pagerduty_configs: [{routing_key_file: /key}], email_configs: []}
  - {name: batch}
  - {name: tickets, webhook_configs: [{url: "https://t"}]}
  - {name: others}
time_intervals:
  - {name: nights}
inhibit_rules:
  - source_matchers: ['severity="page"']
    target_match: {severity: ticket}
    equal: [job, slo]
"""
config = Alertmanager.parse("alertmanager.yml", CONFIG)


@pytest.mark.parametrize(
    ("labels", "reached"),
    [
        ({"severity": "page", "team": "shop", "job": "orders"}, ["on-call"]),
        ({"severity": "page", "team": "shop", "job": "batch"}, ["batch"]),
        ({"severity": "page", "team": "shopping", "job": "orders"}, ["chat"]),
        ({"severity": "ticket", "job": "orders"}, ["tickets"]),
        ({"severity": "ticket", "job": "mail"}, ["tickets", "others"]),
        ({"severity": "none", "job": "mail"}, ["others"]),
        ({"severity": "none", "job": "orders"}, ["chat"]),
        ({"severity": "page", "team": "shop"}, None),
        ({"severity": "page"}, None),
        ({"severity": "none"}, None),
    ],
)
def test_an_alert_reaches_the_first_route_that_matches_or_nobody_knows_which(
    labels: dict[str, str], reached: list[str] | None
) -> None:
    found = config.receivers_of(labels)
    assert (found if found is None else [receiver.name for receiver in found]) == reached


def test_a_route_inherits_what_it_does_not_say() -> None:
    assert config.route is not None
    batch = config.route.routes[0].routes[0]
    assert (batch.receiver, batch.group_by, batch.repeat_interval_s) == (
        "batch",
        ("alertname", "job"),
        43_200,
    )
    assert batch.intervals == (("nights", 11),)


def test_a_receiver_knows_its_integrations_and_empty_lists_are_none() -> None:
    assert {r.name: r.integrations for r in config.receivers} == {
        "chat": ("slack",),
        "on-call": ("pagerduty",),
        "batch": (),
        "tickets": ("webhook",),
        "others": (),
    }
    assert [r.name for r in config.receivers if r.wakes] == ["on-call"]


def test_an_inhibition_has_two_sides_and_the_labels_that_must_agree() -> None:
    [inhibition] = config.inhibitions
    assert [(m.label, m.op, m.value) for m in inhibition.source] == [("severity", "=", "page")]
    assert [(m.label, m.op, m.value) for m in inhibition.target] == [("severity", "=", "ticket")]
    assert (inhibition.equal, inhibition.equal_line) == (("job", "slo"), 28)


@pytest.mark.parametrize(
    ("written", "matchers"),
    [
        ("[a=b]", [("a", "=", "b")]),
        ("['a = \"b c\"']", [("a", "=", "b c")]),
        ('[\'a=~"x|y", b!="z"\']', [("a", "=~", "x|y"), ("b", "!=", "z")]),
        ("['{a=\"b,c\"}']", [("a", "=", "b,c")]),
        ("'a=\"b\"'", [("a", "=", "b")]),
        ('[\'"a.b"="c"\']', [("a.b", "=", "c")]),
    ],
)
def test_matchers_are_read_in_each_of_their_spellings(
    written: str, matchers: list[tuple[str, str, str]]
) -> None:
    text = f"route: {{receiver: x, matchers: {written}}}\nreceivers: [{{name: x}}]\n"
    route = Alertmanager.parse("a.yml", text).route
    assert route is not None
    assert [(m.label, m.op, m.value) for m in route.matchers] == matchers


@pytest.mark.parametrize(
    ("route", "fault"),
    [
        ("{receiver: x, matchers: [severity is page]}", "`severity is page` is no matcher"),
        ("{receiver: x, repeat_interval: soon}", "`repeat_interval: soon` is no duration"),
    ],
)
def test_what_alertmanager_refuses_is_a_fault(route: str, fault: str) -> None:
    config = Alertmanager.parse("a.yml", f"route: {route}\nreceivers: [{{name: x}}]\n")
    assert [known.why for known in config.faults] == [fault]


def test_a_pattern_that_does_not_compile_is_a_fault_and_fits_nothing() -> None:
    text = "route: {receiver: x, routes: [{receiver: y, matchers: ['a=~\"(\"']}]}\n"
    config = Alertmanager.parse("a.yml", text + "receivers: [{name: x}, {name: y}]\n")
    assert len(config.faults) == 1
    assert [r.name for r in config.receivers_of({"a": "("}) or []] == ["x"]


def test_a_file_without_a_route_is_refused() -> None:
    with pytest.raises(Unparsable, match="has no `route`"):
        Alertmanager.parse("a.yml", "receivers: []\n")
