"""What variables and locals of Terraform stand for."""

import pytest

from opsready.documents.terraform import Block
from opsready.documents.terraform_tree import Terraform
from tests.build import make_bundle

GROUP = 'resource "aws_lb_target_group" "a" {{\n  path = {path}\n}}\n'
Seen = list[tuple[object, str, int]]


def tree(files: dict[str, str]) -> tuple[Terraform, Block]:
    terraform = make_bundle(files).assembled(Terraform)
    return terraform, terraform.resources("aws_lb_target_group", "aws_ecs_task_definition")[0]


def seen(files: dict[str, str]) -> Seen:
    terraform, block = tree(files)
    return [(k.value.value, k.path, k.line) for k in terraform.of(block, "path")]


@pytest.mark.parametrize(
    ("path", "beside", "expected"),
    [
        ('"/readyz"', "", [("/readyz", "s/main.tf", 2)]),
        ("var.path", 'variable "path" {\n  default = "/a"\n}\n', [("/a", "s/vars.tf", 2)]),
        ("local.path", 'locals {\n  path = "/b"\n}\n', [("/b", "s/vars.tf", 2)]),
        ("local.path", 'locals {\n  path = var.x\n}\nvariable "x" {\n  default = "/c"\n}\n', None),
        ("var.all.path", 'variable "all" {\n  default = { path = "/d" }\n}\n', None),
        ('"/v1${local.end}"', 'locals {\n  end = "/ready"\n}\n', [("/v1/ready", "s/main.tf", 2)]),
        ("var.path", 'variable "path" {}\n', []),
        ("var.path", 'variable "path" {\n  default = null\n}\n', []),
        ("var.on ? 1 : 2", "", []),
        ("local.me", "locals {\n  me = local.me\n}\n", []),
    ],
)
def test_what_an_attribute_can_be(path: str, beside: str, expected: Seen | None) -> None:
    found = seen({"s/main.tf": GROUP.format(path=path), "s/vars.tf": beside or "locals {}\n"})
    if expected is None:
        assert [value for value, _, _ in found] in (["/c"], ["/d"])
    elif path == "local.me":
        assert all(value is None for value, _, _ in found)
    else:
        assert found == expected


VARIABLE = {
    "tf/service/main.tf": GROUP.format(path="var.path"),
    "tf/service/vars.tf": 'variable "path" {\n  default = "/usual"\n}\n',
}
STAGING = {"tf/envs/staging.tfvars": 'path = "/s"\n'}
PRODUCTION = {"tf/envs/production.tfvars": 'size = 1\npath = "/p"\n'}


def test_values_files_beside_the_module_give_a_value_for_each_environment() -> None:
    assert seen({**VARIABLE, **STAGING, **PRODUCTION}) == [
        ("/p", "tf/envs/production.tfvars", 2),
        ("/s", "tf/envs/staging.tfvars", 1),
    ]


def test_a_file_that_leaves_a_variable_out_leaves_its_default() -> None:
    assert seen({**VARIABLE, **STAGING, "tf/envs/production.tfvars": "size = 1\n"}) == [
        ("/s", "tf/envs/staging.tfvars", 1),
        ("/usual", "tf/service/vars.tf", 2),
    ]


def test_what_users_get_is_told_from_what_holds_in_staging() -> None:
    terraform, block = tree({**VARIABLE, **STAGING, **PRODUCTION})
    assert [known.value.value for known in terraform.in_service(block, "path")] == ["/p"]


def test_a_module_is_given_what_it_is_called_with() -> None:
    files = {
        "tf/modules/web/main.tf": GROUP.format(path="var.path"),
        "tf/modules/web/vars.tf": 'variable "path" {\n  default = "/usual"\n}\n',
        "tf/main.tf": 'module "web" {\n  source = "./modules/web"\n  path   = "/called"\n}\n',
    }
    assert seen(files) == [("/called", "tf/main.tf", 3)]


@pytest.mark.parametrize(
    "definitions",
    [
        'jsonencode([{ name = "a" }, { name = "b" }])',
        "jsonencode([local.a, local.b])",
        "jsonencode(concat([local.a], local.rest))",
        "jsonencode(local.all)",
        'jsonencode([merge(local.a, { image = "x" }), local.b])',
        '<<EOF\n[{"name": "a"}, {"name": "b"}]\nEOF\n',
    ],
)
def test_containers_are_found_wherever_they_are_written(definitions: str) -> None:
    task = (
        f'resource "aws_ecs_task_definition" "t" {{\n  container_definitions = {definitions}\n}}\n'
    )
    named = ('a = { name = "a" }', 'b = { name = "b" }', "rest = [local.b]")
    local = "\n".join(["locals {", *named, "all = [local.a, local.b]", "}", ""])
    terraform, block = tree({"main.tf": task, "locals.tf": local})
    assert [known.value.string("name") for known in terraform.containers(block)] == ["a", "b"]
