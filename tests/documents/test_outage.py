"""A sentence in; what it says of a dependency that fails out."""

import pytest

from opsready.documents.outage import criticality, criticality_of_cell, effect_in, outage_in


@pytest.mark.parametrize(
    ("sentence", "of", "effect"),
    [
        ("If Redis is down, reads go to PostgreSQL.", "Redis", "reads go to PostgreSQL"),
        (
            "When the payment provider is unavailable, orders stay pending.",
            "payment provider",
            "orders stay pending",
        ),
        (
            "While PostgreSQL is unreachable for longer, the API answers 503.",
            "PostgreSQL",
            "the API answers 503",
        ),
        ("If Kafka fails, events wait in the outbox", "Kafka", "events wait in the outbox"),
        ("Without Redis, every read is slow.", "Redis", "every read is slow"),
        ("Redis down: reads are slower", "Redis", "reads are slower"),
        ("PostgreSQL outage → 503 for everybody", "PostgreSQL", "503 for everybody"),
    ],
)
def test_what_becomes_of_users(sentence: str, of: str, effect: str) -> None:
    found = outage_in(sentence)
    assert found is not None
    assert (found.of, found.effect) == (of, effect)


@pytest.mark.parametrize(
    "sentence",
    ["Redis is fast, reads go there.", "If a customer pays, the order is closed.", "Redis"],
)
def test_a_sentence_about_other_things_says_nothing_of_it(sentence: str) -> None:
    assert outage_in(sentence) is None


@pytest.mark.parametrize(
    ("text", "critical"),
    [
        ("PostgreSQL (critical)", True),
        ("PostgreSQL is the source of truth", True),
        ("The service cannot start without PostgreSQL", True),
        ("Redis (optional)", False),
        ("Redis is not required", False),
        ("Redis is not a critical dependency", False),
        ("The service can run without Redis", False),
        ("Redis holds sessions", None),
    ],
)
def test_whether_the_service_can_do_without(text: str, critical: bool | None) -> None:
    assert criticality(text) is critical


@pytest.mark.parametrize(
    ("cell", "critical"),
    [("yes", True), ("No", False), ("soft", False), ("hard", True), ("?", None)],
)
def test_a_cell_says_it_in_one_word(cell: str, critical: bool | None) -> None:
    assert criticality_of_cell(cell) is critical


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("Redis: the cache, when it is down reads are slower.", "reads are slower"),
        ("Redis: the cache (if unavailable: reads are slower", "reads are slower"),
        ("Redis: the cache", None),
    ],
)
def test_it_may_stand_for_what_the_text_began_with(text: str, effect: str | None) -> None:
    assert effect_in(text) == effect
