"""Panels of Grafana and what they ask, with variables filled in for reading."""

import pytest

from opsready.documents.dashboard import Dashboard
from opsready.documents.document import Unparsable

DASHBOARD = """\
{
  "title": "Orders",
  "uid": "orders",
  "panels": [
    {"type": "row", "title": "Top", "panels": [
      {"type": "timeseries", "title": "Rate",
       "fieldConfig": {"defaults": {"unit": "reqps"}},
       "targets": [
         {"expr": "sum(rate(orders_total{job=\\"$job\\"}[$__rate_interval]))"},
         {"expr": "orders_total"}
       ]}
    ]},
    {"type": "logs", "title": "Logs", "datasource": {"type": "loki"},
     "targets": [{"expr": "{app=\\"orders\\"} |= \\"error\\""}]},
    {"type": "text", "title": "Words"}
  ]
}
"""


def test_panels_are_laid_flat_and_those_that_ask_nothing_of_prometheus_left_out() -> None:
    dashboard = Dashboard.parse("orders.json", DASHBOARD)
    [panel] = dashboard.panels
    assert (dashboard.title, panel.title, panel.kind, panel.unit) == (
        "Orders",
        "Rate",
        "timeseries",
        "reqps",
    )


def test_queries_have_their_lines_and_their_variables_filled_in() -> None:
    [panel] = Dashboard.parse("orders.json", DASHBOARD).panels
    assert [(query.line, query.canonical) for query in panel.queries] == [
        (9, 'sum(rate(orders_total{job="variable"}[5m]))'),
        (10, "orders_total"),
    ]


@pytest.mark.parametrize(
    "window", ["[$__interval]", "[${__rate_interval}]", "[$window]", "[${window:raw}]", "[$w:1m]"]
)
def test_a_variable_for_a_window_is_read_as_five_minutes(window: str) -> None:
    text = f'{{"panels": [{{"targets": [{{"expr": "rate(a{window})"}}]}}]}}'.replace(
        "rate(a[$w:1m])", "max_over_time(a[$w:1m])"
    )
    [panel] = Dashboard.parse("a.json", text).panels
    assert panel.queries[0].root is not None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not JSON"),
        ("[]", "an object is expected"),
        ("[" * 100_000, "nested too deeply|is not JSON"),
    ],
)
def test_what_is_no_dashboard_is_refused(text: str, why: str) -> None:
    with pytest.raises(Unparsable, match=why):
        Dashboard.parse("a.json", text)


@pytest.mark.parametrize(
    "text",
    [
        '{"panels": 3}',
        '{"panels": [3, null, {"targets": 3}, {"targets": [3, {"expr": 3}]}]}',
        '{"panels": [{"fieldConfig": 3, "targets": [{"expr": "a"}]}]}',
    ],
)
def test_odd_shapes_are_read_without_a_crash(text: str) -> None:
    Dashboard.parse("a.json", text)


CHOICES = """\
{
  "title": "Orders", "uid": "orders", "editable": true,
  "panels": [
    {"type": "timeseries", "title": "Rate", "datasource": {"type": "prometheus", "uid": "P1"},
     "targets": [{"expr": "rate(a_total{job=\\"$job\\", pod=\\"[[pod]]\\"}[$__rate_interval])"}]},
    {"type": "graph", "title": "Old", "datasource": "${source}", "yaxes": [{"format": "s"}],
     "targets": [{"expr": "orders_age_seconds"}]},
    {"type": "stat", "title": "Empty"}
  ],
  "templating": {"list": [
    {"name": "job", "type": "query", "query": {"query": "label_values(up, job)"}, "refresh": 2},
    {"name": "secret", "type": "query", "query": "label_values(up, a)", "hide": 2}
  ]}
}
"""


def test_a_dashboard_tells_its_choices_and_which_of_them_are_used_or_missing() -> None:
    dashboard = Dashboard.parse("orders.json", CHOICES)
    assert [(c.name, c.line, c.query, c.refresh, c.is_hidden) for c in dashboard.choices] == [
        ("job", 11, "label_values(up, job)", 2, False),
        ("secret", 12, "label_values(up, a)", 1, True),
    ]
    assert dashboard.asks_for("job")
    assert not dashboard.asks_for("secret")
    assert dashboard.undeclared == {"pod"}


def test_a_panel_tells_its_query_as_written_its_unit_and_a_data_source_of_its_own() -> None:
    dashboard = Dashboard.parse("orders.json", CHOICES)
    assert [(p.title, p.unit, p.source) for p in dashboard.panels] == [
        ("Rate", None, "P1"),
        ("Old", "s", None),
    ]
    assert "$__rate_interval" in dashboard.panels[0].written[0]
    assert dashboard.empty == (("Empty", 8),)
    assert (dashboard.editable_line, dashboard.uid_line) == (2, 2)
