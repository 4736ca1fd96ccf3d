"""A service installed into an environment of its own, from an index on this disk alone."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsready.rehearsal.stage import installation
from opsready.rehearsal.stage.installation import Recipe, cache_directory, installed
from opsready.rehearsal.stage.trouble import CannotStage

REQUIREMENTS = ["pip", "install", "-r", "requirements.txt"]


def make_wheel(folder: Path, name: str, version: str) -> None:
    """The smallest wheel: one module, and what PEP 427 asks for."""
    info = f"{name}-{version}.dist-info"
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A tree that requires `parcel`, and pip settings that find it nowhere but on this disk."""
    for name in [n for n in os.environ if n.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    settings = tmp_path / "pip.conf"
    settings.write_text(f"[global]\nno-index = true\nfind-links = {tmp_path / 'wheels'}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("OPSREADY_CACHE", str(tmp_path / "cache"))
    make_wheel(tmp_path / "wheels", "parcel", "1.0")
    root = tmp_path / "tree"
    root.mkdir()
    (root / "requirements.txt").write_text("parcel==1.0\n")
    yield root


def install(root: Path, said: list[str], *commands: list[str]) -> Path:
    return installed(Recipe(root, commands or [REQUIREMENTS]), "opsready-test", said.append)


def test_it_is_installed_once_and_kept_until_a_manifest_changes(tree: Path) -> None:
    said: list[str] = []
    first = install(tree, said)
    assert list(first.glob("lib/python*/site-packages/parcel.py"))
    assert install(tree, said) == first
    (tree / "app.py").write_text("print('code is no manifest')\n")
    assert install(tree, said) == first
    assert said == ["installing the service into an environment of its own"]
    make_wheel(tree.parent / "wheels", "parcel", "2.0")
    (tree / "requirements.txt").write_text("parcel==2.0\n")
    second = install(tree, said)
    assert second != first
    assert len(said) == 2


def test_without_uv_the_module_venv_and_pip_do_the_same(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "find_uv", lambda: None)
    assert list(install(tree, []).glob("lib/python*/site-packages/parcel.py"))


@pytest.mark.parametrize(
    ("command", "requirements", "names_the_tree"),
    [
        (REQUIREMENTS, "parcel\n", False),
        (["python", "-m", "pip", "install", "parcel"], "", False),
        (REQUIREMENTS, "parcel\n-e .\n", True),
        (["pip", "install", ".[postgresql]"], "", True),
        (["pip", "install", "-e", "src"], "", True),
        (["uv", "sync"], "", True),
    ],
)
def test_the_tree_itself_counts_where_it_is_installed(
    tree: Path, command: list[str], requirements: str, names_the_tree: bool
) -> None:
    (tree / "requirements.txt").write_text(requirements)
    recipe = Recipe(tree, [command])
    assert recipe.names_the_tree is names_the_tree
    before = recipe.digest
    (tree / "app.py").write_text("x = 1\n")
    assert (recipe.digest != before) is names_the_tree


def test_what_cannot_be_found_is_said_with_the_command(tree: Path) -> None:
    (tree / "requirements.txt").write_text("no-such-parcel==9\n")
    with pytest.raises(CannotStage, match=r"`uv pip install -r requirements.txt` failed: .*parcel"):
        install(tree, [])


def test_an_index_that_cannot_be_reached_is_said_to_be_so(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://user:hunter22@127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with pytest.raises(CannotStage, match="a package index cannot be reached") as reason:
        install(tree, [])
    assert "hunter22" not in str(reason.value)


def test_a_failed_installation_is_tried_again(tree: Path) -> None:
    (tree / "requirements.txt").write_text("parcel==3.0\n")
    with pytest.raises(CannotStage):
        install(tree, [])
    make_wheel(tree.parent / "wheels", "parcel", "3.0")
    assert list(install(tree, []).glob("lib/python*/site-packages/parcel.py"))


def test_only_the_last_few_environments_are_kept(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "_KEPT", 1)
    first = install(tree, [])
    (tree / "requirements.txt").write_text("parcel\n")
    second = install(tree, [])
    assert second.is_dir()
    assert not first.exists()


def test_the_cache_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSREADY_CACHE", "/a")
    assert cache_directory() == Path("/a")
    monkeypatch.delenv("OPSREADY_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/b")
    assert cache_directory() == Path("/b/opsready")
