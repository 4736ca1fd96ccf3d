"""What is watched, by which metrics, and what is left out with its reason."""

from typing import Any

import pytest

from opsready.facts.fact import Claim, Fact
from opsready.hats.sre.objectives import left_out
from opsready.hats.sre.slo_page import page
from opsready.hats.sre.watch import Watch, watch_of
from tests.build import make_fact
from tests.hats.sre.watched import (
    AVAILABLE,
    FAILED,
    FAST,
    REQUESTS,
    SECONDS,
    facts_of,
    metric,
    names,
    said,
    shop,
    watched,
)

KINTO = {
    "name": "kinto_request_summary_total",
    "type": "counter",
    "labels": ["endpoint", "method", "record_id", "status"],
    "values": {
        "endpoint": ["heartbeat", "prometheus_metrics", "record-object"],
        "method": ["get"],
        "record_id": ["", "first"],
    },
}


def alert(watch: Watch, name: str) -> Any:
    return next(each for each in watch.alerts if each.name == name)


def test_each_alert_has_one_name_in_every_file() -> None:
    watch = watched(slos=[AVAILABLE, FAST])
    assert names(watch) == [
        *(f"ShopAvailabilityBurn{t}" for t in ("Fast", "Slow", "Ticket", "TicketSlow")),
        "ShopAvailabilityBudgetSpent",
        *(f"ShopSpeedBurn{t}" for t in ("Fast", "Slow", "Ticket", "TicketSlow")),
        "ShopSpeedBudgetSpent",
        "ShopErrorRateHigh",
        "ShopSpeedHigh",
        "ShopTrafficDropped",
        "ShopNotScraped",
        "ShopMetricMissing",
        "ShopDeadMansSwitch",
    ]


def test_every_alert_of_an_objective_carries_its_name_and_one_stable_tier() -> None:
    told = [a.labels for a in watched().alerts if a.slo]
    assert [(labels["slo"], labels.get("tier")) for labels in told] == [
        ("availability", "fast"),
        ("availability", "slow"),
        ("availability", "ticket"),
        ("availability", "ticket-slow"),
        ("availability", "spent"),
        ("availability", None),
    ]
    assert alert(watched(), "ShopAvailabilityBurnFast").labels == {
        "severity": "page",
        "service": "shop",
        "slo": "availability",
        "tier": "fast",
    }


def test_links_are_urls_where_the_repository_is_named() -> None:
    bare, named = watched(), watched(target={"kind": "ecs", "repository": "team/shop"})
    first = bare.alerts[0]
    assert bare.annotations(first)["dashboard_url"] == "monitoring/grafana/shop-slo.json"
    assert named.annotations(named.alerts[0])["dashboard_url"] == (
        "https://github.com/team/shop/blob/main/monitoring/grafana/shop-slo.json"
    )


def test_probes_are_told_by_the_names_that_a_start_showed() -> None:
    watch = watched(
        metric(KINTO, seen=True),
        health={"readiness": "/v1/__heartbeat__", "liveness": "/v1/__lbheartbeat__"},
    )
    assert watch.signals.requests is not None
    assert watch.signals.requests.select() == (
        'kinto_request_summary_total{job="shop", '
        'endpoint!~"heartbeat|lbheartbeat|prometheus_metrics"}'
    )


def test_a_critical_dependency_without_a_counter_is_told_by_counted_answers_of_readiness() -> None:
    watch = watched(
        metric(KINTO, seen=True),
        health={"readiness": "/v1/__heartbeat__"},
        dependencies=[{"name": "postgresql", "kind": "postgresql", "critical": True}],
    )
    down = alert(watch, "ShopPostgresqlDown")
    ready = 'kinto_request_summary_total{job="shop", endpoint="heartbeat"'
    assert down.expr == (
        f'sum(rate({ready}, status=~"5.."}}[5m])) / sum(rate({ready}}}[5m])) > 0.1\n'
        f'and sum(increase({ready}, status=~"5.."}}[5m])) >= 5'
    )


def test_a_histogram_that_tells_the_status_counts_requests_too() -> None:
    timed = {
        "name": "http_server_request_duration_seconds",
        "type": "histogram",
        "labels": ["http_route", "http_response_status_code"],
        "buckets": [0.1, 0.5, 1.0],
    }
    watch = watched(metric(timed), slos=[AVAILABLE, FAST])
    assert [sli.total("5m") for sli in watch.slis] == [
        'sum(rate(http_server_request_duration_seconds_count{job="shop", '
        'http_route!~"/live|/metrics|/ready"}[5m]))'
    ] * 2


def test_what_users_hardly_notice_calls_nobody() -> None:
    dependencies = [
        {"name": "db", "kind": "postgresql", "critical": True},
        {"name": "pay", "kind": "http", "critical": False, "when_down": "503 on buying"},
        {"name": "cache", "kind": "redis", "critical": False, "when_down": "slower reads"},
    ]
    watch = watched(dependencies=dependencies)
    told = {a.dependency: a.severity for a in watch.alerts if a.dependency}
    assert told == {"db": "page", "pay": "ticket"}
    assert said(watch)["an alert on cache"] == "users hardly notice: slower reads"


def test_the_error_rate_of_the_spec_is_the_one_that_pages() -> None:
    stated = {**AVAILABLE, "name": "errors", "kind": "error_rate", "objective_percent": 98}
    watch = watched(slos=[AVAILABLE, stated])
    assert alert(watch, "ShopErrorRateHigh").expr.splitlines()[0] == (
        'slo:errors:ratio_rate5m{service="shop", slo="errors"} > 0.02'
    )
    assert said(watch)["burn alerts of `errors`"] == (
        "`availability` counts the same requests and has the smaller budget: its alerts fire first"
    )


@pytest.mark.parametrize(
    ("slo", "why"),
    [
        (
            {**FAST, "threshold_s": 0.3},
            "`shop_request_duration_seconds` has no bucket of 0.3 s (it has 0.1, 0.5, 1): add one "
            "in the code, or promise one of these",
        ),
        (
            {**FAST, "threshold_s": None},
            "it names no `threshold_s`: nothing says how slow is too slow",
        ),
        (
            {**AVAILABLE, "name": "speed", "where": "checkout"},
            "`shop_requests_total` does not tell `checkout` from other requests",
        ),
    ],
)
def test_an_objective_that_nothing_measures_is_said(slo: dict[str, Any], why: str) -> None:
    watch = watched(slos=[slo])
    assert watch.slis == ()
    assert said(watch)["the objective `speed`"] == why


def test_metrics_that_are_made_at_run_time_must_be_observed_first() -> None:
    made = make_fact(Claim.AT_RUN_TIME, {"claim": "metric", "known": "", "why": "built"})
    why = said(watched(made))["the objective `availability`"]
    assert why.endswith("its metrics are made when it starts, so run `opsready observe` first")


@pytest.mark.parametrize(
    ("told", "what", "why"),
    [
        (
            {"target": "100 %", "percent": 100, "name": "all"},
            "the objective `all` of slo.yaml:3",
            "100 % leaves no budget: state another target",
        ),
        (
            {"target": "0 %", "percent": 0, "name": "none"},
            "the objective `none` of slo.yaml:3",
            "a target of 0 % promises nothing: state another target",
        ),
        (
            {"target": "99 %", "percent": 99, "name": "hour", "window": "1h"},
            "the window of the objective `hour` of slo.yaml:3",
            "a budget is kept over whole days, and its window is 1h: state window_days in `slos`",
        ),
    ],
)
def test_a_promise_of_which_no_budget_can_be_made_is_said(
    told: dict[str, Any], what: str, why: str
) -> None:
    promise = make_fact(Claim.OBJECTIVE, {"kind": "availability", **told}, "slo.yaml", 3)
    assert said(watched(metric(REQUESTS), promise))[what] == why


def test_a_name_that_the_tree_has_already_is_given_another() -> None:
    theirs = make_fact(Claim.ALERT, {"name": "ShopErrorRateHigh"}, "ops/alerts.yml", 7)
    watch = watched(metric(REQUESTS), theirs)
    assert "ShopErrorRateHighToo" in names(watch)
    assert said(watch)["the name `ShopErrorRateHigh`"] == (
        "ops/alerts.yml:7 has an alert of this name; ours is `ShopErrorRateHighToo`"
    )


def test_a_service_without_metrics_is_said_where_nothing_is_written() -> None:
    route = make_fact(Claim.ROUTE, {"method": "GET", "path": "/"})
    [left] = left_out(shop(health={}), facts_of(route))
    assert left.what == "objectives and alerts"
    assert list(left_out(shop(), facts_of(route))) == []


def traffic(**told: Any) -> Fact:
    known = {"what": "requests", "peak": False, "where": None, "written": "7 requests/s"}
    return make_fact(Claim.TRAFFIC, {**known, **told}, "notes.md")


def test_a_budget_is_told_in_time_and_in_requests() -> None:
    facts = facts_of(metric(REQUESTS), metric(SECONDS), traffic(per_second=7.0))
    spec = shop()
    text = page(watch_of(spec, facts), spec, facts)
    assert (
        "- **Budget:** 0.1 % of requests: 43 minutes 12 seconds of total outage in the window, or "
        "18,144 of 18,144,000 requests at 7 a second on average.\n"
    ) in text


def test_the_page_begins_with_what_was_measured_of_a_healthy_service() -> None:
    seen = make_fact(Claim.HEALTHY, {"path": "/ready", "status": 200, "seconds": 0.004})
    facts, spec = facts_of(metric(REQUESTS), metric(FAILED), seen), shop()
    lines = page(watch_of(spec, facts), spec, facts).splitlines()
    healthy, objectives = lines.index("## Healthy"), lines.index("## Objectives")
    assert healthy < objectives
    assert "| `GET /ready` | 200 | 0.004 s |" in lines[healthy:objectives]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (7, None),
        (30, "its window needs 30 days. Prometheus keeps 15 unless told otherwise"),
        (90, "Amazon's may refuse to look back over more than 32"),
    ],
)
def test_a_window_that_is_longer_than_what_is_kept_is_said(days: int, told: str | None) -> None:
    facts, spec = facts_of(metric(REQUESTS)), shop(slos=[{**AVAILABLE, "window_days": days}])
    text = page(watch_of(spec, facts), spec, facts)
    assert ("**History:**" in text) == (told is not None)
    assert told is None or told in text
