"""Files that install the service in, what they bring out."""

import pytest

from opsready.facts.fact import Claim
from opsready.facts.gather import gather
from opsready.spec.decide import decide
from opsready.spec.load import Stated
from tests.build import make_bundle

SERVES = "import uvicorn\ndef main(): uvicorn.run('shop:app')\n"
SCRIPT = '[project]\nname = "shop"\n[project.scripts]\nshop = "shop.cli:main"\n'
SETUP = "setup(entry_points={'console_scripts': ['shop=shop.cli:main']})\n"
CODE = {"shop/__init__.py": "", "shop/cli.py": SERVES}


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("pyproject.toml", SCRIPT, {"kind": "pyproject", "extras": [], "scripts": ["shop"]}),
        ("setup.py", SETUP, {"kind": "setup", "extras": [], "scripts": ["shop"]}),
        ("setup.py", "setup()\n", {"kind": "setup", "extras": []}),
    ],
)
def test_a_manifest_names_the_commands_that_it_brings(
    path: str, text: str, told: dict[str, object]
) -> None:
    facts = gather(make_bundle({path: text}))
    assert [fact.value for fact in facts.of(Claim.MANIFEST)] == [told]


@pytest.mark.parametrize(
    ("more", "commands"),
    [
        ({"pyproject.toml": SCRIPT}, [["pip", "install", "."]]),
        (
            {"pyproject.toml": SCRIPT, "requirements.txt": "uvicorn\n"},
            [["pip", "install", "-r", "requirements.txt"], ["pip", "install", "."]],
        ),
        ({"requirements.txt": "uvicorn\n"}, [["pip", "install", "-r", "requirements.txt"]]),
    ],
    ids=["project", "requirements and the project's own command", "requirements"],
)
def test_what_starts_the_service_is_installed(
    more: dict[str, str], commands: list[list[str]]
) -> None:
    facts = gather(make_bundle({**CODE, **more}))
    assert decide(facts, Stated()).operations.runtime.install == commands


def test_the_manifest_that_installs_is_the_one_that_is_named() -> None:
    spec = decide(gather(make_bundle({**CODE, "setup.py": SETUP})), Stated())
    assert str(spec.origin("runtime.install")) == "derived: its setup.py (setup.py:1)"
