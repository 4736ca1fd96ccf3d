"""The four inputs of the stage in repositories that never heard of it."""

from opsready.sources.units import StageInputs
from tests.build import make_bundle


def inputs(*paths: str) -> StageInputs:
    return make_bundle(dict.fromkeys(paths, "")).inputs


def test_the_places_that_people_commonly_choose() -> None:
    found = inputs(
        "docs/discovery.md",
        "docs/adr/0001-postgresql.md",
        "ARCHITECTURE.md",
        "features/pay.feature",
        "shop/app.py",
        "cmd/main.go",
    )
    assert found == StageInputs(
        discovery=("docs/discovery.md",),
        behaviour=("features/pay.feature",),
        architecture=("ARCHITECTURE.md", "docs/adr/0001-postgresql.md"),
        code=("cmd/main.go", "shop/app.py"),
    )
    assert found.missing() == []


def test_what_is_about_the_service_is_not_its_code() -> None:
    about = ["tests/test_a.py", "docs/conf.py", "setup.py", "examples/demo.py", "a_test.go"]
    assert inputs("README.md", *about).missing() == [
        "discovery",
        "behaviour spec",
        "architecture",
        "code",
    ]


def test_what_an_intent_lacks_is_looked_for_in_the_common_places() -> None:
    found = inputs(
        ".haiku/intents/pay/intent.md",
        ".haiku/intents/pay/knowledge/DISCOVERY.md",
        "docs/discovery.md",
        "docs/architecture.md",
    )
    assert found.discovery == (".haiku/intents/pay/knowledge/DISCOVERY.md",)
    assert found.architecture == ("docs/architecture.md",)
