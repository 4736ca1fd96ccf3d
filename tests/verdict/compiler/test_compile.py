"""What the compiler says of each sentence that was judged by hand.

First runs, before anything was tuned to them: `held_out` 39 of 44 as judged, `adverse` 51 of 66,
`field` 28 of 38; counting only whether a sentence can be verified, 42, 57 and 36. What came of
sentences in other people's words is said in `independent`.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsready.review.catalog import CHECKS
from opsready.sources.read import read
from opsready.verdict.compiler.compile import Compiled, Fault, compile_criterion
from opsready.verdict.compiler.subjects import ANYWHERE, SUBJECTS, Setting
from opsready.verdict.instruments import instruments
from tests.build import make_spec
from tests.verdict.compiler.adverse import ADVERSE
from tests.verdict.compiler.field import FIELD
from tests.verdict.compiler.haiku import UNVERIFIED, VERIFIABLE
from tests.verdict.compiler.held_out import HELD_OUT
from tests.verdict.compiler.independent import BATCHES
from tests.verdict.compiler.judged import KNOWN, SEVEN, Judged

REAL = Path(__file__).parents[4] / "shared" / "inputs" / "haiku"
TUNED = (*SEVEN, *KNOWN, *VERIFIABLE, *UNVERIFIED)
TRIED = (*HELD_OUT, *ADVERSE, *FIELD)
GOOD = [judged.text for judged in (*TUNED, *TRIED) if not judged.fault]
MANDATE_OF = {check.id: check.mandate for check in CHECKS}

# A word of operations in another sense, or a fault of the neighbouring kind: not verifiable all
# the same, only the reason is another than the hand's.
OTHER_REASON = {
    "The sales pipeline view lists open deals",
    "Error messages are shown next to the input field",
    "Design tokens are exported to JSON",
    "The dashboard greets the user by name",
    "API response time < 200ms",
    "Runbook for deployment tried out on staging",
    "Staging environment mirrors production",
}


def probes(ids: tuple[str, ...] | list[str]) -> set[str]:
    return {id for id in ids if "_" in id}


def mandates(ids: tuple[str, ...] | list[str]) -> set[str]:
    """The mandates that checks, or mandates named as such, belong to."""
    return {MANDATE_OF.get(id, id) for id in ids if "_" not in id}


def sentence(judged: Judged) -> str:
    return judged.text


@pytest.mark.parametrize("judged", [j for j in (*TUNED, *TRIED) if not j.fault], ids=sentence)
def test_it_is_verified_by_what_the_hand_named(judged: Judged) -> None:
    compiled = compile_criterion(judged.text)
    assert compiled.verifiable, compiled.why
    assert probes(compiled.by) == probes(judged.by.split())
    assert mandates(judged.by.split()) <= mandates(compiled.by)


@pytest.mark.parametrize("judged", [j for j in (*TUNED, *TRIED) if j.fault], ids=sentence)
def test_it_is_not_verifiable_for_the_reason_that_the_hand_gave(judged: Judged) -> None:
    compiled = compile_criterion(judged.text)
    assert not compiled.verifiable
    if judged.text not in OTHER_REASON:
        assert compiled.fault == judged.fault, compiled.why
        assert judged.names.lower() in compiled.why.lower()


@pytest.mark.parametrize("text", [text for batch in BATCHES for text in batch.verifiable])
def test_in_other_peoples_words_it_is_verifiable(text: str) -> None:
    assert compile_criterion(text).verifiable, compile_criterion(text).why


@pytest.mark.parametrize("text", [text for batch in BATCHES for text in batch.others])
def test_in_other_peoples_words_it_is_not_verifiable(text: str) -> None:
    assert not compile_criterion(text).verifiable


def test_nothing_else_in_the_real_intents_is_verifiable() -> None:
    if not REAL.is_dir():
        pytest.skip("the real intents are not here")
    verifiable = {judged.text for judged in VERIFIABLE}
    found = {
        criterion.text
        for tree in ("add-oauth-login", "feedback-service")
        for unit in read(REAL / tree).units
        for criterion in unit.criteria
        if compile_criterion(criterion.text).verifiable
    }
    assert found == verifiable


def varied(change: str) -> list[str]:
    return [change.format(text, low=text[0].lower() + text[1:]) for text in GOOD]


# The two that begin with a condition or name two alerts in one breath are read as other clauses:
# not verifiable too, only "contradicts" is not what is said of them.
@pytest.mark.parametrize("text", varied("It is not true that {low}"))
def test_a_good_sentence_denied_is_not_verified_by_the_same(text: str) -> None:
    compiled = compile_criterion(text)
    assert not compiled.verifiable
    odd = "that if more" in text or "that fast and" in text
    assert odd or (compiled.fault, compiled.by) == (Fault.CONTRADICTS, ())


@pytest.mark.parametrize("text", varied("{} unless the moon is full"))
def test_an_exception_is_named(text: str) -> None:
    compiled = compile_criterion(text)
    assert not compiled.verifiable
    assert "moon is full" in compiled.why


@pytest.mark.parametrize("text", varied("Ideally, {low}"))
def test_what_would_be_nice_is_not_verifiable(text: str) -> None:
    assert compile_criterion(text).fault is Fault.OPTIONAL


@pytest.mark.parametrize("text", varied("{}, and the moon is made of cheese"))
def test_a_second_statement_that_nothing_verifies_is_named(text: str) -> None:
    compiled = compile_criterion(text)
    assert not compiled.verifiable
    assert "moon is made of cheese" in compiled.why


@pytest.mark.parametrize("text", varied("{} and makes everyone happy"))
def test_a_second_predicate_that_nothing_verifies_is_named(text: str) -> None:
    compiled = compile_criterion(text)
    assert not compiled.verifiable
    assert "makes everyone happy" in compiled.why


@pytest.mark.parametrize("text", [text.replace("`", "") for text in GOOD])
def test_backticks_are_not_needed(text: str) -> None:
    assert compile_criterion(text).verifiable


def test_a_verifiable_sentence_names_what_decides_each_part() -> None:
    compiled = compile_criterion(
        "Health check endpoint responds within 5 seconds and verifies database connectivity"
    )
    assert [(part.text, probes(part.by)) for part in compiled.parts] == [
        ("Health check endpoint responds within 5 seconds", {"service_starts_healthy"}),
        ("verifies database connectivity", {"readiness_follows_dependency"}),
    ]


def test_a_vague_sentence_is_answered_with_one_for_this_service() -> None:
    spec = make_spec(
        health={"readiness": "/v1/__heartbeat__"},
        dependencies=[{"name": "postgresql", "kind": "postgresql", "critical": True}],
    )
    compiled = compile_criterion("Health checks implemented", Setting.of(spec.operations))
    assert compiled.why == ('"Health checks implemented" names no bound in seconds and no status')
    assert compiled.suggestion == (
        "Readiness endpoint `/v1/__heartbeat__` responds within 5 seconds and verifies "
        "postgresql connectivity"
    )


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.lacks)
def test_what_to_write_instead_can_be_verified(subject: object) -> None:
    suggestion = subject.suggestion(ANYWHERE)  # type: ignore[attr-defined]
    assert compile_criterion(suggestion).verifiable, suggestion


def test_whatever_decides_a_sentence_is_known() -> None:
    unknown = {id for text in GOOD for id in compile_criterion(text).by} - set(instruments())
    assert unknown == set()


def words() -> st.SearchStrategy[str]:
    some = " ".join(GOOD).split()
    marks = st.sampled_from([",", ":", "(", ")", "`", "and", "not", "when", "unless", "99.9%", "—"])
    return st.lists(st.one_of(st.sampled_from(some), marks, st.text(max_size=8))).map(" ".join)


@given(words())
@settings(max_examples=300, deadline=None)
def test_any_text_gets_an_answer_with_a_reason(text: str) -> None:
    compiled: Compiled = compile_criterion(text)
    assert compiled.verifiable == (compiled.fault is None)
    assert compiled.why
    assert compiled.by or not compiled.verifiable
