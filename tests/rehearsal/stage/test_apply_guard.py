"""The guard: what could reach beyond loopback is refused before it can."""

from pathlib import Path
from typing import Any

import pytest

from opsready.rehearsal.stage.apply_guard import (
    PROVIDER,
    Refused,
    admit_environment,
    admit_files,
    admit_plan,
    is_loopback,
)

OURS = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
    "AWS_ACCESS_KEY_ID": "rehearsal",
    "AWS_SECRET_ACCESS_KEY": "rehearsal",
}


@pytest.mark.parametrize(
    ("url", "stays"),
    [
        ("http://127.0.0.1:4566", True),
        ("http://[::1]:4566", True),
        ("http://localhost:4566", False),
        ("https://sts.amazonaws.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://127.0.0.1@example.com", False),
        ("", False),
    ],
)
def test_loopback_is_told_by_number(url: str, stays: bool) -> None:
    assert is_loopback(url) is stays


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"AWS_ENDPOINT_URL": "https://192.0.2.1"}, "AWS_ENDPOINT_URL is not on loopback"),
        ({"AWS_ENDPOINT_URL": ""}, "AWS_ENDPOINT_URL is not on loopback: not set"),
        ({"AWS_ENDPOINT_URL_S3": "http://127.0.0.1"}, "AWS_ENDPOINT_URL_S3 is set"),
        ({"AWS_PROFILE": "production"}, "AWS_PROFILE is set"),
        ({"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}, "credentials that are not"),
    ],
)
def test_only_the_emulator_and_its_credentials(changes: dict[str, str], why: str) -> None:
    if not why:
        admit_environment({**OURS, **changes})
    else:
        with pytest.raises(Refused, match=why):
            admit_environment({**OURS, **changes})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('provider "aws" {\n  region = var.region\n  default_tags {}\n}', ""),
        ('terraform {\n  backend "s3" {\n    use_lockfile = true\n  }\n}', ""),
        ('module "a" {\n  source = "./a"\n}', ""),
        ('provider "aws" {\n  endpoints {\n    s3 = "http://192.0.2.1"\n  }\n}', "told endpoints"),
        ('provider "aws" {\n  profile = "production"\n}', "told profile"),
        ('provider "aws" {\n  assume_role {\n    role_arn = "a"\n  }\n}', "told assume_role"),
        ('provider "aws" {\n  shared_config_files = ["a"]\n}', "told shared_config_files"),
        ('provider "aws" {\n  http_proxy = "http://192.0.2.1"\n}', "told http_proxy"),
        ('provider "google" {}', "provider google: only hashicorp/aws"),
        (
            'terraform {\n  required_providers {\n    x = { source = "evil/aws" }\n  }\n}',
            "provider evil/aws: only hashicorp/aws",
        ),
        ('data "external" "a" {\n  program = ["sh"]\n}', "data source external reaches"),
        ('data "http" "a" {\n  url = "http://192.0.2.1"\n}', "data source http reaches"),
        (
            'resource "aws_lb" "a" {\n  provisioner "local-exec" {\n    command = "true"\n  }\n}',
            "aws_lb.a has a provisioner",
        ),
        ('terraform {\n  backend "http" {}\n}', "state is kept in http"),
        ("terraform {\n  cloud {}\n}", "state is kept in cloud"),
        ('terraform {\n  backend "s3" {\n    profile = "a"\n  }\n}', "the backend is told profile"),
        ('module "a" {\n  source = "terraform-aws-modules/vpc/aws"\n}', "comes from elsewhere"),
    ],
)
def test_files_are_read_before_any_command_runs(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "main.tf").write_text(text + "\n")
    if not why:
        admit_files(tmp_path)
    else:
        with pytest.raises(Refused, match=why):
            admit_files(tmp_path)


def test_a_module_beside_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "a" {\n  source = "./a"\n}\n')
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "main.tf").write_text('module "b" {\n  source = "../"\n}\n')
    admit_files(tmp_path)
    (tmp_path / "a" / "main.tf").write_text('data "http" "b" {}\n')
    with pytest.raises(Refused, match=r"main\.tf:1 data source http"):
        admit_files(tmp_path)


@pytest.mark.parametrize("folder", ["", "tests/"])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('mock_provider "aws" {}\n\nrun "a" {\n  command = plan\n}\n', ""),
        (
            'provider "aws" {\n  endpoints {\n    s3 = "http://192.0.2.1"\n  }\n}\n',
            r"a\.tftest\.hcl:1 the provider is told endpoints",
        ),
        (
            'run "a" {\n  module {\n    source = "example/a/aws"\n  }\n}\n',
            r"a\.tftest\.hcl:1 module example/a/aws comes from elsewhere",
        ),
        (
            'run "a" {\n  module {\n    source = "./setup"\n  }\n}\n',
            r"main\.tf:1 data source http reaches out of Terraform",
        ),
    ],
    ids=["mocked", "endpoint", "module from elsewhere", "module beside"],
)
def test_a_test_of_a_root_applies_too_and_is_read(
    tmp_path: Path, folder: str, text: str, why: str
) -> None:
    for path, content in ((f"{folder}a.tftest.hcl", text), ("setup/main.tf", 'data "http" "a" {}')):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    if not why:
        admit_files(tmp_path)
    else:
        with pytest.raises(Refused, match=why):
            admit_files(tmp_path)


def test_json_syntax_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text("{}")
    with pytest.raises(Refused, match=r"main\.tf\.json is in JSON"):
        admit_files(tmp_path)


def test_programs_are_let_run_where_somebody_said_so_and_endpoints_never(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('data "external" "a" {}\nprovider "random" {}\n')
    admit_files(tmp_path, allow_exec=True)
    (tmp_path / "main.tf").write_text('provider "aws" {\n  endpoints {}\n}\n')
    with pytest.raises(Refused, match="told endpoints"):
        admit_files(tmp_path, allow_exec=True)


def make_plan(**configuration: Any) -> dict[str, Any]:
    provider = {"name": "aws", "full_name": PROVIDER, "expressions": {"region": {}}}
    return {
        "configuration": {"provider_config": {"aws": provider}, "root_module": {}} | configuration,
        "resource_changes": [{"address": "aws_lb.a", "provider_name": PROVIDER}],
    }


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (make_plan(), ""),
        (
            make_plan(
                provider_config={"aws": {"full_name": PROVIDER, "expressions": {"profile": {}}}}
            ),
            "the provider is told profile",
        ),
        (
            make_plan(provider_config={"x": {"full_name": "registry.terraform.io/evil/x"}}),
            "provider registry.terraform.io/evil/x",
        ),
        (
            make_plan(
                root_module={
                    "module_calls": {
                        "a": {"module": {"resources": [{"address": "x.y", "provisioners": [{}]}]}}
                    }
                }
            ),
            "x.y has a provisioner",
        ),
        (
            make_plan() | {"resource_changes": [{"address": "x.y", "provider_name": "evil"}]},
            "x.y is of evil",
        ),
    ],
    ids=["ours", "profile", "provider", "provisioner", "resource"],
)
def test_a_plan_is_read_before_it_is_applied(plan: dict[str, Any], why: str) -> None:
    if not why:
        admit_plan(plan)
    else:
        with pytest.raises(Refused, match=why):
            admit_plan(plan)
