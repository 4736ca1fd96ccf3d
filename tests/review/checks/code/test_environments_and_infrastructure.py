"""Environments, secrets and infrastructure in the service's own code."""

import pytest

from opsready.review.check import Check
from opsready.review.checks.code import (
    application_code_in_infrastructure,
    deploy_file_in_package,
    environment_branch_in_code,
    environment_value_in_code,
    infrastructure_in_application,
    secret_default_in_code,
)
from tests.build import make_case


def found(check: Check, files: dict[str, str]) -> list[str]:
    return [f"{f.path}:{f.line}" for f in check.find(make_case(files))]


@pytest.mark.parametrize(
    ("condition", "is_found"),
    [
        ('ENV == "production"', True),
        ('settings.ENVIRONMENT != "prod"', True),
        ('os.environ["APP_ENV"] == "staging"', True),
        ('os.getenv("ENV") in ("prod", "staging")', True),
        ('ENV == "test"', False),
        ('status == "live"', False),
        ('stage == "prod"', True),
        ('name == "production"', False),
        ("ENV == OTHER", False),
    ],
)
def test_comparisons_with_the_name_of_an_environment(condition: str, is_found: bool) -> None:
    files = {"shop/app.py": f"import os\n\nif {condition}:\n    pass\n"}
    assert bool(found(environment_branch_in_code.CHECK, files)) is is_found


@pytest.mark.parametrize(
    ("path", "text", "is_found"),
    [
        ("shop/a.py", 'URL = "https://api.prod.shop.io"\n', True),
        ("shop/a.py", '"""See https://api.prod.shop.io."""\n', False),
        ("shop/a.py", "# https://api.prod.shop.io\n", False),
        ("shop/a.py", 'MODULE = "shop.settings.production"\n', False),
        ("shop/settings/production.py", 'URL = "https://api.prod.shop.io"\n', False),
        ("tests/a.py", 'URL = "https://api.prod.shop.io"\n', False),
    ],
)
def test_hosts_of_one_environment(path: str, text: str, is_found: bool) -> None:
    assert bool(found(environment_value_in_code.CHECK, {path: text})) is is_found


@pytest.mark.parametrize(
    ("read", "is_found"),
    [
        ('os.environ.get("SECRET_KEY", "dev-only")', True),
        ('os.getenv("DB_PASSWORD", default="postgres")', True),
        ('config("SECRET_KEY", default="insecure")', True),
        ('os.environ.get("SECRET_KEY")', False),
        ('os.environ.get("SECRET_KEY", "")', False),
        ('os.environ.get("LOG_LEVEL", "INFO")', False),
        ('payload.get("token", "none-given")', False),
    ],
)
def test_secrets_that_the_code_makes_up(read: str, is_found: bool) -> None:
    text = f"import os\nfrom decouple import config\n\nx = {read}\n"
    findings = list(secret_default_in_code.CHECK.find(make_case({"shop/settings.py": text})))
    assert bool(findings) is is_found
    assert "dev-only" not in repr(findings)


APP = """\
import subprocess

import boto3
from fastapi import FastAPI

app = FastAPI()


@app.post("/tenants")
def create(name: str) -> None:
    {call}
"""


class TestInfrastructureInApplication:
    @pytest.mark.parametrize(
        ("call", "is_found"),
        [
            ('subprocess.run(["kubectl", "apply", "-f", name])', True),
            ('subprocess.run(f"helm upgrade {name} ./chart", shell=True)', True),
            ('subprocess.check_call(("terraform", "apply", "-auto-approve"))', True),
            ('boto3.client("sqs").create_queue(QueueName=name)', True),
            ('subprocess.run(["kubectl", "get", "pods"])', False),
            ('subprocess.run(["git", "push"])', False),
            ("subprocess.run(name)", False),
            ('boto3.client("sqs").send_message(QueueUrl=name)', False),
            ('boto3.client("s3").put_object(Bucket=name)', False),
        ],
    )
    def test_what_a_handler_does(self, call: str, is_found: bool) -> None:
        files = {"shop/app.py": APP.format(call=call)}
        assert bool(found(infrastructure_in_application.CHECK, files)) is is_found

    def test_a_command_counts_in_the_whole_package_and_a_call_in_the_handlers_module(self) -> None:
        run = 'import subprocess\n\nsubprocess.run(["kubectl", "apply", "-f", "x"])\n'
        make = 'import boto3\n\nboto3.client("s3").create_bucket(Bucket="x")\n'
        files = {
            "shop/app.py": APP.format(call="pass"),
            "shop/tenants.py": run,
            "shop/storage.py": make,
        }
        assert found(infrastructure_in_application.CHECK, files) == ["shop/tenants.py:3"]

    @pytest.mark.parametrize(
        "path",
        [
            "shop/deploy/tenants.py",
            "shop/management/commands/x.py",
            "tools/x.py",
            "shop/provisioner.py",
            "tests/x.py",
        ],
    )
    def test_parts_that_are_there_to_provision(self, path: str) -> None:
        run = 'import subprocess\n\nsubprocess.run(["kubectl", "apply", "-f", "x"])\n'
        files = {"shop/app.py": APP.format(call="pass"), path: run}
        assert found(infrastructure_in_application.CHECK, files) == []


def test_code_in_a_config_map() -> None:
    lines = "".join(f"    line {n}\n" for n in range(20))
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  app.py: |\n{lines}"
    assert found(application_code_in_infrastructure.CHECK, {"k8s/a.yaml": text}) == ["k8s/a.yaml:5"]
    short = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  app.py: |\n    x = 1\n"
    assert found(application_code_in_infrastructure.CHECK, {"k8s/a.yaml": short}) == []


@pytest.mark.parametrize(
    ("path", "is_found"),
    [("shop/deploy/main.tf", True), ("deploy/main.tf", False), ("shop/tests/main.tf", False)],
)
def test_terraform_inside_a_package(path: str, is_found: bool) -> None:
    files = {"shop/__init__.py": "", path: 'resource "aws_sqs_queue" "a" {}\n'}
    assert bool(found(deploy_file_in_package.CHECK, files)) is is_found
