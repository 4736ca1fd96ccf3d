"""What happens when a budget is spent."""

import pytest

from opsready.facts.readers.budget_policy import READER
from tests.build import make_bundle


def policies(text: str) -> list[tuple[int, object]]:
    bundle = make_bundle({"docs/DISCOVERY.md": f"# Discovery\n\n## Objectives\n\n{text}\n"})
    return [(fact.line, fact.value) for fact in READER.read(bundle)]


@pytest.mark.parametrize(
    "sentence",
    [
        "When the monthly error budget of 0.1 % is spent, the team stops feature releases.",
        "Once the budget is exhausted, only fixes are deployed until it recovers.",
        "If the error budget is used up we freeze releases.",
    ],
)
def test_a_sentence_that_says_what_is_done_then_is_a_policy(sentence: str) -> None:
    assert policies(sentence) == [(5, sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The error budget is what remains of 100 %.",
        "A spent budget is shown in red on the dashboard.",
        "The marketing budget is spent in May.",
        "When the disk is full, the team stops feature releases.",
    ],
)
def test_a_sentence_without_an_act_or_a_budget_is_none(sentence: str) -> None:
    assert policies(sentence) == []
