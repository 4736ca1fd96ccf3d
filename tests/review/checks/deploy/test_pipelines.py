"""Plans, tests, records and queues of pipelines."""

import pytest

from opsready.review.check import Check, NotRun
from opsready.review.checks.deploy import (
    apply_without_plan,
    config_never_tested,
    deploy_unaudited,
    deploy_without_environment,
    image_never_built,
    imperative_deploy_over_ssh,
    migration_in_start_command,
    no_pipeline,
    overlapping_deploys,
    unpinned_action,
    unpinned_image,
)
from tests.build import make_case


def found(check: Check, files: dict[str, str]) -> list[str]:
    return [f"{f.path}:{f.line}" for f in check.find(make_case(files))]


def workflow(*steps: str, name: str = "deploy", job: str = "deploy") -> dict[str, str]:
    lines = "".join(f"      - {step}\n" for step in steps)
    return {
        f".github/workflows/{name}.yml": f"on: push\njobs:\n  {job}:\n    steps:\n{lines}",
    }


MODULE = {"infra/main.tf": 'resource "aws_sqs_queue" "a" {}\n'}
MANIFEST = {
    "k8s/a.yaml": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n"
        "    spec: {containers: [{name: a, image: a:1}]}\n"
    )
}


class TestApplyWithoutPlan:
    @pytest.mark.parametrize(
        ("command", "is_found"),
        [
            ("terraform apply -auto-approve", True),
            ("terraform -chdir=infra apply -auto-approve -input=false", True),
            ("terraform apply plan.tfplan", False),
            ("terraform apply -input=false plan.tfplan", False),
            ("terraform plan", False),
        ],
    )
    def test_which_applies_plan_again(self, command: str, is_found: bool) -> None:
        assert bool(found(apply_without_plan.CHECK, workflow(f"run: {command}"))) is is_found

    def test_what_a_job_also_destroys_is_its_own(self) -> None:
        steps = ("run: terraform apply -auto-approve", "run: terraform destroy -auto-approve")
        assert found(apply_without_plan.CHECK, workflow(*steps)) == []


class TestConfigNeverTested:
    @pytest.mark.parametrize(
        ("command", "files", "is_found"),
        [
            ("pytest", MODULE, True),
            ("terraform validate", MODULE, False),
            ("terraform apply -auto-approve", MODULE, True),
            ("pytest", MANIFEST, True),
            ("kubeconform k8s/", MANIFEST, False),
            ("kubectl apply --dry-run=server -f k8s/", MANIFEST, False),
            ("kustomize build k8s | kubectl apply -f -", MANIFEST, True),
            ("pytest", {"chart/Chart.yaml": "name: a\n"}, True),
            ("helm lint chart", {"chart/Chart.yaml": "name: a\n"}, False),
            ("pytest", {"examples/main.tf": MODULE["infra/main.tf"]}, False),
        ],
    )
    def test_which_formats_a_pipeline_tries(
        self, command: str, files: dict[str, str], is_found: bool
    ) -> None:
        case = {**workflow(f"run: {command}", name="ci", job="ci"), **files}
        assert bool(found(config_never_tested.CHECK, case)) is is_found

    @pytest.mark.parametrize(
        "extra",
        [
            {"atlantis.yaml": "version: 3\n"},
            {".pre-commit-config.yaml": "repos: [{hooks: [{id: terraform_validate}]}]\n"},
            {"infra/cloud.tf": "terraform {\n  cloud {}\n}\n"},
            workflow("uses: acme/terraform-checks@v1", name="other"),
        ],
    )
    def test_what_is_tried_elsewhere(self, extra: dict[str, str]) -> None:
        files = {**workflow("run: pytest", name="ci"), **MODULE, **extra}
        assert found(config_never_tested.CHECK, files) == []

    def test_a_throw_away_cluster_tries_the_manifests(self) -> None:
        steps = ("uses: helm/kind-action@v1", "run: kubectl apply -f k8s/")
        assert found(config_never_tested.CHECK, {**workflow(*steps), **MANIFEST}) == []

    def test_without_a_pipeline_nothing_is_judged(self) -> None:
        with pytest.raises(NotRun, match="no pipeline"):
            found(config_never_tested.CHECK, MODULE)


@pytest.mark.parametrize(
    ("step", "is_found"),
    [
        ("run: pytest", True),
        ("run: docker build .", False),
        ("run: docker compose up -d", False),
        ("uses: docker/build-push-action@v6", False),
        ("uses: acme/build-image@v1", False),
        ("uses: docker/login-action@v3", True),
    ],
)
def test_whether_a_pipeline_builds_the_image(step: str, is_found: bool) -> None:
    files = {**workflow(step, name="ci"), "Dockerfile": "FROM a:1\n"}
    assert bool(found(image_never_built.CHECK, files)) is is_found


class TestNoPipeline:
    def test_deployment_files_that_nothing_touches(self) -> None:
        assert found(no_pipeline.CHECK, {**MODULE, **MANIFEST}) == ["infra/main.tf:1"]

    @pytest.mark.parametrize("path", ["Jenkinsfile", ".circleci/config.yml", "azure-pipelines.yml"])
    def test_a_pipeline_of_another_host(self, path: str) -> None:
        assert found(no_pipeline.CHECK, {**MODULE, path: "build: {}\n"}) == []

    def test_code_alone_says_nothing_of_deploys(self) -> None:
        assert found(no_pipeline.CHECK, {"shop/app.py": "x = 1\n"}) == []


@pytest.mark.parametrize(
    ("uses", "is_found"),
    [
        ("actions/checkout@v4", False),
        ("actions/checkout@main", True),
        ("acme/notify@v2", True),
        ("acme/notify@2f4a1d0c9b8e7f6a5d4c3b2a1908f7e6d5c4b3a2", False),
        ("./.github/actions/own", False),
    ],
)
def test_actions_that_can_move(uses: str, is_found: bool) -> None:
    deploying = workflow(f"uses: {uses}", "run: kubectl apply -f x")
    assert bool(found(unpinned_action.CHECK, deploying)) is is_found
    assert found(unpinned_action.CHECK, workflow(f"uses: {uses}", "run: pytest")) == []


class TestUnpinnedImage:
    @pytest.mark.parametrize(
        ("files", "is_found"),
        [
            ({"k8s/a.yaml": MANIFEST["k8s/a.yaml"].replace("a:1", "a:latest")}, True),
            (MANIFEST, False),
            ({"Dockerfile": "FROM python\n"}, True),
            ({"Dockerfile": "ARG TAG\nFROM python:$TAG\n"}, False),
            ({"Dockerfile": "FROM scratch\n"}, False),
            ({"compose.yaml": "services:\n  a:\n    image: redis\n"}, False),
            ({"compose.prod.yaml": "services:\n  a:\n    image: redis\n"}, True),
            ({"compose.prod.yaml": "services:\n  a:\n    image: a\n    build: .\n"}, False),
            ({"tests/Dockerfile": "FROM python\n"}, False),
        ],
    )
    def test_names_that_move(self, files: dict[str, str], is_found: bool) -> None:
        assert bool(found(unpinned_image.CHECK, files)) is is_found

    def test_a_stage_that_another_continues_is_no_image(self) -> None:
        files = {"Dockerfile": "FROM python:3.12 AS build\nFROM build\n"}
        assert found(unpinned_image.CHECK, files) == []


@pytest.mark.parametrize(
    ("path", "text", "is_found"),
    [
        ("Dockerfile", "FROM a:1\nCMD alembic upgrade head && gunicorn a:b\n", True),
        ("Dockerfile", 'FROM a:1\nCMD ["gunicorn", "a:b"]\n', False),
        ("Procfile", "release: alembic upgrade head\nweb: gunicorn a:b\n", False),
        ("Procfile", "web: alembic upgrade head && gunicorn a:b\n", True),
        ("docker/entrypoint.sh", "set -e\npython manage.py migrate\nexec gunicorn a:b\n", True),
        ("docker/entrypoint.sh", "set -e\nalembic upgrade head\n", False),
        ("scripts/migrate.sh", "set -e\nalembic upgrade head\nexec true\n", False),
    ],
)
def test_migrations_at_every_start(path: str, text: str, is_found: bool) -> None:
    assert bool(found(migration_in_start_command.CHECK, {path: text})) is is_found


def test_a_step_that_changes_a_machine_is_reported_once() -> None:
    run = "run: ssh prod 'docker pull a:1; docker rm -f a; docker run -d a:1'"
    assert found(imperative_deploy_over_ssh.CHECK, workflow(run)) == [
        ".github/workflows/deploy.yml:5"
    ]


def test_a_release_engine_over_ssh_is_one_step() -> None:
    run = "run: ssh prod opsready release deploy a:1"
    assert found(imperative_deploy_over_ssh.CHECK, workflow(run)) == []


def test_a_job_needs_a_place_where_it_deploys() -> None:
    assert found(deploy_without_environment.CHECK, workflow("run: kubectl apply -f x"))
    assert not found(deploy_without_environment.CHECK, workflow("run: pytest"))
    gitlab = {".gitlab-ci.yml": "a:\n  script: kubectl apply -f x\n  environment: production\n"}
    assert not found(deploy_without_environment.CHECK, gitlab)


def test_a_queue_of_the_file_or_of_the_job() -> None:
    files = workflow("run: kubectl apply -f x")
    (path,) = files
    assert found(overlapping_deploys.CHECK, files)
    assert not found(overlapping_deploys.CHECK, {path: "concurrency: deploy\n" + files[path]})
    gitlab = {".gitlab-ci.yml": "a:\n  script: kubectl apply -f x\n  resource_group: prod\n"}
    assert not found(overlapping_deploys.CHECK, gitlab)


def test_a_script_of_tests_and_examples_is_nobodys_deploy() -> None:
    script = "kubectl apply -f x\n"
    assert found(deploy_unaudited.CHECK, {"ship.sh": script}) == ["ship.sh:1"]
    assert found(deploy_unaudited.CHECK, {"tests/ship.sh": script}) == []
    assert found(deploy_unaudited.CHECK, {"ship.sh": "kubectl get pods\n"}) == []
