"""When the pack deploys to ECS, and why, where it does not."""

from collections.abc import Iterable
from typing import Any

import pytest

from opsready.facts.gather import gather
from opsready.hats.ecs import OURS, deploys_to_ecs, why_not
from opsready.hats.pack import LeftOut
from opsready.hats.wear import left_out
from opsready.spec.decide import decide
from opsready.spec.load import load
from tests.build import make_bundle, make_spec

SHOP: dict[str, Any] = {
    "runtime": {"language": "python", "start": ["gunicorn", "shop:app"], "port": 8080},
    "health": {"readiness": "/readyz"},
    "environments": [{"name": "production"}],
    "target": {"kind": "ecs"},
}
MODULE = 'resource "aws_sqs_queue" "orders" {}\n'
ROUTE = """\
from flask import Flask

app = Flask(__name__)


@app.get("/ready")
def ready():
    return "ok"
"""
DEPLOYS = """\
on: push
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - run: terraform apply -auto-approve
"""


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"health": {"liveness": "/healthz"}}, ""),
        ({"health": {}}, "nothing says health.readiness: state it in opsready.yaml"),
        (
            {"runtime": {"language": "python"}, "environments": []},
            "nothing says runtime.start, runtime.port and environments: "
            "state them in opsready.yaml",
        ),
        ({"target": None}, "nothing says target.kind: state it in opsready.yaml"),
        (
            {"runtime": {**SHOP["runtime"], "language": "go"}},
            "they are written for Python, and the language is go",
        ),
        (
            {"runtime": {**SHOP["runtime"], "language": None}},
            "they are written for Python, and the language is not known",
        ),
        (
            {"target": {"kind": "kubernetes"}},
            "the target is kubernetes, and they are written for ecs alone",
        ),
    ],
    ids=lambda value: str(value),
)
def test_all_that_a_task_needs_must_be_known(changes: dict[str, Any], why: str) -> None:
    spec = make_spec(**{**SHOP, **changes})
    assert why_not(spec, gather(make_bundle())) == why


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
    assert deploys_to_ecs(make_spec(**SHOP), facts) is asked


@pytest.mark.parametrize(
    ("files", "left"),
    [
        (
            {"infra/main.tf": MODULE},
            "infrastructure and pipeline: the tree has Terraform of its own (infra/main.tf), and "
            "two would fight over one service",
        ),
        (
            {".github/workflows/ship.yml": DEPLOYS},
            "pipeline: .github/workflows/ship.yml deploys already, and two would overtake each "
            "other",
        ),
        ({}, None),
    ],
    ids=["other names", "another pipeline", "nothing"],
)
def test_what_is_not_written_is_said_with_its_reason(
    files: dict[str, str], left: str | None
) -> None:
    told = of_the_ops_engineer(left_out(make_spec(**SHOP), gather(make_bundle(files))))
    assert [str(each) for each in told] == ([left] if left else [])


def of_the_ops_engineer(told: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """What the SRE leaves out is tried where the SRE's producers are."""
    return tuple(each for each in told if not each.what.startswith("docs/operations/"))


SERVICES = {
    "api/app.py": ROUTE,
    "api/Procfile": "web: gunicorn app:app --bind 0.0.0.0:8000\n",
    "worker/app.py": ROUTE,
    "worker/Procfile": "web: gunicorn app:app --bind 0.0.0.0:9000\n",
}
CHOSEN = "runtime:\n  start: [gunicorn, 'api.app:app']\n"


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (
            SERVICES,
            "the tree starts several services (api/Procfile:1, worker/Procfile:1): give the folder "
            "of one as PATH",
        ),
        ({**SERVICES, "opsready.yaml": CHOSEN}, ""),
        ({**SERVICES, "Procfile": SERVICES["api/Procfile"]}, ""),
        ({path: text for path, text in SERVICES.items() if path != "worker/app.py"}, ""),
        ({path: text for path, text in SERVICES.items() if "worker" not in path}, ""),
    ],
    ids=["two services", "one is stated", "one at the root", "no routes of its own", "one"],
)
def test_of_two_services_in_one_tree_a_person_must_choose(files: dict[str, str], why: str) -> None:
    bundle = make_bundle(files)
    facts = gather(bundle)
    assert why_not(decide(facts, load(bundle)), facts) == why


def test_a_tree_of_another_language_gets_neither_image_nor_infrastructure() -> None:
    spec = make_spec(**{**SHOP, "runtime": {"language": "go", "start": ["shop"], "port": 80}})
    assert of_the_ops_engineer(left_out(spec, gather(make_bundle()))) == (
        LeftOut("image", "it is written for Python, and the language is go"),
        LeftOut(
            "infrastructure and pipeline", "they are written for Python, and the language is go"
        ),
    )
