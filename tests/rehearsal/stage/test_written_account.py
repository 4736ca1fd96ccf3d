"""What the emulator holds of what Terraform names, and what it does not take."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from opsready.documents.terraform_text import TerraformText
from opsready.documents.terraform_tree import Terraform
from opsready.rehearsal.stage.written_account import WrittenAccount
from tests.build import make_bundle

botocore = pytest.importorskip("botocore.exceptions")

FILES = {
    "main.tf": """\
resource "aws_cloudwatch_log_group" "it" {
  name = "/ecs/shop"
}
resource "aws_secretsmanager_secret" "taken" {
  name = "taken"
}
resource "aws_ecs_cluster" "it" {
  name = "shop"
}
resource "aws_ecs_task_definition" "it" {
  family = "shop"
}
resource "aws_ecs_service" "it" {
  name          = "shop"
  cluster       = aws_ecs_cluster.it.id
  desired_count = 3
}
resource "aws_db_instance" "unknown" {
  identifier = random_pet.it.id
}
"""
}


@dataclass
class Emulator:
    """Notes each call, and refuses one."""

    region: str = "eu-central-1"
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def call(self, service: str, operation: str, /, **given: Any) -> dict[str, Any]:
        self.asked.append((operation, given))
        if given.get("Name") == "taken":
            told = {"Error": {"Code": "ResourceExistsException", "Message": "it exists"}}
            raise botocore.ClientError(told, operation)
        return {"Vpc": {"VpcId": "vpc"}, "Subnet": {"SubnetId": "net"}, "service": {}}


def test_each_thing_is_made_by_its_name_and_what_is_refused_is_said() -> None:
    text = TerraformText(make_bundle(FILES).assembled(Terraform), "live")
    emulator = Emulator()
    account = WrittenAccount(emulator, text, 2)  # type: ignore[arg-type]
    account.furnish()
    assert account.made == {
        "aws_cloudwatch_log_group": ["/ecs/shop"],
        "aws_ecs_cluster": ["shop"],
        "aws_ecs_task_definition": ["shop"],
        "aws_ecs_service": ["shop"],
    }
    [(asked, _)] = account.services
    assert (asked["cluster"], asked["desiredCount"]) == ("shop", 3)
    assert account.refused == [
        "aws_secretsmanager_secret.taken: An error occurred (ResourceExistsException) when "
        "calling the create_secret operation: it exists"
    ]
    assert "create_db_instance" not in {operation for operation, _ in emulator.asked}
