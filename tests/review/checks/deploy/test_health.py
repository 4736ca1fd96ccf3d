"""Probes, health checks and verifications."""

from typing import ClassVar

import pytest

from opsready.review.check import Check, NotRun
from opsready.review.checks.deploy import (
    deploy_without_verification,
    health_check_unbounded,
    liveness_equals_readiness,
    no_health_check,
    no_readiness_probe,
    probe_path_not_served,
    probe_port_unknown,
    readiness_ignores_dependency,
)
from tests.build import make_case, make_spec


def found(check: Check, files: dict[str, str]) -> list[str]:
    return [f"{f.path}:{f.line}" for f in check.find(make_case(files))]


def workload(container: str, kind: str = "Deployment", path: str = "k8s/a.yaml") -> dict[str, str]:
    return {
        path: (
            f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec:\n  template:\n"
            "    metadata: {labels: {app: a}}\n    spec:\n      containers:\n"
            f"        - {container}\n"
        )
    }


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {app: a}}\n"
READY = "readinessProbe: {httpGet: {path: /readyz, port: 8000}}"


class TestNoReadinessProbe:
    @pytest.mark.parametrize(
        ("container", "is_found"),
        [
            ("{name: a, image: a:1, ports: [{containerPort: 80}]}", True),
            (f"{{name: a, image: a:1, ports: [{{containerPort: 80}}], {READY}}}", False),
            ("{name: a, image: a:1}", False),
            ("{name: a, ports: [{containerPort: 80}]}", False),
            ("{name: a, image: postgres:17, ports: [{containerPort: 5432}]}", False),
            ("{name: envoy, image: envoy:1, ports: [{containerPort: 9901}]}", False),
            ("{name: a, image: a:1, ports: [{containerPort: 53, protocol: UDP}]}", False),
        ],
    )
    def test_containers_that_serve(self, container: str, is_found: bool) -> None:
        assert bool(found(no_readiness_probe.CHECK, workload(container))) is is_found

    def test_a_container_behind_a_service_serves_whatever_it_declares(self) -> None:
        files = {**workload("{name: a, image: a:1}"), "k8s/service.yaml": SERVICE}
        assert found(no_readiness_probe.CHECK, files) == ["k8s/a.yaml:9"]

    @pytest.mark.parametrize("kind", ["Job", "Pod"])
    def test_what_does_not_stay_up_gets_no_traffic(self, kind: str) -> None:
        container = "{name: a, image: a:1, ports: [{containerPort: 80}]}"
        assert found(no_readiness_probe.CHECK, workload(container, kind)) == []

    def test_a_patch_may_bring_the_probe(self) -> None:
        base = workload(
            "{name: a, image: a:1, ports: [{containerPort: 80}]}", path="k8s/base/a.yaml"
        )
        patch = workload(f"{{name: a, {READY}}}", path="k8s/overlays/prod/a.yaml")
        assert found(no_readiness_probe.CHECK, {**base, **patch}) == []

    @pytest.mark.parametrize("path", ["tests/k8s/a.yaml", "examples/a.yaml", "k8s/dev/a.yaml"])
    def test_what_serves_no_user(self, path: str) -> None:
        container = "{name: a, image: a:1, ports: [{containerPort: 80}]}"
        assert found(no_readiness_probe.CHECK, workload(container, path=path)) == []


def probes(live: str, ready: str) -> dict[str, str]:
    return workload(f"{{name: a, image: a:1, livenessProbe: {live}, readinessProbe: {ready}}}")


@pytest.mark.parametrize(
    ("live", "ready", "is_found"),
    [
        ("{httpGet: {path: /a, port: 1}}", "{httpGet: {path: /a, port: 1}}", True),
        ("{httpGet: {path: /a, port: 1}}", "{httpGet: {path: /b, port: 1}}", False),
        ("{exec: {command: [a]}}", "{exec: {command: [a]}}", True),
        ("{tcpSocket: {port: 1}}", "{tcpSocket: {port: 1}}", False),
        (
            "{httpGet: {path: /a, port: 1}, periodSeconds: 5}",
            "{httpGet: {path: /a, port: 1}, periodSeconds: 9}",
            True,
        ),
    ],
)
def test_liveness_that_asks_what_readiness_asks(live: str, ready: str, is_found: bool) -> None:
    assert bool(found(liveness_equals_readiness.CHECK, probes(live, ready))) is is_found


@pytest.mark.parametrize(
    ("port", "is_found"), [("http", False), ("8000", False), ("9999", False), ("web", True)]
)
def test_probes_by_a_ports_name(port: str, is_found: bool) -> None:
    container = (
        "{name: a, image: a:1, ports: [{containerPort: 8000, name: http}],"
        f" readinessProbe: {{httpGet: {{path: /, port: {port}}}}}}}"
    )
    assert bool(found(probe_port_unknown.CHECK, workload(container))) is is_found


APP = """\
from fastapi import FastAPI

app = FastAPI(openapi_url=None)


@app.get("/items/{id}")
def read(id: str) -> None: ...


@app.get("/readyz")
def ready() -> dict[str, str]:
    return {"status": "ready"}
"""


class TestProbePathNotServed:
    @pytest.mark.parametrize(
        ("path", "is_found"),
        [("/readyz", False), ("/readyz/", False), ("/items/1", False), ("/health", True)],
    )
    def test_paths_against_routes(self, path: str, is_found: bool) -> None:
        container = (
            f"{{name: a, image: a:1, readinessProbe: {{httpGet: {{path: {path}, port: 1}}}}}}"
        )
        files = {**workload(container), "shop/app.py": APP}
        assert bool(found(probe_path_not_served.CHECK, files)) is is_found

    def test_without_a_known_route_nothing_is_judged(self) -> None:
        with pytest.raises(NotRun, match="no route of the code is known"):
            found(probe_path_not_served.CHECK, workload(f"{{name: a, image: a:1, {READY}}}"))

    def test_with_several_services_nobody_knows_whose_path_it_is(self) -> None:
        files = {
            **workload(f"{{name: a, image: a:1, {READY}}}"),
            "shop/app.py": APP,
            "a/Dockerfile": "FROM a:1\n",
            "b/Dockerfile": "FROM b:1\n",
        }
        with pytest.raises(NotRun, match="several services"):
            found(probe_path_not_served.CHECK, files)


class TestReadinessIgnoresDependency:
    FILES: ClassVar[dict[str, str]] = {
        **workload(f"{{name: a, image: a:1, {READY}}}"),
        "shop/app.py": APP + '\n\nimport psycopg\n\nDATABASE = psycopg.connect("")\n',
    }

    def test_a_store_of_records_that_readiness_does_not_ask(self) -> None:
        assert found(readiness_ignores_dependency.CHECK, self.FILES) == ["k8s/a.yaml:9"]

    def test_a_store_that_a_person_calls_dispensable(self) -> None:
        spec = make_spec(
            dependencies=[{"name": "db", "kind": "postgresql", "critical": False}],
        )
        case = make_case(self.FILES, spec)
        assert list(readiness_ignores_dependency.CHECK.find(case)) == []


def pipeline(*steps: str, job: str = "") -> dict[str, str]:
    lines = "".join(f"      - {step}\n" for step in steps)
    text = f"on: push\njobs:\n  deploy:\n{job}    steps:\n{lines}"
    return {".github/workflows/deploy.yml": text}


@pytest.mark.parametrize(
    ("steps", "is_found"),
    [
        (("run: kubectl apply -f x",), True),
        (("run: kubectl apply -f x", "run: kubectl rollout status d/a"), False),
        (("run: curl https://a", "run: kubectl apply -f x"), True),
        (("run: helm upgrade a . --wait",), False),
        (("run: gcloud run deploy a",), False),
        (("run: ansible-playbook site.yml",), False),
        (("run: aws lambda update-function-code",), False),
        (("run: kubectl apply -f x", "{name: Smoke test, run: python smoke.py}"), False),
        (("run: terraform apply p.tfplan",), False),
    ],
)
def test_whether_a_pipeline_looks_at_what_it_deployed(
    steps: tuple[str, ...], is_found: bool
) -> None:
    assert bool(found(deploy_without_verification.CHECK, pipeline(*steps))) is is_found


LOOP = "|\n          kubectl apply -f x\n          {loop}"


@pytest.mark.parametrize(
    ("loop", "job", "is_found"),
    [
        ("until curl -f -m 5 $URL; do sleep 1; done", "", True),
        ("while ! curl -f -m 5 $URL; do sleep 1; done", "", True),
        ("until curl -f -m 5 $URL; do ((n++ > 9)) && exit 1; sleep 1; done", "", False),
        ("timeout 60 sh -c 'until curl -f -m 5 $URL; do sleep 1; done'", "", True),
        ("until curl -f -m 5 $URL; do sleep 1; done", "    timeout-minutes: 5\n", False),
        ("for i in $(seq 9); do curl -f -m 5 $URL && break; done", "", False),
        ("curl -f $URL", "", True),
        ("curl -f --max-time 5 $URL", "", False),
        ("timeout 5 curl -f $URL", "", False),
    ],
)
def test_looks_that_may_last_for_ever(loop: str, job: str, is_found: bool) -> None:
    files = pipeline("run: " + LOOP.format(loop=loop), job=job)
    assert bool(found(health_check_unbounded.CHECK, files)) is is_found


class TestNoHealthCheck:
    @pytest.mark.parametrize(
        ("body", "is_found"),
        [
            ('protocol = "HTTP"', True),
            ('protocol = "HTTP"\n  health_check {\n    path = "/readyz"\n  }', False),
            ('protocol = "TCP"', False),
            ('target_type = "lambda"', False),
        ],
    )
    def test_target_groups(self, body: str, is_found: bool) -> None:
        files = {"infra/a.tf": f'resource "aws_lb_target_group" "a" {{\n  {body}\n}}\n'}
        assert bool(found(no_health_check.CHECK, files)) is is_found

    @pytest.mark.parametrize(
        ("service", "container", "is_found"),
        [
            ("", "portMappings = [{ containerPort = 80 }]", True),
            ("", "portMappings = [{ containerPort = 80 }]\n    healthCheck = {}", False),
            ("load_balancer {\n  }", "portMappings = [{ containerPort = 80 }]", False),
            ("", 'name = "worker"', False),
        ],
    )
    def test_services_of_ecs(self, service: str, container: str, is_found: bool) -> None:
        text = (
            'resource "aws_ecs_service" "a" {\n'
            f"  task_definition = aws_ecs_task_definition.a.arn\n  {service}\n}}\n"
            'resource "aws_ecs_task_definition" "a" {\n'
            f"  container_definitions = jsonencode([{{\n    {container}\n  }}])\n}}\n"
        )
        assert bool(found(no_health_check.CHECK, {"infra/a.tf": text})) is is_found

    def test_an_image_that_is_run_over_ssh(self) -> None:
        files = {
            **pipeline("run: ssh prod docker run -d a:1"),
            "Dockerfile": "FROM python:3.12\nEXPOSE 80\n",
        }
        assert found(no_health_check.CHECK, files) == ["Dockerfile:1"]
        files["Dockerfile"] += "HEALTHCHECK CMD curl -f http://localhost/\n"
        assert found(no_health_check.CHECK, files) == []

    def test_an_image_that_kubernetes_runs_needs_none(self) -> None:
        files = {
            **workload(f"{{name: a, image: a:1, {READY}}}"),
            "Dockerfile": "FROM python:3.12\nEXPOSE 80\n",
        }
        assert found(no_health_check.CHECK, files) == []
