"""Terraform of this machine: where its provider is looked for, and what its commands are given."""

import shutil
from pathlib import Path

import pytest

from opsready.rehearsal.stage import terraform as module
from opsready.rehearsal.stage.stage import Stage
from opsready.rehearsal.stage.terraform import PROVIDER, find_plugins, find_terraform
from opsready.rehearsal.stage.trouble import CannotStage
from tests.build import make_spec
from tests.rehearsal.build import make_tree

pytestmark = [pytest.mark.usefixtures("stages")]

needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform")


def make_stage(root: Path) -> Stage:
    return Stage(make_spec(), make_tree(root), lambda _: None)


def make_mirror(folder: Path, machine: str | None = None, packed: bool = False) -> Path:
    """An empty file in the place of the provider's binary, as a mirror would have it."""
    machine = machine or module._machine()
    inside = folder / PROVIDER
    file = (
        inside / f"terraform-provider-aws_5.100.0_{machine}.zip"
        if packed
        else inside / "5.100.0" / machine / "terraform-provider-aws_v5.100.0_x5"
    )
    file.parent.mkdir(parents=True)
    file.touch()
    return folder


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which no folder has the provider."""
    monkeypatch.delenv("OPSREADY_TF_PLUGINS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "shared"))
    monkeypatch.setattr(module, "_ADD_ON", tmp_path / "add-on")
    return tmp_path


def test_the_provider_is_looked_for_from_the_users_own_folders_to_add_on_software(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_plugins() is None
    make_mirror(nowhere / "add-on" / "empty", machine="plan9_mips")
    assert find_plugins() is None
    farther = [
        make_mirror(nowhere / "add-on" / "plugins"),
        make_mirror(nowhere / "shared" / "terraform" / "plugins"),
        make_mirror(nowhere / "data" / "terraform" / "plugins"),
        make_mirror(nowhere / "home" / ".terraform.d" / "plugins", packed=True),
    ]
    found = []
    for folder in reversed(farther):
        found.append(find_plugins())
        shutil.rmtree(folder)
    assert found == farther[::-1]
    monkeypatch.setenv("OPSREADY_TF_PLUGINS", str(make_mirror(nowhere / "named")))
    assert find_plugins() == nowhere / "named"


def test_a_named_folder_without_the_provider_is_no_reason_to_look_elsewhere(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_mirror(nowhere / "add-on" / "plugins")
    monkeypatch.setenv("OPSREADY_TF_PLUGINS", str(nowhere / "named"))
    with pytest.raises(CannotStage, match=f"OPSREADY_TF_PLUGINS: .*named has no {PROVIDER} for"):
        find_plugins()


def test_a_machine_without_terraform_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with make_stage(tmp_path) as stage, pytest.raises(CannotStage, match="no terraform on PATH"):
        find_terraform(stage)


@needs_terraform
def test_its_commands_see_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A CLI configuration that is named and missing would warn on every call."""
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "missing.rc"))
    monkeypatch.setenv("TF_VAR_colour", "of the user")
    root = tmp_path / "root"
    root.mkdir()
    (root / "main.tf").write_text(
        'variable "colour" {\n  default = "none"\n}\n\noutput "colour" {\n  value = var.colour\n}\n'
    )
    with make_stage(tmp_path) as stage:
        terraform = find_terraform(stage)
        assert terraform.init(root).exit_code == 0
        given = {"TF_VAR_colour": "given"}
        applied = terraform.run(root, "apply", "-no-color", "-auto-approve", environment=given)
        assert applied.exit_code == 0
        assert "Warning" not in " ".join(applied.log.first_lines(99))
        told = terraform.json(root, "output", "-json", environment={})
        assert told["colour"]["value"] == "given"
        assert terraform.json(root, "show", "-json", "no-such-plan", environment={}) is None


@needs_terraform
def test_a_provider_that_is_not_to_be_had_is_no_answer_about_the_tree(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`example.invalid` can resolve nowhere (RFC 2606)."""
    monkeypatch.setenv("OPSREADY_CACHE", str(nowhere / "cache"))
    root = nowhere / "root"
    root.mkdir()
    (root / "main.tf").write_text(
        "terraform {\n  required_providers {\n"
        '    thing = { source = "example.invalid/a/thing" }\n  }\n}\n'
    )
    with make_stage(nowhere / "tree") as stage:
        terraform = find_terraform(stage)
        assert terraform.init_args == []
        with pytest.raises(CannotStage, match="a provider of root is not to be had here: "):
            terraform.init(root)
