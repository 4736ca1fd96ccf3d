"""Secrets written out, wherever they stand, and the many things that are none."""

import pytest

from opsready.review.checks.deploy.secret_in_file import CHECK
from tests.build import make_case

SECRET = "Tr0ub4dor&3-live"


def found(files: dict[str, str]) -> list[str]:
    return [f"{f.path}:{f.line}" for f in CHECK.find(make_case(files))]


def deployment(env: str) -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n"
        "  template:\n    spec:\n"
        f"      containers:\n        - name: a\n          image: a:1\n          env:\n{env}"
    )


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("shop/settings.py", f'PASSWORD = "{SECRET}"\n', 1),
        ("shop/settings.py", f'DATABASES = {{"default": {{"PASSWORD": "{SECRET}"}}}}\n', 1),
        ("shop/db.py", f'connect(host="x", password="{SECRET}")\n', 1),
        ("shop/db.py", 'URL = "postgresql://shop:s3cr3tOne@db.internal/shop"\n', 1),
        ("web/index.js", f'const apiKey = "{SECRET}";\n', 1),
        ("main.go", f'package main\nconst dbPassword string = "{SECRET}"\n', 2),
        ("infra/main.tf", f'resource "aws_db_instance" "a" {{\n  password = "{SECRET}"\n}}\n', 2),
        ("infra/variables.tf", f'variable "db_password" {{\n  default = "{SECRET}"\n}}\n', 2),
        ("infra/envs/production.tfvars", f'db_password = "{SECRET}"\n', 1),
        ("k8s/a.yaml", deployment(f"            - {{name: API_KEY, value: '{SECRET}'}}\n"), 11),
        ("k8s/a.yaml", deployment("            - {name: DB_PASSWORD, value: postgres}\n"), 11),
        ("Dockerfile", f"FROM a:1\nENV A=1 \\\n    JWT_SECRET={SECRET}\n", 3),
        ("Dockerfile", f"ARG NPM_TOKEN={SECRET}\nFROM a:1\n", 0),
        ("compose.prod.yaml", f"services:\n  a:\n    environment: [DB_PASSWORD={SECRET}]\n", 3),
        (".env", f"SECRET_KEY={SECRET}\n", 1),
        ("scripts/run.sh", f"#!/bin/sh\nexport DB_PASSWORD='{SECRET}'\n", 2),
        ("config/production.yml", f"database:\n  password: {SECRET}\n", 2),
    ],
)
def test_a_secret_is_found_where_it_stands_and_is_not_shown(
    path: str, text: str, line: int
) -> None:
    findings = list(CHECK.find(make_case({path: text})))
    assert [finding.line for finding in findings] == ([line] if line else [])
    assert SECRET not in repr(findings)
    assert "s3cr3tOne" not in repr(findings)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/fields.py", 'PASSWORD = "password"\nTOKEN_TYPE = "bearer"\n'),
        ("shop/fields.py", 'API_KEY_HEADER = "X-Api-Key"\nCSRF_TOKEN = "csrftoken2"\n'),
        ("shop/fields.py", 'PASSWORD_RESET = "Please reset your password"\n'),
        ("shop/fields.py", 'ACCESS_TOKEN = "access_token_v2"\n'),
        ("shop/mail.py", 'preview = {"secret": "6zzjnumtsx136ddy"}\n'),
        ("shop/api.py", 'Field(examples=[{"password": "s3cr3t-1"}])\n'),
        ("shop/db.py", 'URL = "postgresql://postgres:postgres@localhost/x"\n'),
        ("shop/db.py", 'URL = "postgresql://shop:s3cr3tOne@localhost/x"\n'),
        ("shop/db.py", 'URL = "postgresql://{user}:{password}@{host}/x"\n'),
        ("shop/settings.py", 'import os\n\nPASSWORD = os.environ["PASSWORD"]\n'),
        ("tests/settings.py", f'PASSWORD = "{SECRET}"\n'),
        ("examples/settings.py", f'PASSWORD = "{SECRET}"\n'),
        ("docs/conf.py", f'PASSWORD = "{SECRET}"\n'),
        ("README.md", f"PASSWORD = {SECRET}\n"),
        ("k8s/a.yaml", deployment("            - {name: DB_PASSWORD, value: $(FROM)}\n")),
        ("k8s/a.yaml", deployment("            - {name: DB_PASSWORD, value: changeme}\n")),
        ("infra/main.tf", 'resource "a" "b" {\n  password = var.password\n}\n'),
        ("shop/static/words/es.js", "  password: 'Contraseña1!',\n"),
        ("shop/static/i18n/de.js", "  password: 'Passwort8-20Zeichen',\n"),
        ("infra/main.tf", 'resource "a" "b" {\n  secret_name = "orders"\n}\n'),
        ("compose.yaml", "services:\n  a:\n    environment: [POSTGRES_PASSWORD=postgres]\n"),
        (
            "compose.yaml",
            f"services:\n  a:\n    volumes: ['.:/a']\n    environment: [PW={SECRET}]\n",
        ),
        (".env.example", f"SECRET_KEY={SECRET}\n"),
        (".env.test", f"SECRET_KEY={SECRET}\n"),
        ("scripts/run.sh", 'DB_PASSWORD="$1"\nTOKEN=$(vault read x)\n'),
        ("web/app.min.js", f'x={{password:"{SECRET}"}};' * 50),
    ],
)
def test_what_is_no_secret(path: str, text: str) -> None:
    assert found({path: text}) == []


def workflow(job: str, step: str) -> dict[str, str]:
    text = (
        f"on: push\njobs:\n  {job}:\n    env:\n      DB_PASSWORD: {SECRET}\n    steps: [{step}]\n"
    )
    return {".github/workflows/x.yml": text}


def test_the_variables_of_a_job_that_deploys() -> None:
    assert found(workflow("deploy", "{run: kubectl apply -f x}")) == [".github/workflows/x.yml:5"]


def test_what_a_deploying_command_is_given() -> None:
    step = f"{{run: \"ssh prod docker run -e DB_PASSWORD='{SECRET}' a:1\"}}"
    text = f"on: push\njobs:\n  deploy:\n    steps:\n      - {step}\n"
    assert found({".github/workflows/x.yml": text}) == [".github/workflows/x.yml:5"]


def test_the_variables_of_a_job_that_tests() -> None:
    assert found(workflow("test", "{run: pytest}")) == []


def test_what_an_action_that_logs_in_is_given() -> None:
    step = f"{{uses: docker/login-action@v3, with: {{password: {SECRET}}}}}"
    text = f"on: push\njobs:\n  publish:\n    steps:\n      - {step}\n"
    assert found({".github/workflows/x.yml": text}) == [".github/workflows/x.yml:5"]


@pytest.mark.parametrize("line", [".env", "/.env", "*.env", "**/.env", ".env*"])
def test_a_file_that_git_leaves_out_is_on_one_disk_alone(line: str) -> None:
    assert found({".env": f"SECRET_KEY={SECRET}\n", ".gitignore": f"dist\n{line}\n"}) == []


def test_a_key_in_a_providers_form_is_found_in_any_file() -> None:
    key = "".join(("AKIA", "QWERTYUIOPASDFGH"))
    assert found({"notes/keys.toml": f'a = 1\nb = "{key}"\n'}) == ["notes/keys.toml:2"]
