"""Which deploy paths have a way back."""

import pytest

from opsready.review.checks.deploy import no_rollback, rollback_cannot_fail, rollback_unverified
from tests.build import make_case

PATH = ".github/workflows/deploy.yml"


def workflow(*steps: str) -> dict[str, str]:
    lines = "".join(f"      - {step}\n" for step in steps)
    return {PATH: f"name: deploy\non: push\njobs:\n  deploy:\n    steps:\n{lines}"}


def found(files: dict[str, str]) -> list[str]:
    return [f"{f.path}:{f.line}" for f in no_rollback.CHECK.find(make_case(files))]


@pytest.mark.parametrize(
    "command",
    [
        "kubectl apply -f k8s/",
        "helm upgrade a ./chart --wait",
        "ssh prod docker compose up -d",
        "docker stack deploy -c stack.yml a",
        "aws lambda update-function-code --function-name a",
    ],
)
def test_deploys_that_nothing_takes_back(command: str) -> None:
    assert found(workflow(f"run: {command}")) == [f"{PATH}:6"]


@pytest.mark.parametrize(
    "command",
    [
        "helm upgrade a ./chart --atomic",
        "helm upgrade a ./chart --rollback-on-failure",
        "gcloud run deploy orders",
        "cdk deploy",
        "ansible-playbook site.yml",
        "ssh prod opsready release deploy a",
        "twine upload dist/*",
        "docker push a:1",
        "kubectl apply --dry-run=server -f k8s/",
        "terraform apply plan.tfplan",
    ],
)
def test_deploys_that_return_by_themselves_and_steps_that_are_none(command: str) -> None:
    assert found(workflow(f"run: {command}")) == []


@pytest.mark.parametrize(
    "step",
    [
        "{if: failure(), run: kubectl rollout undo deployment/a}",
        "{if: failure(), run: ./scripts/rollback.sh}",
        "{name: Roll back, if: failure(), run: ./undo}",
        "{uses: org/rollback-action@v1}",
    ],
)
def test_a_way_back_on_the_path_itself(step: str) -> None:
    assert found(workflow("run: kubectl apply -f k8s/", step)) == []


def test_a_way_back_in_a_workflow_of_its_own() -> None:
    back = "on: workflow_dispatch\njobs:\n  x:\n    steps: [{run: kubectl rollout undo d/a}]\n"
    files = {**workflow("run: kubectl apply -f k8s/"), ".github/workflows/back.yml": back}
    assert found(files) == []


@pytest.mark.parametrize("kind", ["Rollout", "Canary"])
def test_a_controller_that_takes_back(kind: str) -> None:
    manifest = f"apiVersion: x/v1\nkind: {kind}\nmetadata: {{name: a}}\n"
    assert found({**workflow("run: kubectl apply -f k8s/"), "k8s/a.yaml": manifest}) == []


ECS = 'resource "aws_ecs_service" "a" {{\n{body}\n}}\n'


@pytest.mark.parametrize(
    ("body", "stays_broken"),
    [
        ("", True),
        ("  deployment_circuit_breaker {\n    enable = true\n    rollback = false\n  }", True),
        ("  deployment_circuit_breaker {\n    enable = true\n    rollback = true\n  }", False),
        ("  deployment_circuit_breaker {\n    enable = true\n    rollback = var.back\n  }", False),
        ('  deployment_controller {\n    type = "CODE_DEPLOY"\n  }', False),
    ],
)
def test_a_service_of_ecs_and_its_circuit_breaker(body: str, stays_broken: bool) -> None:
    files = {**workflow("run: terraform apply p.tfplan"), "infra/a.tf": ECS.format(body=body)}
    assert bool(found(files)) is stays_broken


def test_infrastructure_without_a_service_has_nothing_to_take_back() -> None:
    files = {
        **workflow("run: terraform apply p.tfplan"),
        "infra/a.tf": 'resource "aws_sqs_queue" "a" {}\n',
    }
    assert found(files) == []


def test_a_script_that_people_start_and_the_one_beside_it() -> None:
    script = {"ship.sh": "kubectl apply -f x\n"}
    assert found(script) == ["ship.sh:1"]
    assert found({**script, "rollback.sh": "kubectl rollout undo d/a\n"}) == []


def test_a_test_cluster_needs_no_way_back() -> None:
    files = workflow("uses: helm/kind-action@v1", "run: kubectl apply -f k8s/")
    assert found(files) == []


def hidden(*steps: str) -> int:
    return len(list(rollback_cannot_fail.CHECK.find(make_case(workflow(*steps)))))


@pytest.mark.parametrize(
    ("step", "findings"),
    [
        ("run: helm rollback a", 0),
        ("run: helm rollback a || true", 1),
        ("run: helm rollback a || exit 1", 0),
        ("{run: helm rollback a, continue-on-error: true}", 1),
    ],
)
def test_whether_a_rollback_may_fail_unseen(step: str, findings: int) -> None:
    assert hidden("run: helm upgrade a . --wait", step) == findings


def unseen(*steps: str) -> int:
    return len(list(rollback_unverified.CHECK.find(make_case(workflow(*steps)))))


@pytest.mark.parametrize(
    ("steps", "findings"),
    [
        (("run: kubectl rollout undo d/a",), 1),
        (("run: kubectl rollout undo d/a", "run: kubectl rollout status d/a"), 0),
        (("run: kubectl rollout undo d/a", "run: curl --fail https://$HOST/readyz"), 0),
        (("run: helm rollback a --wait",), 0),
        (("run: ./rollback.sh",), 0),
    ],
)
def test_whether_somebody_looks_after_a_rollback(steps: tuple[str, ...], findings: int) -> None:
    assert unseen("run: kubectl apply -f x", *steps) == findings
