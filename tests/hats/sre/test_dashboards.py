"""Dashboards that ask only for what is there, of a service that shows much, little or nothing."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import promql_parser
import pytest

from opsready.documents.dashboard import Dashboard, filled_in
from opsready.documents.rules import RuleFile
from opsready.facts.fact import Claim, Fact, Facts
from opsready.hats.pack import Pack
from opsready.hats.sre.dashboards import produce
from opsready.hats.sre.grafana import OPEN_ROWS_AT_MOST
from opsready.hats.sre.journey_board import view_of
from opsready.hats.sre.watch import watch_of
from opsready.rehearsal.named_series import MADE_BY_PROMETHEUS
from opsready.review.catalog import CHECKS
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding
from opsready.spec.spec import Spec
from tests.build import make_bundle, make_fact, make_spec

GOLDEN = Path(__file__).parents[1] / "golden"
REQUESTS = {
    "name": "shop_http_requests_total",
    "type": "counter",
    "labels": ["method", "route", "status"],
}
TIMES = {
    "name": "shop_http_request_duration_seconds",
    "type": "histogram",
    "labels": ["method", "route"],
    "buckets": [0.1, 0.3, 1.0],
}
SLOS = [
    {"name": "availability", "kind": "availability", "objective_percent": 99.9, "window_days": 30},
    {
        "name": "latency",
        "kind": "latency",
        "objective_percent": 99,
        "threshold_s": 0.3,
        "window_days": 30,
    },
]


def shop(**sections: Any) -> Spec:
    known: dict[str, Any] = {
        "runtime": {"language": "python", "start": ["gunicorn", "shop:app"], "port": 8000},
        "health": {"readiness": "/ready", "liveness": "/live", "metrics": "/metrics"},
        "environments": [{"name": "live"}],
        "target": {"kind": "ecs", "region": "eu-north-1"},
    }
    return make_spec(**{**known, **sections})


def metrics(*told: dict[str, Any]) -> Facts:
    return Facts(tuple(make_fact(Claim.METRIC, one, "shop.py") for one in told))


def boards(spec: Spec, facts: Facts | None = None) -> dict[str, dict[str, Any]]:
    """What is written, by what it is about."""
    known = facts if facts is not None else metrics(REQUESTS, TIMES)
    return {
        artifact.path.removesuffix(".json").rpartition("-")[2]: json.loads(artifact.text)
        for artifact in produce(spec, known)
    }


def panels(board: dict[str, Any]) -> list[dict[str, Any]]:
    """Panels that show something, those of folded rows too."""
    every = [
        *board["panels"],
        *(inner for row in board["panels"] for inner in row.get("panels", ())),
    ]
    return [panel for panel in every if panel["type"] != "row"]


def journey(name: str, *paths: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "steps": [{"method": "GET", "path": path} for path in paths], **more}


@cache
def golden(name: str) -> dict[str, str]:
    root = GOLDEN / name
    files = root.glob("monitoring/grafana/*.json")
    return {p.relative_to(root).as_posix(): p.read_text(encoding="utf-8") for p in files}


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_each_example_has_the_three(name: str) -> None:
    assert set(golden(name)) == {
        f"monitoring/grafana/{name}-{about}.json" for about in ("service", "slo", "journeys")
    }


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_every_query_is_promql_to_another_parser_too(name: str) -> None:
    for text in golden(name).values():
        for panel in panels(json.loads(text)):
            for target in panel["targets"]:
                promql_parser.parse(filled_in(target["expr"]))


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_every_metric_is_one_that_the_rules_read_or_record_too(name: str) -> None:
    """The rules are held against code and observation elsewhere."""
    rules = [
        rule
        for path in (GOLDEN / name / "monitoring" / "prometheus").glob("*.yml")
        for rule in RuleFile.parse(path.name, path.read_text(encoding="utf-8")).rules
    ]
    known = {metric for rule in rules for metric in rule.expression.metrics}
    known |= {rule.name for rule in rules if ":" in rule.name} | MADE_BY_PROMETHEUS
    families = {re.sub(r"_(bucket|count|sum)$", "", metric) for metric in known}
    asked = {
        metric
        for file, text in golden(name).items()
        for panel in Dashboard.parse(file, text).panels
        for query in panel.queries
        for metric in query.metrics
    }
    assert {m for m in asked if re.sub(r"_(bucket|count|sum)$", "", m) not in families} <= {
        "orders_http_requests_in_flight"  # a gauge that no rule compares with anything
    }


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_a_panel_says_what_it_shows_in_which_unit_and_asks_whichever_server_is_chosen(
    name: str,
) -> None:
    for text in golden(name).values():
        board = json.loads(text)
        ids = [panel["id"] for panel in [*board["panels"], *panels(board)] if panel]
        assert len(set(ids)) == len({id(panel) for panel in [*board["panels"], *panels(board)]})
        assert [v["type"] for v in board["templating"]["list"]] == ["datasource"]
        assert (board["editable"], board["schemaVersion"]) == (False, 39)
        for panel in panels(board):
            assert panel["title"] and panel["description"]
            assert panel["fieldConfig"]["defaults"]["unit"]
            assert panel["datasource"]["uid"] == "${datasource}"
            assert panel["targets"]


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_no_panel_lies_on_another(name: str) -> None:
    for text in golden(name).values():
        taken: set[tuple[int, int]] = set()
        for panel in json.loads(text)["panels"]:
            place = panel["gridPos"]
            assert place["x"] + place["w"] <= 24
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            assert not cells & taken
            taken |= cells


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_no_check_of_dashboards_has_a_remark(name: str) -> None:
    """What is read of the code is asked where there is some: see the faults that are planted."""
    case = Case(Facts(()), make_spec(), Pack(make_bundle(golden(name))))
    said = [f"{check.id}: {f.message}" for check in CHECKS for f in _found(check, case)]
    assert said == []


def _found(check: Check, case: Case) -> list[Finding]:
    try:
        return list(check.find(case))
    except NotRun:
        return []


def test_the_dashboards_that_alerts_link_are_written() -> None:
    for sections in ({"slos": SLOS}, {}):
        spec, facts = shop(**sections), metrics(REQUESTS, TIMES)
        linked = {alert.dashboard for alert in watch_of(spec, facts).alerts}
        assert linked <= {artifact.path for artifact in produce(spec, facts)}


def test_thresholds_are_the_bounds_of_alerts_and_objectives() -> None:
    shown = boards(shop(slos=SLOS))
    lines = {
        panel["title"]: [
            s["value"] for s in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        ]
        for panel in [*panels(shown["slo"]), *panels(shown["service"])]
    }
    assert lines["Burn rate"] == [None, 1.0, 3.0, 6.0, 14.4]
    assert lines["Budget left"] == [None, 0, 0.25]
    assert lines["How long requests take"] == [None, 0.3]
    assert lines["Requests that fail"] == [None, 0.01]
    assert lines["Slower than 0.3 s"] == [None, 0.04]


def test_a_service_that_shows_nothing_has_whether_it_is_there() -> None:
    shown = boards(shop(slos=SLOS, journeys=[journey("read", "/orders")]), Facts(()))
    assert list(shown) == ["service"]
    assert [panel["title"] for panel in panels(shown["service"])] == [
        "Alerts that fire",
        "Instances",
    ]


def test_a_journey_is_shown_where_the_metric_tells_its_requests_from_others() -> None:
    journeys = [
        journey("read an order", "/orders", "/orders/{id}"),
        journey("read it twice", "/orders", "/orders/{id}"),
        journey("is it there", "/ready"),
        journey("no such order", "/orders/0", fails=True),
        journey("look around", "/", critical=False),
    ]
    shown = boards(shop(journeys=journeys))["journeys"]
    assert [row["title"] for row in shown["panels"] if row["type"] == "row"] == [
        "read an order; read it twice"
    ]
    asked = [target["legendFormat"] for target in panels(shown)[0]["targets"]]
    assert asked == ["GET /orders", "GET /orders/{id}"]
    without_route = {**REQUESTS, "labels": ["method", "status"]}
    assert "journeys" not in boards(shop(journeys=journeys), metrics(without_route))


def test_a_path_of_a_journey_is_the_route_that_serves_it() -> None:
    route = Fact(Claim.ROUTE, {"method": "GET", "path": "/orders/{id}"}, "shop.py", 3, "")
    facts = Facts((*metrics(REQUESTS).facts, route))
    shown = boards(shop(journeys=[journey("read", "/orders/7")]), facts)["journeys"]
    assert 'route="/orders/{id}"' in panels(shown)[0]["targets"][0]["expr"]


@pytest.mark.parametrize(
    ("path", "view"),
    [
        ("/v1/orders", "order-list"),
        ("/v1/orders/7", "order-detail"),
        ("/v1/orders/7/items", "item-plural"),
        ("/v1/order-items", None),
        ("/", None),
    ],
)
def test_a_view_serves_the_path_whose_resource_it_names(path: str, view: str | None) -> None:
    assert view_of(path, ("order-list", "order-detail", "item-plural", "heartbeat")) == view


def test_a_view_that_two_could_be_is_none() -> None:
    assert view_of("/orders", ("order-list", "order-plural")) is None


def test_many_journeys_are_folded_and_each_panel_has_a_number_of_its_own() -> None:
    journeys = [journey(f"journey {n}", f"/route/{n}") for n in range(100)]
    shown = boards(shop(journeys=journeys))["journeys"]
    rows = [panel for panel in shown["panels"] if panel["type"] == "row"]
    assert [row["collapsed"] for row in rows] == [False] * OPEN_ROWS_AT_MOST + [True] * 94
    ids = [panel["id"] for panel in [*rows, *panels(shown)]]
    assert len(ids) == len(set(ids)) == 100 + 300


def test_links_lead_to_pages_only_where_the_repository_is_named() -> None:
    spec = shop(slos=SLOS, target={"kind": "ecs", "repository": "acme/shop"})
    board = boards(spec)["service"]
    [failing] = [p for p in panels(board) if p["title"] == "Requests that fail"]
    assert [link["url"] for link in failing["links"]] == [
        "https://github.com/acme/shop/blob/main/docs/operations/runbooks/error-rate-high.md"
    ]
    [unnamed] = [
        p for p in panels(boards(shop(slos=SLOS))["service"]) if p["title"] == failing["title"]
    ]
    assert unnamed["links"] == []
    assert "docs/operations/runbooks/error-rate-high.md" in unnamed["description"]


def test_the_same_spec_gives_the_same_bytes() -> None:
    spec, facts = shop(slos=SLOS), metrics(REQUESTS, TIMES)
    assert [a.text for a in produce(spec, facts)] == [a.text for a in produce(spec, facts)]
