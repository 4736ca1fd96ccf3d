"""What names of resources come to in one environment."""

import pytest

from opsready.documents.terraform_text import TerraformText
from opsready.documents.terraform_tree import Terraform
from tests.build import make_bundle

FILES = {
    "tf/service/main.tf": """\
variable "environment" {}
variable "cluster" { default = null }
locals {
  service = "My Shop"
  name    = "${replace(lower(local.service), "/[^a-z0-9-]+/", "-")}-${var.environment}"
  short   = trimsuffix(substr(local.name, 0, 8), "-")
  public  = var.cluster != null
  keys    = ["A", "B"]
}
resource "aws_ecs_cluster" "own" {
  count = var.cluster == null ? 1 : 0
  name  = local.name
}
resource "aws_ecs_service" "this" {
  name    = local.name
  cluster = var.cluster == null ? one(aws_ecs_cluster.own[*].name) : var.cluster
}
resource "aws_lb" "this" {
  name = local.short
}
resource "aws_lb_listener" "tls" {
  count    = local.public ? 1 : 0
  protocol = "HTTPS"
}
resource "aws_secretsmanager_secret" "each" {
  for_each = toset(local.keys)
  name     = "${local.name}/${each.value}"
}
resource "aws_lb_target_group" "this" {
  name = aws_lb.this.name
  health_check {
    path = "/ready"
  }
}
resource "aws_db_instance" "this" {
  identifier = random_pet.name.id
  multi_az   = true
}
""",
    "tf/envs/live.tfvars": 'environment = "live"\n',
    "tf/envs/test.tfvars": 'environment = "test"\ncluster = "shared"\n',
}


def read(environment: str) -> TerraformText:
    return TerraformText(make_bundle(FILES).assembled(Terraform), environment)


@pytest.mark.parametrize(
    ("type", "attribute", "live", "test"),
    [
        ("aws_ecs_cluster", "name", ["my-shop-live"], []),
        ("aws_ecs_service", "name", ["my-shop-live"], ["my-shop-test"]),
        ("aws_ecs_service", "cluster", ["my-shop-live"], ["shared"]),
        ("aws_lb", "name", ["my-shop"], ["my-shop"]),
        ("aws_lb_listener", "protocol", [], ["HTTPS"]),
        (
            *("aws_secretsmanager_secret", "name"),
            ["my-shop-live/A", "my-shop-live/B"],
            ["my-shop-test/A", "my-shop-test/B"],
        ),
        ("aws_lb_target_group", "name", ["my-shop"], ["my-shop"]),
        ("aws_db_instance", "identifier", [None], [None]),
        ("aws_db_instance", "multi_az", ["true"], ["true"]),
    ],
)
def test_a_name_is_what_terraform_would_make_of_it(
    type: str, attribute: str, live: list[str | None], test: list[str | None]
) -> None:
    for environment, names in (("live", live), ("test", test)):
        text = read(environment)
        assert [text.text(one, attribute) for one in text.resources(type)] == names


def test_an_attribute_of_a_block_inside_is_read() -> None:
    text = read("live")
    [group] = text.resources("aws_lb_target_group")
    assert text.text(group, "path", inner="health_check") == "/ready"
