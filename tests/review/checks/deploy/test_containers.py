"""What images, pods and tasks are given: users, rights, memory, copies, signals and time."""

import pytest

from opsready.review.check import Check
from opsready.review.checks.deploy import (
    autoscaling_undone_by_deploy,
    build_context_unfiltered,
    container_privileged,
    no_disruption_budget,
    resources_unstated,
    root_filesystem_writable,
    runs_as_root,
    signals_swallowed,
    single_copy,
    stop_before_drain,
)
from tests.build import make_case


def found(check: Check, files: dict[str, str]) -> list[str]:
    return [f"{f.path}:{f.line}" for f in check.find(make_case(files))]


def deployment(pod: str = "", spec: str = "", container: str = "", kind: str = "Deployment") -> str:
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec:\n{spec}"
        "  template:\n    metadata: {labels: {app: a}}\n    spec:\n"
        f"{pod}      containers:\n      - name: a\n        image: example/a:1\n{container}"
    )


def task(container: str, attributes: str = "") -> str:
    return (
        f'resource "aws_ecs_task_definition" "a" {{\n{attributes}\n'
        f'  container_definitions = jsonencode([{{ name = "a"\n{container} }}])\n}}\n'
    )


class TestRunsAsRoot:
    @pytest.mark.parametrize(
        ("dockerfile", "line"),
        [
            ('FROM python:3.12\nEXPOSE 80\nCMD ["gunicorn"]', 3),
            ('FROM python:3.12\nUSER 10001\nEXPOSE 80\nCMD ["gunicorn"]', None),
            ('FROM python:3.12\nUSER root\nCMD ["gunicorn"]', 2),
            ('FROM python:3.12 AS base\nUSER app\nFROM base\nCMD ["gunicorn"]', None),
            ('FROM python:3.12\nARG U=app\nUSER $U\nCMD ["gunicorn"]', None),
            ('FROM gcr.io/distroless/python3:nonroot\nCMD ["gunicorn"]', None),
            ('FROM python:3.12\nRUN apt-get install gosu\nCMD ["gunicorn"]', None),
            ('FROM alpine:3\nENTRYPOINT ["chown", "-R", "1", "/data"]', None),
            ("FROM python:3.12\nRUN pip install x", None),
        ],
    )
    def test_users_of_images(self, dockerfile: str, line: int | None) -> None:
        at = found(runs_as_root.CHECK, {"Dockerfile": dockerfile + "\n"})
        assert at == ([f"Dockerfile:{line}"] if line else [])

    def test_a_user_that_the_manifest_names_counts(self) -> None:
        image = 'FROM python:3.12\nCMD ["gunicorn"]\n'
        named = deployment(pod="      securityContext: {runAsUser: 10001}\n")
        assert found(runs_as_root.CHECK, {"Dockerfile": image, "k8s/a.yaml": named}) == []

    def test_a_task_that_is_told_to_be_root(self) -> None:
        assert found(runs_as_root.CHECK, {"a.tf": task('user = "0:0"')}) == ["a.tf:3"]
        assert found(runs_as_root.CHECK, {"a.tf": task('user = "10001"')}) == []
        before = task('user = "0"\nessential = false')
        assert found(runs_as_root.CHECK, {"a.tf": before}) == []


class TestSignalsSwallowed:
    @pytest.mark.parametrize(
        ("start", "is_found"),
        [
            ("CMD gunicorn a:app", True),
            ('CMD ["gunicorn", "a:app"]', False),
            ("CMD exec gunicorn a:app", False),
            ('CMD ["sh", "-c", "migrate && gunicorn a:app"]', True),
            ('CMD ["sh", "-c", "migrate && exec gunicorn a:app"]', False),
            ('ENTRYPOINT ["tini", "--"]\nCMD gunicorn a:app', False),
            ("CMD python -m uvicorn a:app", True),
            ("CMD python manage.py migrate", False),
            ('ENTRYPOINT ["/start.sh"]', True),
            ('ENTRYPOINT ["/handing-on.sh"]', False),
        ],
    )
    def test_which_starts_swallow_signals(self, start: str, is_found: bool) -> None:
        files = {
            "Dockerfile": f"FROM python:3.12\n{start}\n",
            "start.sh": "#!/bin/sh\nset -e\ngunicorn a:app\n",
            "handing-on.sh": "#!/bin/sh\nexec gunicorn a:app\n",
        }
        assert bool(found(signals_swallowed.CHECK, files)) is is_found


class TestStopBeforeDrain:
    @pytest.mark.parametrize(
        ("pod", "container", "is_found"),
        [
            ("", "", True),
            ("      terminationGracePeriodSeconds: 60\n", "", False),
            ("      terminationGracePeriodSeconds: 45\n", "", False),
            (
                "      terminationGracePeriodSeconds: 50\n",
                "        lifecycle: {preStop: {exec: {command: [sh, -c, sleep 10]}}}\n",
                True,
            ),
        ],
    )
    def test_pods(self, pod: str, container: str, is_found: bool) -> None:
        files = {
            "gunicorn.conf.py": "graceful_timeout = 45\n",
            "k8s/a.yaml": deployment(pod=pod, container=container),
        }
        assert bool(found(stop_before_drain.CHECK, files)) is is_found

    @pytest.mark.parametrize(("stop", "is_found"), [("", True), ("stopTimeout = 60", False)])
    def test_tasks(self, stop: str, is_found: bool) -> None:
        ports = f"portMappings = [{{ containerPort = 80 }}]\n{stop}"
        files = {"gunicorn.conf.py": "graceful_timeout = 45\n", "a.tf": task(ports)}
        assert bool(found(stop_before_drain.CHECK, files)) is is_found

    def test_a_service_that_states_no_time_is_not_judged(self) -> None:
        assert found(stop_before_drain.CHECK, {"k8s/a.yaml": deployment()}) == []


class TestCopies:
    SERVICE = (
        "---\nkind: Service\napiVersion: v1\nmetadata: {name: a}\nspec: {selector: {app: a}}\n"
    )
    SCALER = (
        "---\nkind: HorizontalPodAutoscaler\napiVersion: autoscaling/v2\nmetadata: {name: a}\n"
        "spec: {scaleTargetRef: {kind: Deployment, name: a}}\n"
    )

    @pytest.mark.parametrize(
        ("count", "beside", "is_found"),
        [
            ("  replicas: 1\n", SERVICE, True),
            ("  replicas: 2\n", SERVICE, False),
            ("  replicas: 1\n", "", False),
            ("  replicas: 1\n", SERVICE + SCALER, False),
            ("", SERVICE, False),
        ],
    )
    def test_one_copy_that_a_service_leads_to(
        self, count: str, beside: str, is_found: bool
    ) -> None:
        files = {"k8s/a.yaml": deployment(spec=count) + beside}
        assert bool(found(single_copy.CHECK, files)) is is_found

    @pytest.mark.parametrize(
        ("production", "expected"), [("1", ["tf/envs/production.tfvars:1"]), ("2", [])]
    )
    def test_one_task_where_users_are(self, production: str, expected: list[str]) -> None:
        files = {
            "tf/service/a.tf": 'resource "aws_ecs_service" "a" {\n  desired_count = var.tasks\n'
            "  load_balancer {}\n}\n",
            "tf/envs/staging.tfvars": "tasks = 1\n",
            "tf/envs/production.tfvars": f"tasks = {production}\n",
        }
        assert found(single_copy.CHECK, files) == expected

    def test_replicas_beside_an_autoscaler(self) -> None:
        both = deployment(spec="  replicas: 3\n") + self.SCALER
        assert found(autoscaling_undone_by_deploy.CHECK, {"a.yaml": both}) == ["a.yaml:5"]
        assert (
            found(autoscaling_undone_by_deploy.CHECK, {"a.yaml": deployment() + self.SCALER}) == []
        )

    @pytest.mark.parametrize(
        ("selector", "is_found"), [("{app: a}", False), ("{app: b}", True), ("{}", False)]
    )
    def test_budgets_and_what_they_speak_of(self, selector: str, is_found: bool) -> None:
        budget = (
            "---\nkind: PodDisruptionBudget\napiVersion: policy/v1\nmetadata: {name: a}\n"
            f"spec: {{maxUnavailable: 1, selector: {{matchLabels: {selector}}}}}\n"
        )
        files = {"a.yaml": deployment(spec="  replicas: 3\n") + budget}
        assert bool(found(no_disruption_budget.CHECK, files)) is is_found


class TestRights:
    @pytest.mark.parametrize(
        ("pod", "kind", "is_found"),
        [
            ("      hostNetwork: true\n", "Deployment", True),
            ("      hostNetwork: true\n", "DaemonSet", False),
            ("      hostNetwork: false\n", "Deployment", False),
            (
                "      volumes: [{name: s, hostPath: {path: /var/run/docker.sock}}]\n",
                "Deployment",
                True,
            ),
        ],
    )
    def test_pods_that_are_given_the_machine(self, pod: str, kind: str, is_found: bool) -> None:
        files = {"a.yaml": deployment(pod=pod, kind=kind)}
        assert bool(found(container_privileged.CHECK, files)) is is_found

    @pytest.mark.parametrize(
        ("container", "is_found"),
        [
            ("", True),
            ("        securityContext: {readOnlyRootFilesystem: true}\n", False),
            ("        securityContext: {readOnlyRootFilesystem: false}\n", True),
        ],
    )
    def test_file_systems(self, container: str, is_found: bool) -> None:
        files = {"a.yaml": deployment(container=container)}
        assert bool(found(root_filesystem_writable.CHECK, files)) is is_found

    @pytest.mark.parametrize(
        ("resources", "is_found"),
        [
            ("{limits: {memory: 1Gi}, requests: {cpu: 100m}}", False),
            ("{limits: {memory: 1Gi, cpu: 1}}", False),
            ("{limits: {memory: 1Gi}}", True),
            ("{requests: {cpu: 100m, memory: 1Gi}}", True),
        ],
    )
    def test_resources(self, resources: str, is_found: bool) -> None:
        files = {"a.yaml": deployment(container=f"        resources: {resources}\n")}
        assert bool(found(resources_unstated.CHECK, files)) is is_found


@pytest.mark.parametrize(
    ("beside", "is_found"),
    [({}, True), ({".dockerignore": "*\n"}, False), ({"PKG-INFO": "Name: a\n"}, False)],
)
def test_what_keeps_a_build_from_taking_everything(beside: dict[str, str], is_found: bool) -> None:
    files = {"Dockerfile": "FROM python:3.12\nCOPY . /app\n", **beside}
    assert bool(found(build_context_unfiltered.CHECK, files)) is is_found
