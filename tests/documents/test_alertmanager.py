"""Routes, receivers and inhibitions of Alertmanager, as its own documentation describes them."""

from datetime import UTC, datetime

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


@pytest.mark.parametrize(
    ("child", "reached"),
    [
        ("{matchers: ['slo!=\"\"']}", ["x"]),  # the same receiver, grouped otherwise
        ("{receiver: y, matchers: [slo=b]}", None),
        ("{receiver: y, matchers: [slo=b], continue: true}, {receiver: y}", ["y"]),
        ("{receiver: y, matchers: [slo=b]}, {receiver: y, matchers: [a=1]}", ["y"]),
        ("{receiver: y, matchers: [slo=b], continue: true}", None),
    ],
)
def test_a_label_that_nobody_knows_matters_only_where_it_decides_who_is_told(
    child: str, reached: list[str] | None
) -> None:
    text = f"route: {{receiver: x, routes: [{child}]}}\nreceivers: [{{name: x}}, {{name: y}}]\n"
    found = Alertmanager.parse("a.yml", text).receivers_of({"a": "1"})
    assert (found if found is None else [receiver.name for receiver in found]) == reached


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ({"severity": "page", "team": "shop", "job": "orders"}, ["on-call"]),
        ({"severity": "page", "team": "shop"}, ["on-call"]),
        ({"severity": "page", "team": "shop", "job": "batch"}, ["batch"]),
        ({"severity": "ticket"}, ["tickets", "others"]),
        ({"severity": "ticket", "job": "orders"}, ["tickets"]),
        ({"job": "orders"}, ["chat"]),
        ({}, ["others"]),
    ],
)
def test_of_an_alert_whose_labels_are_all_known_it_is_known_who_is_told(
    labels: dict[str, str], told: list[str]
) -> None:
    assert [receiver.name for receiver in config.told(labels)] == told


PAGE = {"severity": "page", "team": "shop", "job": "orders", "slo": "latency"}
TICKET = {"severity": "ticket", "job": "orders", "slo": "latency"}


@pytest.mark.parametrize(
    ("ticket", "firing", "is_muted"),
    [
        (TICKET, [], False),
        (TICKET, [PAGE], True),
        (TICKET, [{**PAGE, "slo": "availability"}], False),
        (TICKET, [{**PAGE, "slo": "availability"}, PAGE], True),
        (TICKET, [{"severity": "page", "job": "orders"}], False),
        ({"severity": "ticket"}, [{"severity": "page"}], True),  # missing on both sides is equal
        (PAGE, [TICKET], False),
        (PAGE, [PAGE], False),
    ],
)
def test_an_alert_is_muted_by_one_that_fires_and_agrees(
    ticket: dict[str, str], firing: list[dict[str, str]], is_muted: bool
) -> None:
    assert (config.muting(ticket, firing) is not None) is is_muted
    assert (config.told(ticket, firing) == []) is is_muted


def test_two_alerts_that_are_on_both_sides_do_not_mute_each_other() -> None:
    text = (
        "route: {receiver: x}\nreceivers: [{name: x}]\ninhibit_rules:\n"
        "- {source_matchers: ['a=\"1\"'], target_matchers: ['b=~\"1|2\"'], equal: [c]}\n"
    )
    both = Alertmanager.parse("a.yml", text)
    assert both.muting({"a": "1", "b": "1"}, [{"a": "1", "b": "2"}]) is None
    assert both.muting({"a": "2", "b": "1"}, [{"a": "1", "b": "2"}]) == {"a": "1", "b": "2"}


TIMED = """\
route:
  receiver: chat
  routes:
    - {receiver: a, matchers: [x=a], mute_time_intervals: [nights]}
    - {receiver: b, matchers: [x=b], active_time_intervals: [nights, weekend]}
    - {receiver: c, matchers: [x=c], mute_time_intervals: [nights], routes: [{matchers: [y=d]}]}
receivers: [{name: chat}, {name: a}, {name: b}, {name: c}]
time_intervals:
  - name: nights
    time_intervals: [{times: [{start_time: "22:00", end_time: "24:00"}]}]
mute_time_intervals:
  - name: weekend
    time_intervals: [{weekdays: [saturday, sunday]}]
"""


@pytest.mark.parametrize(
    ("labels", "at", "told"),
    [
        ({"x": "a"}, "2026-11-26T21:59", ["a"]),
        ({"x": "a"}, "2026-11-26T22:00", []),
        ({"x": "a"}, None, ["a"]),
        ({"x": "b"}, "2026-11-26T21:59", []),
        ({"x": "b"}, "2026-11-26T23:59", ["b"]),
        ({"x": "b"}, "2026-11-28T12:00", ["b"]),
        ({"x": "c"}, "2026-11-26T23:00", []),
        ({"x": "c", "y": "d"}, "2026-11-26T23:00", ["c"]),
    ],
)
def test_a_route_is_quiet_in_its_own_times_and_not_in_those_of_its_parent(
    labels: dict[str, str], at: str | None, told: list[str]
) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None
    timed = Alertmanager.parse("a.yml", TIMED)
    assert [receiver.name for receiver in timed.told(labels, at=moment)] == told


WRAPPED = """\
# For Amazon Managed Prometheus.
alertmanager_config: |
  route:
    receiver: pager
    routes:
      - matchers: [severity is page]
  receivers:
    - name: pager
      pagerduty_configs:
        - routing_key:
            aws_secrets_manager: {secret_arn: "${pager_key_arn}", secret_key: routing_key}
"""


@pytest.mark.parametrize("spelling", ["alertmanager_config: |", "alertmanager_config:"])
def test_the_wrapper_of_amazon_managed_prometheus_is_read_and_lines_are_those_of_the_file(
    spelling: str,
) -> None:
    read = Alertmanager.parse("amp.yml", WRAPPED.replace("alertmanager_config: |", spelling))
    assert read.wrapped
    assert [(fault.line, fault.why) for fault in read.faults] == [
        (6, "`severity is page` is no matcher")
    ]
    assert [(r.name, r.line, r.integrations) for r in read.receivers] == [
        ("pager", 8, ("pagerduty",))
    ]
    assert read.inline_keys == ()


def test_a_time_that_alertmanager_refuses_is_a_fault() -> None:
    read = Alertmanager.parse("a.yml", TIMED.replace('"22:00"', "late"))
    assert [(fault.line, fault.why) for fault in read.faults] == [
        (9, "`nights`: `late` is no time of day")
    ]
