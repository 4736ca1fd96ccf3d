"""A page in, the objectives that it promises out."""

from typing import Any

import pytest

from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.readers import objectives
from tests.build import make_bundle


def facts_of(text: str, path: str = "docs/architecture.md") -> list[Fact]:
    return list(objectives.read(make_bundle({path: text})))


def short(text: str) -> list[tuple[Any, ...]]:
    """Kind, percent, threshold or rate, window and place of each objective."""
    return [
        (f["kind"], f["percent"], f["threshold_s"] or f["per_second"], f["window_days"], f["where"])
        for f in facts_of(text)
    ]


def test_an_objective_has_its_place_and_all_its_figures() -> None:
    assert facts_of("# Orders\n\nPOST /orders: p95 under 300 ms over 30 days.\n") == [
        Fact(
            Claim.OBJECTIVE,
            {
                "kind": "latency",
                "target": "p95 within 300 ms",
                "window": "30 days",
                "where": "POST /orders",
                "percent": 95.0,
                "threshold_s": 0.3,
                "per_second": None,
                "window_days": 30,
            },
            "docs/architecture.md",
            3,
            "POST /orders: p95 under 300 ms over 30 days.",
            Confidence.STATED,
        )
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("p95 under 300 ms", ("latency", 95, 0.3, None, None)),
        ("The p99 latency stays below 1.5 s.", ("latency", 99, 1.5, None, None)),
        ("p99.9 latency: 2 s", ("latency", 99.9, 2, None, None)),
        ("The 95th percentile is at most 250 milliseconds.", ("latency", 95, 0.25, None, None)),
        ("99 % of requests complete within 300 ms.", ("latency", 99, 0.3, None, None)),
        (
            "95% of `GET /orders` requests are answered in 100 ms",
            ("latency", 95, 0.1, None, "GET /orders"),
        ),
        ("Availability is 99.9 % monthly.", ("availability", 99.9, None, 30, None)),
        ("99.95% uptime per quarter", ("availability", 99.95, None, 90, None)),
        (
            "99.5% of requests to /checkout succeed over 28 days",
            ("availability", 99.5, None, 28, "/checkout"),
        ),
        ("The error rate stays below 1%.", ("error_rate", 1, None, None, None)),
        ("Fewer than 0.1 % of requests fail.", ("error_rate", 0.1, None, None, None)),
        ("The service sustains 500 req/s.", ("throughput", None, 500, None, None)),
        ("It must handle at least 6,000 orders per minute.", ("throughput", None, 100, None, None)),
    ],
)
def test_what_a_sentence_promises(sentence: str, expected: tuple[Any, ...]) -> None:
    assert short(f"# Orders\n\n- {sentence}\n") == [expected]


@pytest.mark.parametrize(
    "sentence",
    [
        "Test coverage stays above 95%.",
        "100% of tests pass.",
        "99% of tests pass within 300 ms.",
        "Customers get 10% off, at most 50 %.",
        "Contrast meets WCAG AA (4.5:1 for text, 3:1 for large text).",
        "Rate limit: 100 req/min per IP.",
        "The callback endpoint handles 100 requests/minute per IP.",
        "Sampling keeps 10% of traces, 99% of errors.",
        "CPU stays below 80%.",
        "Alerts fire when the error rate exceeds 1% over 5 minutes.",
        "The error rate alert is at >1% over 5 minutes.",
        "Page the on-call when p95 is above 300 ms.",
        "Currently p95 is 450 ms.",
        "In the last test we measured p95 of 120 ms.",
        "Availability was 99.2 % last month.",
        "Python 3.11, PostgreSQL 15, v99.9",
        "The health check responds within 5 seconds.",
        "Requests time out after 30 s, p99 or not.",
        "A rollout moves 5% of traffic, then 99%.",
        "The release candidate is 99% complete.",
        "Availability is 100%.",
        "About 200 req/s are expected.",
        "Is p95 under 300 ms?",
        "Backups are kept with 99.99% durability",
    ],
)
def test_most_figures_are_no_promises(sentence: str) -> None:
    assert short(f"# Orders\n\n- {sentence}\n") == []


def test_one_sentence_may_promise_several_things_over_one_window() -> None:
    assert short(
        "# Orders\n\nAvailability of 99.9 %, p95 under 300 ms and an error rate below 1 %,"
        " each over 30 days.\n"
    ) == [
        ("availability", 99.9, None, 30, None),
        ("latency", 95, 0.3, 30, None),
        ("error_rate", 1, None, 30, None),
    ]


def test_below_a_heading_for_objectives_a_bare_figure_is_one() -> None:
    (fact,) = facts_of("# Orders\n\n## SLOs\n\n- 99.9 % monthly\n")
    assert (fact["kind"], fact["percent"], fact["window_days"]) == ("availability", 99.9, 30)
    assert fact.confidence is Confidence.DERIVED
    assert short("# Orders\n\n## Goals\n\n- 99.9 % monthly\n") == []


@pytest.mark.parametrize(
    "heading", ["Alerts", "Rejected alternatives", "Benchmark results", "History"]
)
def test_below_other_headings_nothing_is(heading: str) -> None:
    assert short(f"# Orders\n\n## {heading}\n\n- p95 under 300 ms\n") == []


def test_a_section_may_say_its_window_once() -> None:
    assert short(
        "# Orders\n\n## SLOs\n\nAll are measured over a rolling 28-day window.\n\n"
        "- p95 under 300 ms\n"
    ) == [("latency", 95, 0.3, 28, None)]


def test_a_row_is_an_objective() -> None:
    assert short(
        "# Orders\n\n| SLI | Objective | Window |\n|---|---|---|\n"
        "| Availability | 99.9 % | 30 days |\n"
        "| Requests served in < 300 ms | 99 % | 28d |\n"
        "| p95 latency of `POST /orders` | 250 ms | 30 days |\n"
        "| Error rate | 1 % | 30 days |\n"
        "| CPU utilisation | 80 % | 5 minutes |\n"
        "| Test coverage | 90 % | - |\n"
    ) == [
        ("availability", 99.9, None, 30, None),
        ("latency", 99, 0.3, 28, None),
        ("latency", 95, 0.25, 30, "POST /orders"),
        ("error_rate", 1, None, 30, None),
    ]


def test_columns_may_name_the_kinds_and_the_first_one_the_route() -> None:
    assert short(
        "# SLOs\n\n| Endpoint | Availability | p95 | Error rate |\n|---|---|---|---|\n"
        "| `POST /orders` | 99.9 % | 300 ms | < 1 % |\n"
        "| Checkout | 99.5 % | 1 s | |\n"
        "| All | 99 % | | |\n"
    ) == [
        ("availability", 99.9, None, None, "POST /orders"),
        ("latency", 95, 0.3, None, "POST /orders"),
        ("error_rate", 1, None, None, "POST /orders"),
        ("availability", 99.5, None, None, "Checkout"),
        ("latency", 95, 1, None, "Checkout"),
        ("availability", 99, None, None, None),
    ]


def test_a_changelog_promises_nothing() -> None:
    assert facts_of("# Changes\n\n- p95 under 300 ms\n", "CHANGELOG.md") == []
