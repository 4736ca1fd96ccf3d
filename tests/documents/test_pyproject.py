"""What a pyproject.toml says, and what it may hold instead."""

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.pyproject import Pyproject


def parse(text: str) -> Pyproject:
    return Pyproject.parse("pyproject.toml", text)


def test_the_tables_of_the_standard() -> None:
    read = parse(
        '[project]\nname = "shop"\ndependencies = ["redis>=5", "flask"]\n'
        '[project.optional-dependencies]\nmail = ["aiosmtplib"]\n'
        '[project.scripts]\nshop = "shop.cli:main"\n'
    )
    assert (read.is_package, read.name) == (True, "shop")
    assert read.dependencies == ("redis>=5", "flask")
    assert read.optional == {"mail": ("aiosmtplib",)}
    assert read.scripts == {"shop": "shop.cli:main"}


def test_the_tables_of_poetry() -> None:
    read = parse('[tool.poetry]\nname = "shop"\n[tool.poetry.scripts]\nshop = "shop:main"\n')
    assert (read.is_package, read.name, read.scripts) == (False, "shop", {"shop": "shop:main"})


def test_settings_of_tools_make_no_package() -> None:
    assert parse("[tool.ruff]\nline-length = 100\n").is_package is False


@pytest.mark.parametrize(
    "text",
    [
        "tool = 5\nproject = 5\n",
        "[project]\nname = 5\ndependencies = {}\noptional-dependencies = []\nscripts = 1\n",
        '[project]\ndependencies = [1]\n[project.optional-dependencies]\na = "b"\n',
        "[tool]\npoetry = []\n",
    ],
)
def test_values_of_another_type_are_as_good_as_none(text: str) -> None:
    read = parse(text)
    assert (read.name, read.dependencies, read.scripts) == ("", (), {})
    assert all(requirements == () for requirements in read.optional.values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[project]\nname =\n", "pyproject.toml:2: is not TOML: Invalid value"),
        (
            "[project",
            "pyproject.toml:1: is not TOML: Expected ']' at the end of a table declaration",
        ),
        ("a = " + "[" * 5_000, "pyproject.toml:1: is nested deeper than any manifest"),
    ],
)
def test_what_is_no_toml_says_where(text: str, said: str) -> None:
    with pytest.raises(Unparsable) as refused:
        parse(text)
    assert str(refused.value) == said
