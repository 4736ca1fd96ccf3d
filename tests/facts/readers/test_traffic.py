"""A page in, what the service is asked for and what bounds it out."""

from typing import Any

import pytest

from opsready.facts.fact import Claim, Fact
from opsready.facts.readers import traffic
from tests.build import make_bundle


def facts_of(text: str) -> list[Fact]:
    return list(traffic.read(make_bundle({"docs/architecture.md": f"# Orders\n\n{text}\n"})))


def test_a_table_may_have_a_column_for_the_peak_and_a_row_a_route() -> None:
    found = facts_of(
        "## Traffic\n\n| | average | peak |\n|---|---|---|\n"
        "| `GET /orders` | 6 requests/s | 25 requests/s |\n| all | 7 rps | 30 rps |"
    )
    assert [(f["where"], f["per_second"], f["peak"]) for f in found] == [
        ("GET /orders", 6, False),
        ("GET /orders", 25, True),
        (None, 7, False),
        (None, 30, True),
    ]


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("We expect 50 req/s, peaking at 200 req/s.", [(50, False), (200, True)]),
        ("Typical load is 86,400 orders a day.", [(1, False)]),
        ("## Traffic\n\n- 10 requests per second\n- peak: 2k rps", [(10, False), (2000, True)]),
        (
            "## Load\n\n| When | Rate |\n|---|---|\n| Black Friday | 600 requests/minute |",
            [(10, True)],
        ),
    ],
)
def test_traffic_is_what_is_expected(text: str, rates: list[tuple[float, bool]]) -> None:
    found = facts_of(text)
    assert {fact.claim for fact in found} == {Claim.TRAFFIC}
    assert [(fact["per_second"], fact["peak"]) for fact in found] == rates


@pytest.mark.parametrize(
    "text",
    [
        "Rate limiting: 120 requests/minute per IP.",
        "Each client may send 2 requests per second, one more is a 429.",
        "POST /orders accepts at most 2 requests per second for each customer.",
    ],
)
def test_a_limit_is_a_constraint(text: str) -> None:
    (fact,) = facts_of(text)
    assert (fact.claim, fact["text"], fact["per_second"]) == (Claim.CONSTRAINT, text, 2)


@pytest.mark.parametrize(
    "text",
    [
        "The engine writes 200 records per second.",
        "In a load test we measured 900 req/s at peak.",
        "## Benchmark results\n\nPeak of 900 req/s.",
        "Would 900 req/s be a typical load?",
        "It may be used in production for low-traffic sites (up to 20 requests per second).",
        "At peak it can handle 900 req/s.",
    ],
)
def test_other_rates_say_nothing(text: str) -> None:
    assert facts_of(text) == []


def test_items_below_a_heading_for_constraints_are_constraints() -> None:
    found: list[Any] = facts_of(
        "## Constraints\n\n- Data stays in the EU.\n- One region.\n\n## Next\n\n- x"
    )
    assert [(fact.claim, fact.line, fact["text"]) for fact in found] == [
        (Claim.CONSTRAINT, 5, "Data stays in the EU."),
        (Claim.CONSTRAINT, 6, "One region."),
    ]
