"""`opsready.yaml` as `init` writes it."""

import json

import jsonschema
import yaml

from opsready.facts.fact import Claim, Facts
from opsready.spec.decide import decide
from opsready.spec.load import Stated, load
from opsready.spec.schema import json_schema
from opsready.spec.spec import Spec
from opsready.spec.write import spec_text
from tests.build import make_bundle, make_fact

FACTS = Facts(
    (
        make_fact(Claim.SERVICE_NAME, "shop", "README.md", 1, "# Shop"),
        make_fact(Claim.PORT, 8080, "app.py", 7, "run(port=8080)"),
        make_fact(
            Claim.START_COMMAND, {"command": ["a,b", "shop:app"]}, "Procfile", 1, "web: uvicorn"
        ),
        make_fact(
            Claim.JOURNEY,
            {
                "scenario": 'buy: "one"',
                "steps": [
                    {"method": "POST", "path": "/orders", "json": '{"a": 1}', "expects": 201}
                ],
            },
            "features/buy.feature",
            3,
            "Scenario: buy",
        ),
    )
)


def again(text: str) -> Spec:
    return decide(FACTS, load(make_bundle({"opsready.yaml": text})))


def test_the_file_leads_with_its_assumptions_and_names_every_origin() -> None:
    text = spec_text(decide(FACTS, Stated()))
    head, _, body = text.partition("\nservice:\n")
    assert (
        "#   health.timeout_s = 5.0  (the operations stage asks for an answer in 5 seconds)" in head
    )
    assert body.startswith("  name: shop  # stated: README.md:1\n")
    assert "  port: 8080  # stated: app.py:7\n" in body
    assert "  start: ['a,b', 'shop:app']  # stated: Procfile:1\n" in body


def test_reading_it_again_changes_nothing() -> None:
    spec = decide(FACTS, Stated())
    text = spec_text(spec)
    assert again(text).operations == spec.operations
    assert again(text).assumptions == spec.assumptions
    assert spec_text(again(text)) == text


def test_the_file_satisfies_the_published_schema() -> None:
    document = yaml.safe_load(spec_text(decide(FACTS, Stated())))
    jsonschema.validate(document, json_schema())


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    for broken in ({"runtime": {"prot": 1}}, {"slos": [{"kind": "latency"}]}, {"service": 3}):
        assert list(validator.iter_errors(broken)), json.dumps(broken)
