"""What the hats write for a service of ours and for one that is not, file by file: the diff of a
golden shows what a change of a producer means to a user. `make update` writes them anew."""

import importlib.util
import subprocess
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@cache
def update() -> ModuleType:
    """`scripts/update.py`, which is no package."""
    spec = importlib.util.spec_from_file_location("update", ROOT / "scripts" / "update.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_a_pack_is_as_it_was_committed(name: str) -> None:
    written, committed = update().PACKS[name](), update().golden(name)
    assert sorted(written) == sorted(committed), "files differ: run `make update`"
    stale = [path for path, text in written.items() if committed[path] != text]
    assert stale == [], "texts differ: run `make update`, and read the diff"


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_a_pack_ends_every_line_and_names_no_machine(name: str) -> None:
    for path, text in update().golden(name).items():
        assert text.endswith("\n"), path
        assert "\r" not in text, path
        assert str(ROOT) not in text, path
        assert [line for line in text.splitlines() if line != line.rstrip()] == [], path


@pytest.fixture(scope="module")
def kinto() -> Path:
    """Kinto's own tree, where a package index is reachable."""
    fetched = subprocess.run(
        ["scripts/fetch-kinto", update().KINTO], cwd=ROOT, capture_output=True, text=True
    )
    if fetched.returncode != 0:
        pytest.skip(f"Kinto's tree is not here: {fetched.stderr.strip().splitlines()[-1]}")
    return Path(update().KINTO)


def test_the_pack_of_kinto_is_the_one_that_its_tree_gets(kinto: Path) -> None:
    assert update().kinto_text(kinto) == (ROOT / update().KINTO_PACK).read_text()
    prepared = update().prepare_kinto(kinto)
    written = {artifact.path: artifact.text for artifact in prepared.pack.written}
    assert written == update().golden("kinto")
