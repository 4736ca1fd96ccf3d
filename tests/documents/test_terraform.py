"""Blocks, attributes and values of Terraform."""

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.terraform import TerraformFile, read_json

SERVICE = """\
# the service
resource "aws_ecs_service" "orders" {
  name    = "orders-${var.place}"
  cluster = aws_ecs_cluster.main.arn
  count   = var.on ? 1 : 0
  wait    = true
  weight  = 1.5
  none    = null

  deployment_circuit_breaker {
    rollback = true
  }

  dynamic "load_balancer" {
    for_each = var.balancers
    content {
      port = 8000
    }
  }
}
"""


def parse(text: str, path: str = "main.tf") -> TerraformFile:
    return TerraformFile.parse(path, text)


def test_a_block_has_its_address_and_its_line() -> None:
    (block,) = parse(SERVICE).blocks
    assert (block.address, block.resource_type, block.line) == (
        "aws_ecs_service.orders",
        "aws_ecs_service",
        2,
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ('data "aws_ami" "base" {}', "data.aws_ami.base"),
        ('variable "region" {}', "var.region"),
        ('provider "aws" {}', "provider.aws"),
        ("locals {}", "locals"),
    ],
)
def test_addresses_are_spelled_as_terraform_prints_them(text: str, address: str) -> None:
    assert parse(text).blocks[0].address == address


def test_a_value_is_plain_or_says_what_it_refers_to() -> None:
    (block,) = parse(SERVICE).blocks
    name, cluster = block.get("name"), block.get("cluster")
    assert name is not None
    assert cluster is not None
    assert (name.value, name.references) == ("orders-${var.place}", ("var.place",))
    assert (cluster.value, cluster.is_plain) == (None, False)
    assert cluster.references == ("aws_ecs_cluster.main.arn",)
    assert [block.plain(n) for n in ("wait", "weight", "none", "count")] == [True, 1.5, None, None]


def test_inner_blocks_are_found_also_where_they_are_dynamic() -> None:
    (block,) = parse(SERVICE).blocks
    breaker, balancer = block.block("deployment_circuit_breaker"), block.block("load_balancer")
    assert breaker is not None
    assert balancer is not None
    assert (breaker.plain("rollback"), breaker.line) == (True, 10)
    assert balancer.plain("port") == 8000


JSONENCODE = """\
resource "aws_ecs_task_definition" "t" {
  container_definitions = jsonencode([
    {
      name        = "orders"
      environment = [{ name = "DB_PASSWORD", value = "hunter2" }]
    }
  ])
}
"""
HEREDOC = """\
resource "aws_ecs_task_definition" "t" {
  container_definitions = <<EOF
[{"name": "orders", "environment": [{"name": "DB_PASSWORD", "value": "hunter2"}]}]
EOF
}
"""


@pytest.mark.parametrize(("text", "line"), [(JSONENCODE, 5), (HEREDOC, 2)])
def test_containers_are_read_in_either_spelling(text: str, line: int) -> None:
    document = parse(text)
    (container,) = document.blocks[0].container_definitions()
    assert container.string("name") == "orders"
    found = [(v.name, v.value, v.line) for v in document.settings if v.name == "DB_PASSWORD"]
    assert found == [("DB_PASSWORD", "hunter2", line)]


def test_the_default_of_a_variable_counts_by_its_name() -> None:
    (setting,) = parse('variable "db_password" {\n  default = "hunter2"\n}').settings
    assert (setting.name, setting.value, setting.line) == ("db_password", "hunter2", 2)


def test_values_outside_every_block_are_those_of_a_values_file() -> None:
    document = parse('region = "eu-west-1"\n', "envs/production.tfvars")
    assert [(v.name, v.value) for v in document.settings] == [("region", "eu-west-1")]


def test_text_that_is_no_json_is_no_value() -> None:
    attribute = parse('a = "not json"').attributes["a"]
    assert read_json(attribute.value) is None


def test_broken_syntax_is_refused_with_its_line() -> None:
    with pytest.raises(Unparsable, match=r"main.tf:3: is not Terraform"):
        parse('resource "a" "b" {\n  x = 1\n  y = \n}\n')


def test_an_empty_file_is_an_empty_module() -> None:
    assert parse("# nothing yet\n").blocks == ()
