"""Files at the root in, what the service is called out."""

import pytest

from opsready.facts.fact import Claim, Confidence, Facts
from opsready.facts.gather import gather
from opsready.facts.readers import service_names
from tests.build import make_bundle


@pytest.mark.parametrize(
    ("path", "text", "name", "line", "confidence"),
    [
        ("pyproject.toml", '[project]\nname = "orders"\n', "orders", 2, "stated"),
        ("pyproject.toml", '[tool.poetry]\nname = "orders"\n', "orders", 2, "stated"),
        ("package.json", '{\n  "name": "@shop/orders"\n}\n', "orders", 2, "stated"),
        ("README.md", "[![ci](x.svg)](y)\n\n# Orders service\n", "Orders service", 3, "derived"),
        ("README.md", "# Orders (the website)\n", "Orders", 1, "derived"),
        ("README.rst", "Orders\n======\n", "Orders", 1, "derived"),
    ],
)
def test_a_name_has_its_place(path: str, text: str, name: str, line: int, confidence: str) -> None:
    (fact,) = service_names.read(make_bundle({path: text}))
    assert (fact.claim, fact.value, fact.line) == (Claim.SERVICE_NAME, name, line)
    assert fact.confidence is Confidence(confidence)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "# A toolkit for building small services\n"),
        ("docs/README.md", "# Orders\n"),
        ("pyproject.toml", "[project\n"),
        ("pyproject.toml", "[tool.ruff]\nname = 1\n"),
    ],
)
def test_a_sentence_or_another_folder_is_no_name(path: str, text: str) -> None:
    assert list(service_names.read(make_bundle({path: text}))) == []


def test_the_folder_gives_its_name_only_where_nothing_else_does() -> None:
    facts: Facts = gather(make_bundle({"README.md": "# Orders\n"}))
    known = facts.first(Claim.SERVICE_NAME)
    assert known is not None
    assert known.value == "Orders"
