"""What Terraform says of targets, dependencies and probes."""

import pytest

from opsready.facts.fact import Claim, Fact
from opsready.facts.readers.terraform import READER
from tests.build import make_bundle


def facts(text: str, path: str = "infra/main.tf") -> list[Fact]:
    return list(READER.read(make_bundle({path: text})))


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        ('resource "aws_db_instance" "a" { engine = "postgres" }', "postgresql"),
        ('resource "aws_db_instance" "a" { engine = "mariadb" }', "mysql"),
        ('resource "aws_rds_cluster" "a" { engine = "aurora-postgresql" }', "postgresql"),
        ('resource "aws_elasticache_replication_group" "a" {}', "redis"),
        ('resource "aws_elasticache_cluster" "a" { engine = "memcached" }', "memcached"),
        (
            'resource "google_sql_database_instance" "a" { database_version = "POSTGRES_16" }',
            "postgresql",
        ),
        ('resource "aws_msk_cluster" "a" {}', "kafka"),
        ('resource "aws_db_instance" "a" { engine = var.engine }', None),
        ('resource "aws_s3_bucket" "state" {}', None),
        ('resource "aws_sns_topic" "order_placed" {}', "sns"),
        ('resource "aws_sns_topic" "alerts" {}', None),
        ('resource "aws_sns_topic" "this" { name = "shop-alarms" }', None),
    ],
)
def test_the_store_that_a_resource_is(block: str, kind: str | None) -> None:
    found = [f["kind"] for f in facts(block) if f.claim is Claim.DEPENDENCY]
    assert found == ([kind] if kind else [])


def test_the_target_and_how_it_is_probed() -> None:
    text = """\
resource "aws_ecs_service" "orders" {}
resource "aws_lb_target_group" "orders" {
  health_check {
    path = "/readyz"
  }
}
resource "aws_ecs_task_definition" "orders" {
  container_definitions = jsonencode([{
    command      = ["gunicorn", "shop:app"]
    portMappings = [{ containerPort = 8000 }]
  }])
}
"""
    assert [(f.claim, f.value, f.line) for f in facts(text)] == [
        (Claim.DEPLOYS_WITH, {"tool": "ecs"}, 1),
        (Claim.HEALTH_ROUTE, {"path": "/readyz", "covers": None, "role": "readiness"}, 3),
        (Claim.PORT, 8000, 10),
        (Claim.START_COMMAND, {"command": "gunicorn shop:app"}, 8),
        (Claim.DEPLOYS_WITH, {"tool": "terraform", "files": ["infra/main.tf"]}, 1),
    ]


def test_a_values_file_names_its_environment() -> None:
    (fact,) = facts('region = "eu-west-1"\n', "infra/envs/production.tfvars")
    assert (fact.claim, fact.value) == (Claim.ENVIRONMENT, {"name": "production"})


def test_examples_of_a_module_are_left_out() -> None:
    assert facts('resource "aws_ecs_service" "a" {}', "examples/main.tf") == []
