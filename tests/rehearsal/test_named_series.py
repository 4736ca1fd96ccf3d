"""Which series rules and dashboards name, with the labels that are read around them."""

import json

import pytest

from opsready.hats.pack import Pack
from opsready.rehearsal.named_series import named_by
from tests.build import make_bundle


def pack_of(*expressions: str, recorded: tuple[tuple[str, str], ...] = ()) -> Pack:
    lines = ["groups:", "- name: shop", "  rules:"]
    for name, expr in recorded:
        lines += [f"  - record: {name}", f"    expr: {json.dumps(expr)}"]
    for expr in expressions:
        lines += ["  - alert: A", f"    expr: {json.dumps(expr)}"]
    return Pack(make_bundle({"rules.yml": "\n".join(lines) + "\n"}))


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ("errors_total > 1", {"errors_total": set()}),
        ('errors_total{status="500", job="a"} > 1', {"errors_total": {"status", "job"}}),
        ("sum by (route) (rate(errors_total[5m]))", {"errors_total": {"route"}}),
        ("sum without (route) (errors_total)", {"errors_total": set()}),
        ("sum by (a) (sum by (b) (errors_total))", {"errors_total": {"b"}}),
        (
            "sum by (le) (rate(x_bucket[5m])) / on (le) y_total",
            {"x_bucket": {"le"}, "y_total": {"le"}},
        ),
        (
            'sum by (new) (label_replace(errors_total, "new", "$1", "old", "(.*)"))',
            {"errors_total": {"old"}},
        ),
        (
            'sum by (new) (label_join(errors_total, "new", "-", "a", "b"))',
            {"errors_total": {"a", "b"}},
        ),
        ('up{job="shop"} == 0 or absent(up)', {}),
        ('{__name__="errors_total", code="5"}', {"errors_total": {"code"}}),
        ('{job="shop"}', {}),
    ],
)
def test_a_series_is_named_with_the_labels_that_are_read_of_it(
    expression: str, named: dict[str, set[str]]
) -> None:
    found = named_by(pack_of(expression))
    assert {one.metric: set(one.labels) for one in found.series} == named


def test_what_the_rules_record_is_not_asked_of_the_service() -> None:
    pack = pack_of("job:errors:rate5m > 1", recorded=(("job:errors:rate5m", "rate(errors[5m])"),))
    assert [(str(one), one.place) for one in named_by(pack).series] == [("errors", "rules.yml:5")]


@pytest.mark.parametrize(
    ("expression", "astray"),
    [
        ('slo:errors{slo="availability"} > 0.1', []),
        ('slo:errors{slo=~"avail.*", environment="production"} > 0.1', []),
        ('slo:errors{route="/orders"} > 0.1', []),
        ('slo:errors{slo="availabilty"} > 0.1', ['slo:errors{slo="availabilty"}']),
        ('slo:errors{tier="fast"} > 0.1', ['slo:errors{tier="fast"}']),
    ],
)
def test_a_recorded_series_is_held_against_the_labels_that_its_rule_gives(
    expression: str, astray: list[str]
) -> None:
    text = (
        "groups:\n- name: shop\n  rules:\n  - record: slo:errors\n"
        "    expr: sum by (route) (errors)\n    labels: {slo: availability}\n"
        f"  - alert: A\n    expr: {json.dumps(expression)}\n"
    )
    found = named_by(Pack(make_bundle({"rules.yml": text})))
    assert [str(one) for one in found.astray] == astray
    assert [str(one) for one in found.series] == ["errors"]


def test_a_dashboard_names_series_and_its_variables_ask_for_no_value() -> None:
    panel = {"title": "x", "type": "graph", "targets": [{"expr": 'errors{route="$route", a="b"}'}]}
    dashboard = json.dumps({"title": "shop", "schemaVersion": 39, "panels": [panel]})
    (one,) = named_by(Pack(make_bundle({"shop.json": dashboard}))).series
    assert str(one) == 'errors{a="b"}'
    assert one.labels == {"route", "a"}


def test_an_expression_that_cannot_be_read_is_named_by_its_place() -> None:
    named = named_by(pack_of("errors_total >", "errors_total > 1"))
    assert named.unread == ("rules.yml:5",)
    assert [one.metric for one in named.series] == ["errors_total"]
