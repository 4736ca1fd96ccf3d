"""A feature file in, its scenarios as they would be played out."""

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.gherkin import CHARACTERS_AT_MOST, Feature

ORDERS = """\
@orders
Feature: Orders
  Customers buy.

  Background:
    Given a customer

  @smoke
  Scenario: Place an order
    When I POST "/orders" with:
      \"\"\"json
      {"item": "tea"}
      \"\"\"
    And I wait
    Then the status is 201
      | field | value |
      | id    | 1     |

  Rule: Cards
    Background:
      Given a card

    Scenario Outline: Pay
      When I pay with "<card>"
      Then the status is <status> and not <other>

      @bad
      Examples:
        | card | status |
        | good | 200    |
        | bad  | 402    |
"""


def feature(text: str) -> Feature:
    return Feature.parse("x.feature", text)


def test_a_scenario_has_its_background_in_front_and_kinds_resolved() -> None:
    scenario = feature(ORDERS).scenarios[0]
    assert (scenario.name, scenario.line, scenario.tags) == (
        "Place an order",
        9,
        ("@orders", "@smoke"),
    )
    assert [(step.kind, step.text, step.line) for step in scenario.steps] == [
        ("given", "a customer", 6),
        ("when", 'I POST "/orders" with:', 10),
        ("when", "I wait", 14),
        ("then", "the status is 201", 15),
    ]
    assert scenario.steps[1].doc_string == '{"item": "tea"}'
    assert scenario.steps[3].table == (("field", "value"), ("id", "1"))


def test_each_row_of_examples_is_a_scenario_of_its_own() -> None:
    good, bad = feature(ORDERS).scenarios[1:]
    assert (good.name, good.line, good.outline) == ("Pay (good, 200)", 30, "Pay")
    assert (bad.name, bad.line, bad.tags) == ("Pay (bad, 402)", 31, ("@orders", "@bad"))
    assert [step.text for step in bad.steps] == [
        "a customer",
        "a card",
        'I pay with "bad"',
        "the status is 402 and not <other>",
    ]


def test_the_feature_itself_has_a_name_a_description_and_tags() -> None:
    orders = feature(ORDERS)
    assert (orders.name, orders.description, orders.line, orders.tags) == (
        "Orders",
        "Customers buy.",
        2,
        ("@orders",),
    )


def test_the_first_line_may_name_the_language() -> None:
    german = feature("# language: de\nFunktionalität: A\n  Szenario: B\n    Wenn C\n    Dann D\n")
    assert [(s.kind, s.text) for s in german.scenarios[0].steps] == [("when", "C"), ("then", "D")]


def test_a_file_without_a_feature_has_no_scenarios() -> None:
    assert feature("# nothing yet\n") == Feature("x.feature")


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (
            "Scenario: a\n",
            1,
            "is not Gherkin: a line that Gherkin does not know here: `Scenario: a`",
        ),
        (
            "Feature: a\n  Scenario: b\n    Given c\n    nonsense\n",
            4,
            "is not Gherkin: a line that Gherkin does not know here: `nonsense`",
        ),
        ("# language: xx\nFeature: a\n", 1, "is not Gherkin: Language not supported: xx"),
        (
            "Feature: a\n  Scenario: b\n    Given t\n      | a | b |\n      | c |\n",
            5,
            "is not Gherkin: inconsistent cell count within the table",
        ),
        (
            'Feature: a\n  Scenario: b\n    Given t\n    """\n',
            5,
            "is not Gherkin: unexpected end of file",
        ),
    ],
)
def test_what_is_no_gherkin_says_where_and_why(text: str, line: int, why: str) -> None:
    with pytest.raises(Unparsable) as refused:
        feature(text)
    assert refused.value.line == line
    assert refused.value.why.startswith(why)
    assert len(refused.value.why) < 150


def test_examples_that_multiply_without_end_are_refused() -> None:
    steps = "    When <a>\n" * 300
    rows = "      | x |\n" * 300
    outline = f"Feature: a\n  Scenario Outline: b\n{steps}    Examples:\n      | a |\n{rows}"
    with pytest.raises(Unparsable, match=r"^x\.feature:2: expands to more than 50,000 steps"):
        feature(outline)


def test_a_parameter_is_words_and_never_a_pattern() -> None:
    text = "Feature: a\n  Scenario Outline: b <(a+)+$>\n    When <(a+)+$>\n    Examples:\n"
    (scenario,) = feature(text + "      | (a+)+$ |\n      | \\1 |\n").scenarios
    assert (scenario.name, scenario.steps[0].text) == ("b \\1", "\\1")


def test_a_text_that_is_too_long_is_refused_unread() -> None:
    with pytest.raises(Unparsable, match=f"a feature is read up to {CHARACTERS_AT_MOST:,}"):
        feature("a" * (CHARACTERS_AT_MOST + 1))
