"""metrics_are_emitted: rules and dashboards against the page of a running service."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from opsready.rehearsal.probe import Rehearsal
from opsready.rehearsal.probes.metrics_are_emitted import PROBE
from opsready.rehearsal.proof import Outcome, Result
from opsready.rehearsal.rehearse import Selection, rehearse
from opsready.rehearsal.stage.stage import Stage
from tests.rehearsal.build import DATABASE, LIST_ORDERS, SHOP, make_shop_spec, make_tree, outcome_of

pytestmark = pytest.mark.usefixtures("stages")

NOT_FOUND = {"name": "no such page", "fails": True, "steps": [{"method": "GET", "path": "/no"}]}
FIVE_HUNDREDS = 'sum(rate(shop_requests_total{status=~"5.."}[5m])) > 1'


def rules(*expressions: str) -> str:
    alerts = "".join(f"  - alert: A\n    expr: {json.dumps(expr)}\n" for expr in expressions)
    return f"groups:\n- name: shop\n  rules:\n{alerts}"


def dashboard(*expressions: str) -> str:
    targets = [{"expr": expr} for expr in expressions]
    panel = {"title": "Errors", "type": "timeseries", "targets": targets}
    return json.dumps({"title": "Shop", "schemaVersion": 39, "panels": [panel]})


def tried(tmp_path: Path, files: dict[str, str], **sections: Any) -> Outcome:
    sections.setdefault("journeys", [LIST_ORDERS, NOT_FOUND])
    pack = make_tree(tmp_path, {"shop.py": SHOP, **files})
    return outcome_of(PROBE, make_shop_spec(**sections), pack)


def test_it_holds_when_everything_that_is_named_was_shown(tmp_path: Path) -> None:
    files = {
        "monitoring/alerts.yml": rules(
            FIVE_HUNDREDS,
            'sum by (status) (rate(shop_requests_total{job="shop", status="404"}[5m])) > 1',
            'rate(shop_duration_seconds_bucket{le="0.3"}[5m]) < 1',
            'up{job="shop"} == 0',
        ),
        "monitoring/shop.json": dashboard('rate(shop_requests_total{status="$status"}[5m])'),
    }
    outcome = tried(tmp_path, files, database=True)
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    assert outcome.evidence["page"] == "/metrics"
    assert outcome.evidence["seen"] == [
        'shop_duration_seconds_bucket{le="0.3"}',
        "shop_requests_total",
        'shop_requests_total{job="shop", status="404"}',
        'shop_requests_total{status=~"5.."}',
    ]


@pytest.mark.parametrize(
    ("expression", "series", "why"),
    [
        ("rate(shop_errors_total[5m]) > 1", "shop_errors_total", "the service never shows it"),
        ("sum by (route) (shop_requests_total)", "shop_requests_total", "it has no label route"),
        ('shop_requests_total{code="5"} > 1', 'shop_requests_total{code="5"}', "no label code"),
        (
            'shop_duration_seconds_bucket{le="0.25"} > 1',
            'shop_duration_seconds_bucket{le="0.25"}',
            'no series with le="0.25"; seen: +Inf, 0.1, 0.3',
        ),
    ],
    ids=["metric", "label read around it", "label matched", "bucket"],
)
def test_it_breaks_when_something_can_never_be_there(
    tmp_path: Path, expression: str, series: str, why: str
) -> None:
    outcome = tried(tmp_path, {"monitoring/alerts.yml": rules(expression)})
    assert outcome.result is Result.BROKE
    assert outcome.why.startswith(f"{series} (monitoring/alerts.yml:5): ")
    assert outcome.why.endswith(why)


def test_a_metric_misspelt_in_a_panel_and_one_in_what_a_rule_records_are_found(
    tmp_path: Path,
) -> None:
    recorded = (
        "groups:\n- name: shop\n  rules:\n  - record: slo:errors\n"
        "    expr: rate(shop_request_total[5m])\n    labels: {slo: availability}\n"
    )
    panels = ("rate(shop_requets_total[5m])", 'slo:errors{slo="availabilty"}')
    files = {"monitoring/rules.yml": recorded, "monitoring/shop.json": dashboard(*panels)}
    outcome = tried(tmp_path, files)
    assert outcome.result is Result.BROKE
    assert outcome.evidence["absent"] == [
        "shop_request_total",
        "shop_requets_total",
        'slo:errors{slo="availabilty"}',
    ]


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (FIVE_HUNDREDS, 'no series with status=~"5.."; seen: 200, 404'),
        ("pg_up == 0", "the PostgreSQL exporter shows it, and does not run here"),
        ("warehouse_stock < 1", "neither the service nor an exporter known here shows it"),
        ("shop:errors:ratio5m > 0.01", "recorded by a rule that is not in the tree"),
        ('shop_requests_total{namespace="shop"} > 1', "label namespace is not the service's"),
        ("shop_requests_total >", "expressions that cannot be read: monitoring/alerts.yml:5"),
    ],
    ids=[
        "value never seen",
        "exporter",
        "nobody's",
        "recorded elsewhere",
        "added by scraping",
        "no PromQL",
    ],
)
def test_it_is_not_run_where_nothing_here_can_show_it(
    tmp_path: Path, expression: str, why: str
) -> None:
    files = {"monitoring/alerts.yml": rules(expression, "shop_requests_total > 9")}
    outcome = tried(tmp_path, files)
    assert outcome.result is Result.NOT_RUN
    assert why in outcome.why


def test_a_metric_that_the_code_names_and_no_journey_brought_about_is_not_run(
    tmp_path: Path,
) -> None:
    files = {"refunds.py": 'NAME = "shop_refunds"\n', "a.yml": rules("shop_refunds_total > 1")}
    outcome = tried(tmp_path, files)
    assert outcome.result is Result.NOT_RUN
    assert "the code knows it, and no journey made it appear" in outcome.why


def test_it_is_not_run_without_a_rule(tmp_path: Path) -> None:
    outcome = tried(tmp_path, {})
    assert (outcome.result, outcome.why) == (
        Result.NOT_RUN,
        "no rule and no dashboard names a metric of the service",
    )


@pytest.mark.parametrize(
    ("known", "result", "why"),
    [
        (
            None,
            Result.NOT_RUN,
            "no metrics page was found in the usual places: state health.metrics",
        ),
        ("/stats", Result.BROKE, "/stats is no page of metrics, and rules or dashboards name some"),
    ],
)
def test_without_a_page_it_matters_whether_one_was_promised(
    tmp_path: Path, known: str | None, result: Result, why: str
) -> None:
    files = {"shop.py": SHOP.replace('"/metrics"', '"/hidden"'), "a.yml": rules(FIVE_HUNDREDS)}
    outcome = tried(tmp_path, files, health={"metrics": known})
    assert (outcome.result, outcome.why) == (result, why)


def test_a_page_that_code_knows_without_its_prefix_is_found_beside_the_health_route(
    tmp_path: Path,
) -> None:
    app = SHOP
    for path in ("/metrics", "/ready", "/live"):
        app = app.replace(f'"{path}"', f'"/v1{path}"')
    health = {"metrics": "/metrics", "readiness": "/v1/ready", "liveness": "/v1/live"}
    files = {"shop.py": app, "a.yml": rules("shop_requests_total > 1")}
    outcome = tried(tmp_path, files, health=health)
    assert (outcome.result, outcome.evidence["page"]) == (Result.HELD, "/v1/metrics")


def test_a_journey_that_a_service_still_recovering_refused_is_begun_again(tmp_path: Path) -> None:
    """Every second list is refused, the one before the database is stopped too: without an id
    from it no order would be asked for meanwhile, and the 500 of that never be seen."""
    read_order = {"method": "GET", "path": "/orders/{order_id}"}
    journey = {"name": "read an order", "steps": [*LIST_ORDERS["steps"], read_order]}
    pack = make_tree(
        tmp_path, {"shop.py": SHOP, "a.yml": rules('shop_requests_total{status="500"} > 1')}
    )
    spec = make_shop_spec("breaker_trips", database=True, journeys=[journey])
    outcome = outcome_of(PROBE, spec, pack)
    assert (outcome.result, outcome.why) == (Result.HELD, "")


def test_the_database_is_up_again_afterwards(tmp_path: Path) -> None:
    spec = make_shop_spec(dependencies=[DATABASE], database=True)
    pack = make_tree(tmp_path, {"shop.py": SHOP, "a.yml": rules(FIVE_HUNDREDS)})
    with Stage(spec, pack, lambda _: None) as stage:
        PROBE.run(Rehearsal(spec, pack, stage))
        assert stage.service().get("/ready", 5).is_good


def test_it_is_not_run_without_what_reads_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client.parser", None)
    pack = make_tree(tmp_path, {"shop.py": SHOP, "a.yml": rules("shop_requests_total > 1")})
    (proof,) = rehearse(make_shop_spec(), pack, Selection((PROBE.id,))).proofs
    assert proof.result is Result.NOT_RUN
    assert proof.why == "prometheus_client is missing: pip install 'opsready[rehearse]'"
