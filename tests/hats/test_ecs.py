"""When the pack deploys to ECS, and when a tree's own Terraform is left alone."""

from typing import Any

import pytest

from opsready.facts.gather import gather
from opsready.hats.ecs import OURS, deploys_to_ecs
from tests.build import make_bundle, make_spec

SHOP: dict[str, Any] = {
    "runtime": {"language": "python", "start": ["gunicorn", "shop:app"], "port": 8080},
    "health": {"readiness": "/readyz"},
    "environments": [{"name": "production"}],
    "target": {"kind": "ecs"},
}
MODULE = 'resource "aws_sqs_queue" "orders" {}\n'


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, True),
        ({"health": {"liveness": "/healthz"}}, True),
        ({"health": {}}, False),
        ({"runtime": {**SHOP["runtime"], "start": []}}, False),
        ({"runtime": {**SHOP["runtime"], "port": None}}, False),
        ({"runtime": {**SHOP["runtime"], "language": "go"}}, False),
        ({"environments": []}, False),
        ({"target": {"kind": "kubernetes"}}, False),
        ({"target": None}, False),
    ],
    ids=lambda value: str(value),
)
def test_all_that_a_task_needs_must_be_known(changes: dict[str, Any], asked: bool) -> None:
    spec = make_spec(**{**SHOP, **changes})
    assert deploys_to_ecs(spec.operations, gather(make_bundle())) is asked


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        ({"infra/main.tf": MODULE}, False),
        ({"deploy/terraform/main.tf": MODULE}, False),
        ({"deploy/terraform/service/main.tf": MODULE}, False),
        ({"examples/queue/main.tf": MODULE}, True),
        ({OURS: MODULE}, True),
        ({OURS: MODULE, "deploy/terraform/service/queue.tf": MODULE}, True),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_a_tree_with_terraform_of_its_own_keeps_it_alone(
    files: dict[str, str], asked: bool
) -> None:
    facts = gather(make_bundle(files))
    assert deploys_to_ecs(make_spec(**SHOP).operations, facts) is asked
