"""What a step says about the parts around a service."""

import pytest

from opsready.documents.circumstance import Circumstance, circumstances_in


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("redis is down", [Circumstance("redis", False)]),
        ("the database is unavailable", [Circumstance("database", False)]),
        ("the `payments` service is unreachable", [Circumstance("payments", False)]),
        ("postgresql is up again", [Circumstance("postgresql", True)]),
        (
            "postgresql, redis and payments are up",
            [
                Circumstance("postgresql", True),
                Circumstance("redis", True),
                Circumstance("payments", True),
            ],
        ),
        ("payments answers 402", [Circumstance("payments", True, 402)]),
        ("payments responds with status 503", [Circumstance("payments", True, 503)]),
    ],
)
def test_a_part_is_down_up_or_answers_a_status(step: str, expected: list[Circumstance]) -> None:
    assert circumstances_in(step) == expected


@pytest.mark.parametrize(
    "step",
    [
        "I POST /orders with:",
        "the response status is 503",
        "the user is logged in",
        "an order that was cancelled is listed",
        "redis is down for 5 seconds",
    ],
)
def test_what_speaks_of_anything_else_is_no_circumstance(step: str) -> None:
    assert circumstances_in(step) == []
