"""Figures as people write them."""

import pytest

from opsready.verdict.compiler.quantity import Quantity, Unit
from opsready.verdict.compiler.term import read_terms


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("within 5 seconds", Quantity(5, Unit.SECONDS, "at_most")),
        ("in under five seconds", Quantity(5, Unit.SECONDS, "at_most")),
        ("in less than 5s", Quantity(5, Unit.SECONDS, "at_most")),
        ("no later than 2 minutes", Quantity(120, Unit.SECONDS, "at_most")),
        ("2 seconds or less", Quantity(2, Unit.SECONDS, "at_most")),
        ("longer than 500 ms", Quantity(0.5, Unit.SECONDS, "at_least")),
        ("for half an hour", Quantity(1800, Unit.SECONDS, "span")),
        ("over 5 minutes", Quantity(300, Unit.SECONDS, "over")),
        ("over a rolling 28-day window", Quantity(2_419_200, Unit.SECONDS, "span")),
        ("every quarter", Quantity(7_776_000, Unit.SECONDS, "span")),
        ("monthly", Quantity(2_592_000, Unit.SECONDS, "span")),
        ("exceeds 1%", Quantity(0.01, Unit.RATIO, "at_least")),
        ("> 0.5 %", Quantity(0.005, Unit.RATIO, "at_least")),
        ("more than 1 per cent", Quantity(0.01, Unit.RATIO, "at_least")),
        ("99,9 % of requests", Quantity(0.999, Unit.RATIO, "")),
        ("at least 44px", None),
        ("below 10 requests", Quantity(10, Unit.COUNT, "at_most")),
        ("a runbook", None),
        ("one release", None),
        ("p95", None),
        ("5xx", None),
    ],
)
def test_a_figure_has_a_unit_and_a_direction(text: str, quantity: Quantity | None) -> None:
    assert next((t.quantity for t in read_terms(text) if t.quantity), None) == quantity
