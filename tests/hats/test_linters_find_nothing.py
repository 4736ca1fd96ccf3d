"""No linter has a remark on anything that the hats write, not even one that a comment silences."""

import shutil
from functools import cache
from pathlib import Path

import pytest

from opsready.facts.gather import gather
from opsready.hats.pack import Artifact
from opsready.hats.wear import wear_hats
from opsready.review.catalog import LINTERS
from opsready.review.lint import linting
from opsready.review.linter import Linter
from opsready.sources.read import read
from opsready.sources.source import Bundle
from opsready.spec.decide import decide
from opsready.spec.load import load, with_spec
from tests.build import make_bundle

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def tree_of(name: str) -> Bundle:
    """The example with its spec. Of Kinto no more than says that it is Python: its code is
    fetched, and need not be here."""
    if name == "kinto":
        code = {"pyproject.toml": "[project]\nname = 'kinto'\n", "app.py": "import kinto\n"}
        return with_spec(make_bundle(code), EXAMPLES / "kinto" / "opsready.yaml")
    return read(EXAMPLES / name)


@cache
def written(name: str) -> tuple[Artifact, ...]:
    """All that the hats write for it, whether or not the tree has a file at the path."""
    bundle = tree_of(name)
    facts = gather(bundle)
    return wear_hats(decide(facts, load(bundle)), facts)


@pytest.mark.parametrize("linter", LINTERS, ids=lambda linter: linter.id)
@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_no_linter_finds_anything_in_what_the_hats_write(name: str, linter: Linter) -> None:
    if linter.program == "terraform" and shutil.which("terraform") is None:
        pytest.skip("no terraform")
    pack = make_bundle({artifact.path: artifact.text for artifact in written(name)})
    with linting((linter,), pack, lambda path: False) as linted:
        [answer] = linted()
    said = [f"{f.path}:{f.line} {f.check} {f.message}" for f in answer.findings]
    assert (said, answer.missing) == ([], None)


@pytest.mark.parametrize("linter", LINTERS, ids=lambda linter: linter.id)
@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_there_is_something_for_each_linter_to_judge(name: str, linter: Linter) -> None:
    pack = make_bundle({artifact.path: artifact.text for artifact in written(name)})
    assert any(linter.reads(source) for source in pack.sources)
