"""Sentences taken apart into clauses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.verdict.compiler.grammar import read_clauses
from opsready.verdict.compiler.term import forms, read_terms
from tests.verdict.compiler.judged import KNOWN, SEVEN


def parts(sentence: str) -> list[str]:
    return [clause.text for clause in read_clauses(sentence)]


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        (
            "CI runs `terraform plan` and requires approval",
            ["CI runs `terraform plan`", "requires approval"],
        ),
        (
            "Latency, error rate and throughput are watched",
            ["Latency, error rate and throughput are watched"],
        ),
        (
            "Runbook covers: restart, failover and cache flush",
            ["Runbook covers: restart, failover and cache flush"],
        ),
        (
            "Alerts fire when error rate exceeds 1% or latency exceeds 1s, with Slack routing",
            ["Alerts fire when error rate exceeds 1% or latency exceeds 1s, with Slack routing"],
        ),
        (
            "If errors exceed 1%, an alert is raised and the CEO is called",
            ["If errors exceed 1%, an alert is raised", "the CEO is called"],
        ),
        (
            "Timeout: 5 seconds, failure triggers alert",
            ["Timeout: 5 seconds", "failure triggers alert"],
        ),
        ("One is so. Another is so.", ["One is so", "Another is so"]),
        ("", []),
        ("?!", []),
    ],
    ids=["two-verbs", "a-list", "after-a-colon", "a-condition", "condition-first", "a-label",
         "two-sentences", "nothing", "marks"],
)  # fmt: skip
def test_a_predicate_opens_a_clause(sentence: str, clauses: list[str]) -> None:
    if sentence.startswith("If"):
        clauses = [clauses[0].removeprefix("If "), clauses[1]]
    assert parts(sentence) == clauses


def test_a_clause_takes_its_subject_from_the_one_before() -> None:
    first, second = read_clauses("Readiness answers in 5 seconds and checks the database")
    assert first.context == ()
    assert [term.text for term in second.context] == ["Readiness"]


def test_a_label_is_the_subject_of_all_that_follows() -> None:
    clauses = read_clauses("Health check: 5 seconds, failure triggers alert")
    assert [[t.text for t in clause.context] for clause in clauses] == [
        ["Health check"],
        ["Health check"],
    ]


@pytest.mark.parametrize(
    ("sentence", "negated"),
    [
        ("Pipeline does not plan or apply", [True]),
        ("Pipeline does not run tests and require approval", [True, True]),
        ("Pipeline does not run tests and requires approval", [True, False]),
        ("It is not true that no alert fires", [False]),
        ("Logs can't be lost", [True]),
        ("Backups take no longer than 5 minutes", [False]),
        ("Not only the plan is run", [False]),
    ],
)
def test_a_negation_holds_for_its_clause_and_two_hold_for_none(
    sentence: str, negated: list[bool]
) -> None:
    assert [clause.negated for clause in read_clauses(sentence)] == negated


def test_without_denies_only_what_follows_it() -> None:
    (clause,) = read_clauses("Pipeline applies without approval")
    assert [(t.text, t.denied) for t in clause.terms if t.concepts - {"phrase"}] == [
        ("Pipeline", False),
        ("applies", False),
        ("approval", True),
    ]


def test_an_exception_is_kept_apart_and_until_is_no_exception_of_nothing() -> None:
    (clause,) = read_clauses("Pipeline requires approval unless it is late")
    assert clause.exception == "it is late"
    (clause,) = read_clauses("Nothing is applied until it is approved")
    assert (clause.exception, clause.joined_by) == ("", "until")


def test_what_something_is_good_for_claims_nothing() -> None:
    (clause,) = read_clauses("CI runs `terraform plan` to check that the change is right")
    assert clause.purpose == "to check that the change is right"


@pytest.mark.parametrize(
    ("word", "lemma"),
    [("policies", "policy"), ("applied", "apply"), ("dropped", "drop"), ("routing", "route"),
     ("alerts", "alert"), ("sent", "send"), ("goes", "go"), ("caches", "cache"), ("loss", "loss")],
)  # fmt: skip
def test_a_word_is_known_in_every_form(word: str, lemma: str) -> None:
    assert lemma in forms(word)


@pytest.mark.parametrize("sentence", [j.text for j in (*SEVEN, *KNOWN)])
def test_no_word_is_lost(sentence: str) -> None:
    """Every word of meaning stands in a clause, its exception, its purpose, or its context."""
    meant = {t.text for t in read_terms(sentence) if t.concepts or t.is_unknown}
    kept = {t.text for c in read_clauses(sentence) for t in (*c.said, *c.context)}
    rest = " ".join(f"{c.exception} {c.purpose}" for c in read_clauses(sentence))
    assert [word for word in meant - kept if word not in rest] == []


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for clause in read_clauses(text):
        assert clause.text in text
