"""A feature in, journeys out."""

from typing import Any

import pytest

from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.readers import journeys
from tests.build import make_bundle


def journeys_of(*scenarios: str, name: str = "Orders") -> list[Fact]:
    text = f"Feature: {name}\n" + "".join(f"\n  Scenario: {text}" for text in scenarios)
    return list(journeys.read(make_bundle({"features/orders.feature": text})))


def steps_of(scenario: str) -> Any:
    (fact,) = journeys_of(scenario)
    return fact["steps"]


def test_a_scenario_is_a_journey_with_its_place() -> None:
    (fact,) = journeys_of("Buy\n    When I POST /orders\n    Then the status is 201\n")
    assert fact == Fact(
        Claim.JOURNEY,
        {
            "name": "Orders",
            "scenario": "Buy",
            "method": "POST",
            "path": "/orders",
            "expects": 201,
            "steps": [{"method": "POST", "path": "/orders", "expects": 201}],
            "error": False,
            "tags": [],
        },
        "features/orders.feature",
        3,
        "Scenario: Buy",
        Confidence.STATED,
    )


def test_requests_stay_in_order_and_each_answer_belongs_to_the_one_before_it() -> None:
    assert steps_of(
        "Follow\n"
        "    Given a customer has sent POST /orders with:\n"
        '      """\n      {"item": "tea"}\n      """\n'
        "    And the status is 201\n"
        "    When they GET /orders/{id}\n"
        "    Then the response is 200 OK\n"
        "    And a GET to /orders/unknown returns 404\n"
    ) == [
        {"method": "POST", "path": "/orders", "json": '{"item": "tea"}'},
        {"method": "GET", "path": "/orders/{id}", "expects": 200},
        {"method": "GET", "path": "/orders/unknown", "expects": 404},
    ]


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        ('When I POST /a with {"x": 1}', '{"x": 1}'),
        ('When I POST /a with:\n      """json\n      {"x": [1, 2]}\n      """', '{"x": [1, 2]}'),
        (
            "When I POST /a with:\n      | x | tea |\n      | n | 2 |\n      | b | true |",
            '{"x": "tea", "n": 2, "b": true}',
        ),
        ("When I POST /a with:\n      | field | value |\n      | x | 007 |", '{"x": "007"}'),
        (
            "When I POST /a with:\n      | x | y | z |\n      | 1 | a | null |",
            '{"x": 1, "y": "a", "z": null}',
        ),
        (
            'Given the request body:\n      """\n      {"x": 1}\n      """\n    When I POST /a',
            '{"x": 1}',
        ),
        ('When I POST /a\n    And the payload is {"x": 1}', '{"x": 1}'),
    ],
)
def test_a_body_is_found_wherever_it_stands(lines: str, body: str) -> None:
    assert steps_of(f"S\n    {lines}\n") == [{"method": "POST", "path": "/a", "json": body}]


@pytest.mark.parametrize(
    "lines",
    [
        'When I POST /a with:\n      """\n      not json\n      """',
        "When I POST /a with:\n      | x | y |\n      | 1 | 2 |",
        'When I POST /a\n    Then the body is:\n      """\n      {"id": 1}\n      """',
    ],
)
def test_what_is_no_body_for_certain_is_none(lines: str) -> None:
    assert steps_of(f"S\n    {lines}\n") == [{"method": "POST", "path": "/a"}]


def test_headers_are_kept_and_credentials_are_not() -> None:
    assert steps_of(
        'S\n    When I GET /a with header "Accept: text/html"\n'
        '    And the header "Authorization" is "Bearer abc"\n'
    ) == [{"method": "GET", "path": "/a", "headers": {"Accept": "text/html"}}]


def test_what_another_service_does_is_not_played() -> None:
    (fact,) = journeys_of(
        "Provider is down\n"
        "    Given the payment provider answers POST /charges with 503\n"
        "    When I POST /orders\n    Then it responds with 502\n"
    )
    assert fact["steps"] == [{"method": "POST", "path": "/orders", "expects": 502}]


def test_a_route_that_is_only_spoken_of_is_touched_and_not_played() -> None:
    (fact,) = journeys_of("Submit\n    When I press send\n    Then the page calls POST /orders\n")
    assert (fact["method"], fact["path"], fact["steps"]) == ("POST", "/orders", [])


def test_a_scenario_without_a_route_is_a_journey_all_the_same() -> None:
    (fact,) = journeys_of("Work\n    When the worker runs\n    Then the queue is empty\n")
    assert (fact["scenario"], fact["method"], fact["path"]) == ("Work", None, None)


@pytest.mark.parametrize(
    ("scenario", "error"),
    [
        ("Buy\n    When I POST /a\n    Then the status is 404\n", True),
        ("Database is down\n    When I POST /a\n    Then the status is 200\n", False),
        ("Rejects a malformed order\n    When I send it\n", True),
        ("Buy\n    When I send it\n", False),
    ],
)
def test_a_scenario_is_about_an_error_by_its_answer_or_else_its_name(
    scenario: str, error: bool
) -> None:
    (fact,) = journeys_of(scenario)
    assert fact["error"] is error


def test_scenarios_of_the_same_name_are_told_apart_by_their_feature() -> None:
    bundle = make_bundle(
        {
            "a.feature": "Feature: A\n  Scenario: Buy\n    When I wait\n",
            "b.feature": "Feature: B\n  Scenario: Buy\n    When I wait\n",
        }
    )
    assert [fact["scenario"] for fact in journeys.read(bundle)] == ["A: Buy", "B: Buy"]


def test_each_example_is_played_with_its_values() -> None:
    bundle = make_bundle(
        {
            "a.feature": "Feature: A\n  Scenario Outline: Bad\n    When I GET /a/<id>\n"
            "    Then the status is <status>\n    Examples:\n"
            "      | id | status |\n      | x  | 400    |\n      | 9  | 404    |\n"
        }
    )
    assert [(f["scenario"], f["steps"]) for f in journeys.read(bundle)] == [
        ("Bad (x, 400)", [{"method": "GET", "path": "/a/x", "expects": 400}]),
        ("Bad (9, 404)", [{"method": "GET", "path": "/a/9", "expects": 404}]),
    ]
