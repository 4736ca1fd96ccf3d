"""Language and name by the files that install code."""

from opsready.facts.fact import Claim
from opsready.facts.readers.python.setup_files import READER
from tests.build import make_bundle
from tests.facts.readers.python.stated import values


def test_the_line_that_requires_python_says_the_language() -> None:
    text = '[project]\nname = "shop"\nrequires-python = ">=3.11"\n'
    [fact] = READER.read(make_bundle({"app.py": "x = 1\n", "pyproject.toml": text}))
    assert (fact.value, fact.line, fact.quote) == ("python", 3, 'requires-python = ">=3.11"')


def test_a_tree_without_python_has_no_language_of_it() -> None:
    assert list(READER.read(make_bundle({"main.go": "package main\n"}))) == []


def test_setup_files_name_the_service() -> None:
    call = {"app.py": "", "setup.py": "from setuptools import setup\nsetup(name='shop')\n"}
    config = {"app.py": "", "setup.cfg": "[tool]\nname = no\n[metadata]\nname = shop\n"}
    assert values(READER, call, Claim.SERVICE_NAME) == ["shop"]
    assert values(READER, config, Claim.SERVICE_NAME) == ["shop"]
