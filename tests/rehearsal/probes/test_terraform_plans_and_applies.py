"""Terraform for real, on small trees: what breaks, what is refused, what is not run. That the
example's own infrastructure holds is shown by the test of the whole stage."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsready.hats.pack import Pack
from opsready.rehearsal.probes.terraform_plans_and_applies import PROBE
from opsready.rehearsal.proof import Outcome, Result
from opsready.rehearsal.stage import terraform as stage_terraform
from opsready.spec.spec import Spec
from tests.build import make_spec
from tests.rehearsal.build import infrastructure, make_tree, outcome_of

pytestmark = [
    pytest.mark.usefixtures("stages"),
    pytest.mark.xdist_group("terraform"),
    pytest.mark.timeout(600),
    pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform"),
]

PROVIDER = 'provider "aws" {\n  region = "eu-central-1"\n}\n'
ELSEWHERE = '  endpoints {\n    s3 = "http://192.0.2.1"\n  }\n'
FILES = infrastructure()
DATA, SERVICE = (FILES[f"deploy/terraform/{p}"] for p in ("data/main.tf", "service/release.tf"))


@pytest.fixture(autouse=True)
def nothing_of_the_users(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Real-looking credentials, which nothing of the stage may ever see."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    monkeypatch.setenv("AWS_PROFILE", "production")
    yield


def make_infrastructure(root: Path, **changed: str) -> Pack:
    return make_tree(root, infrastructure(**changed))


def shown(pack: Pack, spec: Spec | None = None) -> Outcome:
    return outcome_of(PROBE, spec or make_spec(target={"kind": "ecs"}), pack)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"service/release.tf": SERVICE.replace("  name =", "    name =")}, "not formatted: "),
        ({"data/main.tf": DATA + "}\n"}, "fmt failed: Error: "),
        (
            {"data/main.tf": DATA.replace("key.arn", "lock.arn")},
            "data: plan failed: Error: Reference to undeclared resource",
        ),
    ],
    ids=["unformatted", "unreadable", "plans nothing"],
)
def test_what_terraform_refuses_breaks(tmp_path: Path, changed: dict[str, str], why: str) -> None:
    outcome = shown(make_infrastructure(tmp_path, **changed))
    assert outcome.result is Result.BROKE
    assert outcome.why.startswith(why)


def test_a_value_that_nobody_gave_is_asked_for_and_proves_nothing(tmp_path: Path) -> None:
    more = {"data/more.tf": 'variable "account" {\n  type = string\n}\n'}
    outcome = shown(make_infrastructure(tmp_path, **more))
    assert outcome.result is Result.NOT_RUN
    assert outcome.why.startswith("data: Error: No value for required variable")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (
            {
                "infra/main.tf": PROVIDER.replace(
                    "}", '  endpoints {\n    s3 = "http://192.0.2.1"\n  }\n}'
                )
            },
            "infra: refused: main.tf:1 the provider is told endpoints",
        ),
        (
            {"infra/main.tf": PROVIDER + 'data "external" "a" {\n  program = ["true"]\n}\n'},
            "infra: refused: main.tf:4 data source external reaches out of Terraform",
        ),
        (
            {"modules/queue/main.tf": 'resource "aws_sqs_queue" "a" {}\n'},
            "no folder of the tree has a provider or a backend: there are modules only",
        ),
    ],
    ids=["endpoints", "program", "modules"],
)
def test_a_tree_of_somebody_else_reaches_nobody(
    tmp_path: Path, files: dict[str, str], why: str
) -> None:
    outcome = shown(make_tree(tmp_path, files))
    assert (outcome.result, outcome.why) == (Result.NOT_RUN, why)


def test_a_tree_of_somebody_else_is_planned_and_no_more(tmp_path: Path) -> None:
    files = {
        "infra/main.tf": PROVIDER
        + '\nterraform {\n  backend "s3" {\n    bucket = "theirs"\n  }\n}\n'
        + 'resource "aws_sqs_queue" "a" {\n  name = var.name\n}\n',
        "infra/variables.tf": 'variable "name" {}\n',
        "infra/envs/production.tfvars": 'name = "orders"\n',
        "other/main.tf": PROVIDER + 'variable "account" {}\n',
    }
    outcome = shown(make_tree(tmp_path, files))
    assert outcome.result is Result.NOT_RUN
    assert outcome.why.startswith("other: other: Error: No value for required variable")
    assert outcome.evidence["roots"] == {
        "infra": {"formatted": True, "valid": True, "planned": 1},
        "other": {"formatted": True, "valid": True},
    }


def test_a_tree_of_somebody_else_that_is_not_valid_breaks(tmp_path: Path) -> None:
    outcome = shown(make_tree(tmp_path, {"main.tf": PROVIDER + "output = 1\n"}))
    assert outcome.result is Result.BROKE
    assert "Unsupported argument" in outcome.why


@pytest.mark.parametrize(
    ("machine", "why"),
    [
        ({"PATH": "/nowhere"}, "no terraform on PATH: install Terraform 1.11 or newer"),
        ({"OPSREADY_TF_PLUGINS": "/nowhere"}, "OPSREADY_TF_PLUGINS: /nowhere has no registry."),
    ],
)
def test_what_this_machine_lacks_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: dict[str, str], why: str
) -> None:
    for name, value in machine.items():
        monkeypatch.setenv(name, value)
    pack = make_infrastructure(tmp_path)
    outcome: Any = None
    try:
        outcome = shown(pack)
    except stage_terraform.CannotStage as reason:
        assert str(reason).startswith(why)
    assert outcome is None


def test_a_tree_without_terraform_has_nothing_to_try(tmp_path: Path) -> None:
    outcome = shown(make_tree(tmp_path))
    assert outcome.why == "there is no Terraform, in the tree or among what the hats write"
