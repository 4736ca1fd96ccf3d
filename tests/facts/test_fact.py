"""Facts: the surest one, what a hat may read of them, and in which order they are gathered."""

from opsready.facts.fact import Claim, Confidence, Fact, Facts
from opsready.facts.gather import gather
from tests.build import make_bundle, make_fact

UNIT = ".haiku/intents/pay/stages/operations/units/unit-01-deploy.md"
TREE = {
    ".haiku/intents/pay/knowledge/DISCOVERY.md": "# Discovery\n\n- p95 under 300 ms\n",
    ".haiku/intents/pay/knowledge/NOTES.md": "# Notes\n\n- p95 under 100 ms\n",
    "pay/app.py": "import os\n\nport = os.environ['PAY_PORT']\n",
}


def objectives(facts: Facts) -> list[str]:
    return [fact.quote for fact in facts.of(Claim.OBJECTIVE)]


def test_observed_is_surer_than_stated_and_stated_than_derived() -> None:
    known = [
        make_fact(value=1, confidence=Confidence.DERIVED),
        make_fact(value=2, confidence=Confidence.STATED),
        make_fact(value=3, confidence=Confidence.OBSERVED),
    ]
    firsts = [Facts(tuple(known[: n + 1])).first(Claim.PORT) for n in range(3)]
    assert [fact.value for fact in firsts if fact] == [1, 2, 3]
    assert Facts(()).first(Claim.PORT) is None


def test_what_a_unit_names_bounds_the_prose_that_a_hat_reads() -> None:
    bundle = make_bundle({**TREE, UNIT: "---\ntype: ops\ninputs: [knowledge/DISCOVERY.md]\n---\n"})
    facts = gather(bundle)
    assert objectives(facts) == ["- p95 under 300 ms", "- p95 under 100 ms"]
    seen = facts.seen_by(bundle.units)
    assert objectives(seen) == ["- p95 under 300 ms"]
    assert [fact["name"] for fact in seen.of(Claim.ENV_VAR)] == ["PAY_PORT"]


def test_units_that_name_nothing_or_belong_to_other_stages_bound_nothing() -> None:
    design = UNIT.replace("operations", "design")
    for path, text in ((UNIT, "# Deploy\n"), (design, "---\ninputs: [knowledge/NOTES.md]\n---\n")):
        bundle = make_bundle({**TREE, path: text})
        facts = gather(bundle)
        assert objectives(facts.seen_by(bundle.units)) == objectives(facts)


def test_a_key_of_a_value_is_asked_for_as_of_the_fact() -> None:
    fact = make_fact(value={"name": "x"})
    assert (fact["name"], fact["missing"], make_fact(value=1)["name"]) == ("x", None, None)


def test_facts_are_gathered_once_and_in_the_order_of_their_places() -> None:
    facts = gather(make_bundle(TREE))
    places = [(fact.claim, fact.path, fact.line) for fact in facts]
    assert places == sorted(places)
    assert len({(f.claim, repr(f.value), f.path, f.line) for f in facts}) == len(places)
    assert all(isinstance(fact, Fact) for fact in facts)
    assert facts.inputs.discovery == (".haiku/intents/pay/knowledge/DISCOVERY.md",)
