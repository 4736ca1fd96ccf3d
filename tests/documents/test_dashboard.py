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
