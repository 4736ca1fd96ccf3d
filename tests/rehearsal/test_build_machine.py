"""Where a release is tried and built: with a real engine and a real registry, where they are."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from opsready.rehearsal import build_machine
from opsready.rehearsal.build_machine import BuildMachine, Built
from opsready.rehearsal.scripted_pipeline import ScriptStep
from opsready.rehearsal.stage.engine import find_engine
from opsready.rehearsal.stage.registry import Registry
from opsready.rehearsal.stage.script_room import Checkout, ScriptRoom
from opsready.rehearsal.stage.stage import Stage
from opsready.rehearsal.stage.trouble import CannotStage
from tests.hats.ops_engineer.test_pipeline import written
from tests.rehearsal.build import make_shop_spec, make_tree

pytestmark = pytest.mark.usefixtures("stages")

BUILD = ScriptStep("build", ("bash", "deploy/pipeline/build"))
TEST = ScriptStep("test", ("bash", "deploy/pipeline/test"))
FILES = {"Dockerfile": "FROM scratch\nCOPY shop.py /\n", "shop.py": "print()\n"} | written()
NONE = "no digest of a registry: what stands for one is made of the commit"


def built(tmp_path: Path, *steps: ScriptStep, **files: str) -> Built:
    with stage(tmp_path, FILES | files) as (here, checkout):
        terraform: Any = SimpleNamespace(init_args=[])
        machine = BuildMachine(here, terraform, checkout, steps, checkout.commit("a release"))
        try:
            return machine.built()
        finally:
            machine.end()


@contextmanager
def stage(tmp_path: Path, files: dict[str, str]) -> Iterator[tuple[Stage, Checkout]]:
    pack = make_tree(tmp_path / "tree", files)
    with Stage(make_shop_spec(), pack, lambda _: None) as here:
        yield here, ScriptRoom(here, Path("/bin/true"), {}).beside("build-machine")


def needs_an_engine_and_a_registry(tmp_path: Path) -> None:
    try:
        find_engine("")
        Registry(SimpleNamespace(directory=tmp_path, name=""))  # type: ignore[arg-type]
    except CannotStage as lacking:
        pytest.skip(str(lacking))


def test_what_is_built_has_the_digest_of_a_registry(tmp_path: Path) -> None:
    needs_an_engine_and_a_registry(tmp_path)
    told = built(tmp_path, BUILD)
    assert (told.not_tried, told.fault) == ({}, "")
    assert re.fullmatch(r"127\.0\.0\.1:\d+/shop@sha256:[0-9a-f]{64}", told.image), told.image
    assert told.figures["build"] == "exit code 0"


def test_a_definition_that_does_not_build_is_the_pipelines_fault(tmp_path: Path) -> None:
    needs_an_engine_and_a_registry(tmp_path)
    told = built(tmp_path, BUILD, Dockerfile="FROM scratch\nCOPY nothing.py /\n")
    assert told.image == ""
    assert "`build` ended with 125" in told.fault
    assert told.not_tried["build"].endswith(NONE)


def test_without_a_registry_the_digest_is_a_stand_in_and_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(_: object) -> None:
        raise CannotStage("no docker-registry on PATH: `make tools` installs Debian's")

    monkeypatch.setattr(build_machine, "Registry", lacking)
    monkeypatch.setattr(Stage, "engine", lambda _: None)
    told = built(tmp_path, BUILD)
    assert (told.image, told.fault) == ("", "")
    assert told.not_tried == {
        "build": f"not run: no docker-registry on PATH: `make tools` installs Debian's; {NONE}"
    }


def test_a_workflow_without_a_build_is_said(tmp_path: Path) -> None:
    assert built(tmp_path).not_tried == {"build": f"no step calls it: {NONE}"}


def test_no_release_comes_past_tests_that_fail_here(tmp_path: Path) -> None:
    told = built(tmp_path, TEST, **{"deploy/pipeline/test": "echo 2 failed\nexit 1\n"})
    assert told.not_tried["test"] == "it ended with 1 on this machine: 2 failed"
    assert (told.fault, told.stopped_at) == (
        "",
        "no release comes past `test`: it ended with 1 on this machine: 2 failed",
    )


def test_a_spec_that_names_no_tests_is_said(tmp_path: Path) -> None:
    told = built(tmp_path, TEST, **{"deploy/pipeline/test": "exit 0\n"})
    assert told.not_tried["test"] == "the spec names no tests of the service: state tests.command"
    assert told.stopped_at == ""


def test_an_index_that_asks_for_a_password_is_not_shown_to_the_trees_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://user:secret@index.invalid/simple")
    told = built(tmp_path, TEST)
    assert told.not_tried["test"] == "not run: the index of packages asks for a password"
