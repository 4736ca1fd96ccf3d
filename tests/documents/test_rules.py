"""Rules of plain files and of PrometheusRule objects, with their places and their faults."""

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.rules import Alert, RuleFile

PLAIN = """\
groups:
  - name: orders
    labels: {team: shop}
    rules:
      - record: orders:errors:ratio_rate5m
        expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))
      - alert: OrdersFailing
        expr: |
          orders:errors:ratio_rate5m
            > 0.05
        for: 1h30m
        keep_firing_for: 5m
        labels:
          severity: Page
        annotations:
          runbook_url: https://example.com/orders-failing
"""


def only_alert(text: str) -> Alert:
    [alert] = RuleFile.parse("alerts.yml", text).alerts
    return alert


def test_an_alert_has_its_condition_its_times_in_seconds_and_the_labels_of_its_group() -> None:
    alert = only_alert(PLAIN)
    assert (alert.name, alert.group, alert.line) == ("OrdersFailing", "orders", 7)
    assert (alert.for_s, alert.keep_firing_for_s) == (5400, 300)
    assert alert.labels == {"team": "shop", "severity": "Page"}
    assert alert.runbook == "https://example.com/orders-failing"
    assert alert.expression.canonical == "orders:errors:ratio_rate5m > 0.05"


def test_the_text_of_a_block_begins_on_the_line_below_its_key() -> None:
    alert = only_alert(PLAIN)
    assert (alert.line_of("expr"), alert.expression.line) == (8, 9)
    assert alert.line_of("runbook_url") == 16


def test_a_recording_is_kept_with_its_name_and_its_line() -> None:
    [recording] = RuleFile.parse("alerts.yml", PLAIN).recordings
    assert (recording.name, recording.line) == ("orders:errors:ratio_rate5m", 5)


def test_rules_are_found_in_objects_of_kubernetes_among_others_and_in_lists() -> None:
    rule = "groups: [{name: g, rules: [{alert: A, expr: up == 0}]}]"
    text = (
        "kind: Service\napiVersion: v1\n---\n"
        f"kind: PrometheusRule\napiVersion: monitoring.coreos.com/v1\nspec: {{{rule}}}\n---\n"
        f"kind: List\napiVersion: v1\nitems: [{{kind: PrometheusRule, spec: {{{rule}}}}}]\n"
    )
    assert [alert.name for alert in RuleFile.parse("all.yaml", text).alerts] == ["A", "A"]


@pytest.mark.parametrize(
    ("labels", "severity", "pages"),
    [
        ("{severity: page}", "page", True),
        ("{severity: CRITICAL}", "critical", True),
        ("{severity: P1}", "p1", True),
        ("{severity: sev-0}", "sev-0", True),
        ("{severity: warning}", "warning", False),
        ("{severity: p3}", "p3", False),
        ("{severity: pageteam, sloth_severity: page}", "pageteam", True),
        ("{severity: s2, pager: pagerduty}", "s2", True),
        ("{team: shop}", None, False),
    ],
)
def test_the_labels_say_whether_a_person_is_woken(
    labels: str, severity: str | None, pages: bool
) -> None:
    alert = only_alert(
        f"groups: [{{name: g, rules: [{{alert: A, expr: up == 0, labels: {labels}}}]}}]"
    )
    assert (alert.severity, alert.pages) == (severity, pages)


@pytest.mark.parametrize(
    "annotation", ["runbook_url", "runbook", "runbookURL", "runbook_link", "playbook", "sop_url"]
)
def test_a_runbook_is_linked_under_any_of_its_names(annotation: str) -> None:
    alert = only_alert(
        "groups: [{name: g, rules: [{alert: A, expr: up == 0, "
        f"annotations: {{{annotation}: docs/a.md}}}}]}}]"
    )
    assert alert.runbook == "docs/a.md"


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("{alert: A}", "`A` has no `expr`"),
        ("{expr: up}", "a rule has either `alert` or `record`"),
        ("{alert: A, record: b, expr: up}", "a rule has either `alert` or `record`"),
        ("{record: b, expr: ''}", "`b` has no `expr`"),
    ],
)
def test_what_prometheus_refuses_is_a_fault_of_the_file(rule: str, fault: str) -> None:
    file = RuleFile.parse("alerts.yml", f"groups: [{{name: g, rules: [{rule}]}}]")
    assert [known.why for known in file.faults] == [fault]


def test_a_wrong_duration_is_a_fault_and_the_alert_is_read_all_the_same() -> None:
    file = RuleFile.parse(
        "a.yml", "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n    for: 5 minutes\n"
    )
    assert [(fault.line, fault.why.split(":")[0]) for fault in file.faults] == [(6, "`for")]
    assert [alert.name for alert in file.alerts] == ["A"]


def test_a_template_says_that_it_is_one() -> None:
    text = "groups:\n{{- if .Values.alerts }}\n- name: g\n  rules: []\n{{- end }}\n"
    with pytest.raises(Unparsable, match="is a template"):
        RuleFile.parse("a.yml", text)


@pytest.mark.parametrize(
    "text",
    [
        "groups:",
        "groups: 3",
        "groups: [3]",
        "groups: [{rules: 3}]",
        "groups: [{name: g, rules: [3, null, [], {alert: [], expr: {}}]}]",
        "groups: [{name: g, rules: [{alert: A, expr: 3, labels: 3, annotations: [1], for: []}]}]",
    ],
)
def test_odd_shapes_are_read_without_a_crash(text: str) -> None:
    RuleFile.parse("a.yml", text)
