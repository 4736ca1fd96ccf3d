"""Files in, how the tree's own tests are installed and run out."""

import pytest

from opsready.facts.fact import Claim
from opsready.facts.readers import own_tests
from tests.build import make_bundle

PACKAGE = '[project]\nname = "shop"\n'
EXTRA = f'{PACKAGE}[project.optional-dependencies]\ntest = ["pytest>=9"]\nweb = ["uvicorn"]\n'
GROUP = f'{PACKAGE}[dependency-groups]\ndev = ["ruff", "pytest-xdist"]\ndocs = ["sphinx"]\n'
TOX = "[testenv]\n# pytest as ever\ncommands = pytest tests\n"


@pytest.mark.parametrize(
    ("files", "place", "extras", "groups", "requirements"),
    [
        ({"pyproject.toml": EXTRA}, "pyproject.toml:4", ["test"], [], []),
        ({"pyproject.toml": GROUP}, "pyproject.toml:4", [], ["dev"], []),
        (
            {"pyproject.toml": "[tool.pytest.ini_options]\n", "requirements-dev.txt": "pytest\n"},
            "pyproject.toml:1",
            [],
            [],
            ["requirements-dev.txt"],
        ),
        (
            {"requirements/test.txt": "-r base.txt\npytest==9\n"},
            "requirements/test.txt:2",
            [],
            [],
            ["requirements/test.txt"],
        ),
        ({"tox.ini": TOX}, "tox.ini:3", [], [], []),
    ],
    ids=["an extra", "a group", "a file of requirements", "a file in a folder", "tox"],
)
def test_what_installs_pytest_is_read_where_the_tree_declares_it(
    files: dict[str, str],
    place: str,
    extras: list[str],
    groups: list[str],
    requirements: list[str],
) -> None:
    (fact,) = own_tests.read(make_bundle(files))
    assert (fact.claim, f"{fact.path}:{fact.line}", fact["runner"]) == (
        Claim.TESTS,
        place,
        "pytest",
    )
    assert (fact["extras"], fact["groups"], fact["requirements"]) == (extras, groups, requirements)


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "flask\n# pytest\n"},
        {"pyproject.toml": f'{PACKAGE}[tool.ruff]\nselect = ["flake8-pytest-style"]\n'},
        {"README.md": "Run pytest.\n"},
    ],
    ids=["a comment", "another word", "prose"],
)
def test_a_tree_whose_tests_nothing_names_has_none(files: dict[str, str]) -> None:
    assert list(own_tests.read(make_bundle(files))) == []
