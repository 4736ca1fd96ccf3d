"""What Terraform makes: databases, ports, rights, registries, secrets, state and values."""

import pytest

from opsready.review.check import Check
from opsready.review.checks.deploy import (
    database_public,
    database_unprotected,
    deploy_names_no_version,
    destructive_migration,
    probe_path_not_served,
    registry_tags_mutable,
    rights_unlimited,
    secret_in_file,
    secret_version_floats,
    state_on_local_disk,
    tests_never_run,
    variable_missing_in_environment,
)
from tests.build import make_case

PATH = ".github/workflows/deploy.yml"


def found(check: Check, files: dict[str, str]) -> list[str]:
    return [f"{f.path}:{f.line}" for f in check.find(make_case(files))]


def workflow(*commands: str) -> dict[str, str]:
    steps = "".join(f"      - run: {command}\n" for command in commands)
    return {PATH: f"on: push\njobs:\n  deploy:\n    steps:\n{steps}"}


def database(*lines: str) -> dict[str, str]:
    return {"a.tf": "\n".join(['resource "aws_db_instance" "a" {', *lines, "}", ""])}


class TestDatabases:
    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (("deletion_protection = true",), []),
            ((), ["a.tf:1"]),
            (("deletion_protection = false",), ["a.tf:2"]),
            (("deletion_protection = true", "backup_retention_period = 0"), ["a.tf:3"]),
            (("deletion_protection = true", "skip_final_snapshot = true"), []),
            (('replicate_source_db = "b"',), []),
            (("lifecycle {", "prevent_destroy = true", "}"), []),
            (("deletion_protection = var.unknown",), []),
        ],
    )
    def test_protection(self, lines: tuple[str, ...], expected: list[str]) -> None:
        assert found(database_unprotected.CHECK, database(*lines)) == expected

    @pytest.mark.parametrize(("production", "is_found"), [("true", False), ("false", True)])
    def test_staging_may_do_without(self, production: str, is_found: bool) -> None:
        files = {
            "tf/data/a.tf": database("deletion_protection = var.keep")["a.tf"],
            "tf/envs/staging.tfvars": "keep = false\n",
            "tf/envs/production.tfvars": f"keep = {production}\n",
        }
        assert bool(found(database_unprotected.CHECK, files)) is is_found

    @pytest.mark.parametrize(
        ("ports", "blocks", "is_found"),
        [
            ((5432, 5432), '["0.0.0.0/0"]', True),
            ((5432, 5432), '["10.0.0.0/8"]', False),
            ((443, 443), '["0.0.0.0/0"]', False),
            ((0, 65535), '["0.0.0.0/0"]', False),
            ((5432, 5432), "var.allowed", True),
        ],
    )
    def test_ports(self, ports: tuple[int, int], blocks: str, is_found: bool) -> None:
        group = (
            f'resource "aws_security_group" "a" {{\n  ingress {{\n    from_port = {ports[0]}\n'
            f"    to_port = {ports[1]}\n    cidr_blocks = {blocks}\n  }}\n}}\n"
            'variable "allowed" {\n  default = ["0.0.0.0/0"]\n}\n'
        )
        assert bool(found(database_public.CHECK, {"a.tf": group})) is is_found


class TestRights:
    @pytest.mark.parametrize(
        ("body", "is_found"),
        [
            ('actions = ["*"]\nresources = ["*"]', True),
            ('actions = ["s3:*"]\nresources = ["*"]', False),
            ('actions = ["*"]\nresources = [aws_s3_bucket.a.arn]', False),
            ('effect = "Deny"\nactions = ["*"]\nresources = ["*"]', False),
        ],
    )
    def test_statements(self, body: str, is_found: bool) -> None:
        document = f'data "aws_iam_policy_document" "a" {{\n  statement {{\n{body}\n  }}\n}}\n'
        assert bool(found(rights_unlimited.CHECK, {"a.tf": document})) is is_found

    def test_the_policy_for_administrators(self) -> None:
        attached = (
            'resource "aws_iam_role_policy_attachment" "a" {\n'
            '  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"\n}\n'
        )
        assert found(rights_unlimited.CHECK, {"a.tf": attached}) == ["a.tf:2"]


@pytest.mark.parametrize(
    ("reference", "is_found"),
    [
        ('"arn:aws:secretsmanager:r:1:secret:a-b"', True),
        ('"arn:aws:secretsmanager:r:1:secret:a-b:key::"', True),
        ('"arn:aws:secretsmanager:r:1:secret:a-b:::0f1e"', False),
        ('"arn:aws:secretsmanager:r:1:secret:a-b:key:AWSCURRENT:"', False),
        ('"${aws_secretsmanager_secret.a.arn}:::${var.versions[0]}"', False),
        ("aws_secretsmanager_secret.a.arn", True),
        ("local.secret", False),
        ('"arn:aws:ssm:r:1:parameter/a"', False),
    ],
)
def test_secrets_and_their_versions(reference: str, is_found: bool) -> None:
    task = (
        'resource "aws_ecs_task_definition" "a" {\n  container_definitions = jsonencode([{\n'
        f'    secrets = [{{ name = "A", valueFrom = {reference} }}]\n  }}])\n}}\n'
    )
    assert bool(found(secret_version_floats.CHECK, {"a.tf": task})) is is_found


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("", True),
        ('image_tag_mutability = "MUTABLE"', True),
        ('image_tag_mutability = "IMMUTABLE"', False),
        ("image_tag_mutability = var.unknown", False),
    ],
)
def test_tags_of_a_registry(line: str, is_found: bool) -> None:
    files = {"a.tf": f'resource "aws_ecr_repository" "a" {{\n{line}\n}}\n'}
    assert bool(found(registry_tags_mutable.CHECK, files)) is is_found


@pytest.mark.parametrize(
    ("module", "command", "is_found"),
    [
        ("", "terraform apply p", True),
        ('terraform {\n  backend "s3" {}\n}\n', "terraform apply p", False),
        ("terraform {\n  cloud {}\n}\n", "terraform apply p", False),
        ("", "echo backend > b.tf && terraform apply p", False),
        ("", "terragrunt apply p", False),
        ("", "kubectl apply -f x", False),
    ],
)
def test_where_the_state_is_kept(module: str, command: str, is_found: bool) -> None:
    files = {"a.tf": module + 'resource "aws_sqs_queue" "a" {}\n', **workflow(command)}
    assert bool(found(state_on_local_disk.CHECK, files)) is is_found


@pytest.mark.parametrize(
    ("staging", "production", "expected"),
    [
        ("a = 1\n", "a = 2\n", []),
        ("a = 1\nb = 1\n", "a = 2\n", []),
        ("a = 1\n", "b = 2\n", ["envs/production.tfvars:1"]),
        ('m = { A = "1" }\n', 'm = { A = "2" }\n', []),
        ('m = { A = "1", B = "1" }\n', 'm = { A = "2" }\n', ["envs/production.tfvars:1"]),
        ('m = { A = "1", b = "1" }\n', 'm = { A = "2" }\n', []),
    ],
)
def test_values_that_one_environment_lacks(
    staging: str, production: str, expected: list[str]
) -> None:
    files = {
        "a.tf": 'variable "a" {}\nvariable "b" {\n  default = 1\n}\n',
        "m.tf": 'variable "m" {\n  default = {}\n}\n',
        "envs/staging.tfvars": staging,
        "envs/production.tfvars": production,
    }
    assert found(variable_missing_in_environment.CHECK, files) == expected


class TestProbePaths:
    APP = 'from fastapi import FastAPI\napp = FastAPI()\n@app.get("/readyz")\ndef ready(): ...\n'
    GROUP = 'resource "aws_lb_target_group" "a" {\n  health_check {\n    path = var.path\n  }\n}\n'

    @pytest.mark.parametrize(
        ("path", "expected"), [("/readyz", []), ("/ready", ["tf/envs/production.tfvars:2"])]
    )
    def test_a_target_group_whose_path_stands_in_a_values_file(
        self, path: str, expected: list[str]
    ) -> None:
        files = {
            "app.py": self.APP,
            "tf/service/a.tf": self.GROUP + 'variable "path" {}\n',
            "tf/envs/production.tfvars": f'size = 1\npath = "{path}"\n',
        }
        assert found(probe_path_not_served.CHECK, files) == expected

    def test_a_container_of_ecs_that_asks_itself(self) -> None:
        container = (
            'resource "aws_ecs_task_definition" "a" {\n  container_definitions = jsonencode([{\n'
            '    healthCheck = { command = ["CMD-SHELL", "curl -f http://localhost/live"] }\n'
            "  }])\n}\n"
        )
        files = {"app.py": self.APP, "a.tf": container}
        assert found(probe_path_not_served.CHECK, files) == ["a.tf:3"]


@pytest.mark.parametrize(
    "files",
    [
        {
            "a.tf": 'resource "aws_ecs_task_definition" "a" {\n  container_definitions = '
            'jsonencode([{\n    environment = [{ name = "DB_PASSWORD", value = "Tr0ub4dor-and-3" }]'
            "\n  }])\n}\n"
        },
        {"envs/production.tfvars": 'configuration = {\n\n  DB_PASSWORD = "Tr0ub4dor-and-3"\n}\n'},
        {"a.tf": 'locals {\n  all = {\n    DB_PASSWORD = "Tr0ub4dor-and-3"\n  }\n}\n'},
    ],
)
def test_a_secret_inlined_where_a_task_takes_it_from(files: dict[str, str]) -> None:
    (path,) = files
    assert found(secret_in_file.CHECK, files) == [f"{path}:3"]


@pytest.mark.parametrize(
    ("commands", "is_found"),
    [
        (("aws ecs update-service --force-new-deployment",), True),
        (("aws ecs update-service --force-new-deployment --task-definition $D",), False),
        (("kubectl rollout restart deployment/a",), True),
        (("kubectl apply -f k8s", "kubectl rollout restart deployment/a"), False),
        (("kubectl set image deployment/a a=example/a:latest",), True),
        (("kubectl set image deployment/a a=example/a:$TAG",), False),
        (("helm upgrade a . --set image.tag=latest",), True),
    ],
)
def test_deploys_and_the_version_that_they_name(commands: tuple[str, ...], is_found: bool) -> None:
    assert bool(found(deploy_names_no_version.CHECK, workflow(*commands))) is is_found


@pytest.mark.parametrize(
    ("commands", "is_found"),
    [
        (("kubectl apply -f x",), True),
        (("pytest", "kubectl apply -f x"), False),
        (("make check", "kubectl apply -f x"), False),
        (("docker pull a:latest", "kubectl apply -f x"), True),
    ],
)
def test_whether_tests_are_run(commands: tuple[str, ...], is_found: bool) -> None:
    files = {**workflow(*commands), "tests/test_a.py": "def test_a() -> None: ...\n"}
    assert bool(found(tests_never_run.CHECK, files)) is is_found


class TestDestructiveMigration:
    @pytest.mark.parametrize(
        ("forward", "is_found"),
        [
            ('op.drop_column("a", "b")', True),
            ('op.drop_table("a")', True),
            ('op.create_table("a"); op.drop_table("a")', False),
            ('op.alter_column("a", "b", new_column_name="c")', True),
            ('op.alter_column("a", "b", nullable=False)', True),
            ('op.alter_column("a", "b", nullable=True)', False),
            ('op.add_column("a", Column("b", Text(), nullable=True))', False),
            ('op.add_column("a", Column("b", Text(), nullable=False))', True),
            (
                'op.add_column("a", sa.Column("b", sa.Text(), nullable=False, server_default=""))',
                False,
            ),
            ('op.create_index("a", "b", ["c"])', False),
        ],
    )
    def test_steps_of_alembic(self, forward: str, is_found: bool) -> None:
        assert bool(found(destructive_migration.CHECK, self.alembic(forward))) is is_found

    def test_only_the_newest_step_is_judged(self) -> None:
        files = self.alembic('op.drop_column("a", "b")')
        files["m/versions/b.py"] = 'revision = "2"\ndown_revision = "1"\ndef upgrade(): ...\n'
        assert found(destructive_migration.CHECK, files) == []

    def test_a_tree_that_deploys_nothing_has_no_next_deploy(self) -> None:
        files = self.alembic('op.drop_column("a", "b")')
        assert (
            found(destructive_migration.CHECK, {k: v for k, v in files.items() if k != PATH}) == []
        )

    @pytest.mark.parametrize(
        ("operation", "is_found"),
        [("RemoveField", True), ("AddField", False), ("RenameModel", True)],
    )
    def test_steps_of_django(self, operation: str, is_found: bool) -> None:
        head = "from django.db import migrations\nclass Migration(migrations.Migration):\n"
        files = {
            **workflow("kubectl apply -f x"),
            "manage.py": "import django\n",
            "shop/migrations/0001_initial.py": head + "    operations = []\n",
            "shop/migrations/0002_b.py": head + f'    operations = [migrations.{operation}("a")]\n',
        }
        expected = ["shop/migrations/0002_b.py:3"] if is_found else []
        assert found(destructive_migration.CHECK, files) == expected

    @staticmethod
    def alembic(forward: str) -> dict[str, str]:
        step = f'revision = "1"\ndown_revision = None\ndef upgrade():\n    {forward}\n'
        back = '\ndef downgrade():\n    op.drop_table("z")\n'
        return {
            **workflow("kubectl apply -f x"),
            "alembic.ini": "[alembic]\nscript_location = m\n",
            "m/versions/a.py": step + back,
        }
