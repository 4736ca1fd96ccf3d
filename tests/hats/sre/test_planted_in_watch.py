"""Faults planted one by one into dashboards and rules of orders, each found by name."""

from dataclasses import replace
from functools import cache

import pytest

from opsready.hats.pack import Pack
from opsready.pipeline import Options, Prepared, prepare
from opsready.review.catalog import CHECKS
from opsready.review.check import Case
from tests.build import make_source
from tests.hats.test_planted_faults import ORDERS, Planted

ALERTS = "monitoring/prometheus/alerts.rules.yml"
RECORDED = "monitoring/prometheus/recording.rules.yml"
SERVICE, SLO = "monitoring/grafana/orders-service.json", "monitoring/grafana/orders-slo.json"

FAULTS = (
    Planted(
        "metric misspelt in a panel",
        SERVICE,
        "orders_http_requests_in_flight{",
        "orders_http_request_in_flight{",
        "metric-not-emitted",
    ),
    Planted(
        "metric misspelt in an alert",
        ALERTS,
        "orders_dependency_errors_total{",
        "orders_dependancy_errors_total{",
        "metric-not-emitted",
    ),
    Planted(
        "label misspelt in a panel",
        SERVICE,
        r"dependency=\"redis\"",
        r"dependancy=\"redis\"",
        "label-not-emitted",
    ),
    Planted(
        "bucket missing",
        RECORDED,
        'le="0.3"',
        'le="0.25"',
        "bucket-not-emitted",
    ),
    Planted(
        "threshold in per cent in an alert",
        ALERTS,
        'slo:errors:ratio_rate5m{service="orders", slo="error-rate"} > 0.01',
        'slo:errors:ratio_rate5m{service="orders", slo="error-rate"} > 1',
        "alert-can-never-fire",
    ),
    Planted(
        "threshold in per cent in a panel",
        SERVICE,
        '"value": 0.2\n',
        '"value": 20\n',
        "panel-threshold-in-percent",
    ),
    Planted(
        "dead link to a dashboard",
        ALERTS,
        "monitoring/grafana/orders-slo.json",
        "monitoring/grafana/orders-slos.json",
        "dashboard-link-dead",
    ),
    Planted(
        "objective misspelt in a panel",
        SLO,
        r"slo:error_budget:remaining_ratio{service=\"orders\", slo=\"availability\"}",
        r"slo:error_budget:remaining_ratio{service=\"orders\", slo=\"availabilty\"}",
        "recorded-series-missing",
    ),
)


@cache
def prepared() -> Prepared:
    return prepare(ORDERS, Options(exclude=(".opsready",)))


def found(check: str, pack: Pack) -> set[str]:
    """The paths of what one check finds; nothing that is planted here changes a fact."""
    [unit] = [known for known in CHECKS if known.id == check]
    case = Case(prepared().facts, prepared().spec, pack)
    return {finding.path for finding in unit.find(case)}


@pytest.mark.parametrize("planted", FAULTS, ids=lambda planted: planted.fault)
def test_a_fault_in_what_is_watched_is_found_by_its_name(planted: Planted) -> None:
    pack = prepared().pack
    [sound] = [artifact for artifact in pack.written if artifact.path == planted.path]
    assert planted.good in sound.text, "the template has changed: plant the fault anew"
    faulty = replace(sound, text=sound.text.replace(planted.good, planted.bad))
    assert planted.path not in found(planted.check, pack)
    bundle = pack.bundle.with_sources([make_source(faulty.path, faulty.text)])
    assert planted.path in found(planted.check, Pack(bundle))
