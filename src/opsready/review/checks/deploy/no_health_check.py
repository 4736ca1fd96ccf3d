"""A service outside Kubernetes that nothing asks whether it is well."""

from collections.abc import Iterator

from opsready.documents.compose import ComposeFile, ComposeService
from opsready.documents.dockerfile import Dockerfile
from opsready.documents.kubernetes import Manifest
from opsready.documents.terraform import Block, TerraformFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_IMAGE_REMEDY = (
    "Add a `HEALTHCHECK` that asks the readiness route with a time limit, or let the proxy in"
    " front ask it before it sends traffic."
)


def find(case: Case) -> Iterator[Finding]:
    """Target groups and ECS services, services that compose keeps up, images run over ssh.

    An image that an orchestrator runs needs no HEALTHCHECK: Kubernetes ignores it (kubernetes
    #50796), and ECS and load balancers have their own.
    """
    files = [f for f in case.pack.documents(TerraformFile) if serves_users(f.path)]
    for file in files:
        for block in file.resources("aws_lb_target_group", "aws_alb_target_group"):
            yield from _target_group(block)
    yield from _ecs(files)
    images = [d for d in case.pack.documents(Dockerfile) if serves_users(d.path)]
    covered = any(image.health_check is not None for image in images)
    for compose in case.pack.documents(ComposeFile):
        if compose.is_for_production and serves_users(compose.path) and not covered:
            yield from (_service(compose, s) for s in compose.services if _is_unasked(s))
    if _runs_on_one_machine(case) and not covered:
        yield from (_image(image) for image in images if image.all("EXPOSE"))


def _target_group(block: Block) -> Iterator[Finding]:
    asks_http = block.plain("protocol") in {"HTTP", "HTTPS", None}
    if block.block("health_check") is None and block.plain("target_type") != "lambda" and asks_http:
        yield Finding(
            block.path,
            block.line,
            f"`{block.address}` has no `health_check`: the load balancer asks `/` and takes any"
            " 200 for a healthy service",
            "Add a `health_check` with the path of the readiness route, a `timeout` of at most 5"
            " and its own thresholds.",
        )


def _ecs(files: list[TerraformFile]) -> Iterator[Finding]:
    """Services without a load balancer, whose task's containers have no check of their own."""
    tasks = {b.address: b for f in files for b in f.resources("aws_ecs_task_definition")}
    for file in files:
        for service in file.resources("aws_ecs_service"):
            named = service.get("task_definition")
            addresses = (
                ".".join(name.split(".")[:2]) for name in (named.references if named else ())
            )
            task = next((tasks[a] for a in addresses if a in tasks), None)
            if service.block("load_balancer") is None and task is not None:
                yield from _task(service, task)


def _task(service: Block, task: Block) -> Iterator[Finding]:
    for container in task.container_definitions():
        serves = bool(container.elements("portMappings"))
        if serves and container.get("healthCheck") is None:
            name = container.string("name") or "?"
            yield Finding(
                task.path,
                container.line,
                f"container `{name}` of `{service.address}` serves a port, stands behind no load"
                " balancer and has no `healthCheck`: nothing notices when it stops answering",
                "Add a `healthCheck` to the container, or put the service behind a target group"
                " that asks its readiness route.",
            )


def _is_unasked(service: ComposeService) -> bool:
    kind = service.image.service_kind if service.image is not None else None
    return bool(service.builds and service.ports and kind is None and not service.health_check)


def _service(compose: ComposeFile, service: ComposeService) -> Finding:
    return Finding(
        compose.path,
        service.line,
        f"service `{service.name}` is kept up here and nothing asks whether it answers: it gets"
        " traffic while it is broken, and `depends_on` cannot wait for it",
        "Add a `healthcheck` that asks the readiness route, with `timeout` and `retries`.",
    )


def _runs_on_one_machine(case: Case) -> bool:
    if any(manifest.workloads for manifest in case.pack.documents(Manifest)):
        return False
    acts = [act for path in case.automation.paths for act in path.deploys]
    by_docker = ("docker run", "docker compose up", "docker-compose up", "podman run")
    return any(act.effect.tool == "ssh" and act.effect.name in by_docker for act in acts)


def _image(image: Dockerfile) -> Finding:
    return Finding(
        image.path,
        image.final.line,
        "the image is run on one machine and has no HEALTHCHECK: nothing notices when the service"
        " stops answering",
        _IMAGE_REMEDY,
    )


CHECK = Check(
    id="no-health-check",
    mandate="OPS-4",
    severity=Severity.WARNING,
    title="a service that nothing asks whether it is well",
    find=find,
)
