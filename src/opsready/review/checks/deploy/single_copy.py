"""A service of which one copy runs, so that each loss of a machine is an outage."""

from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest, Workload
from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_WHY = "a node that is drained, a crash or a slow start is an outage for every user"


def find(case: Case) -> Iterator[Finding]:
    """Deployments that a Service leads to, and services of ECS behind a load balancer."""
    manifests = [m for m in case.pack.documents(Manifest) if serves_users(m.path)]
    scaled = {
        target.string("name")
        for manifest in manifests
        for scaler in manifest.of_kind("HorizontalPodAutoscaler", "ScaledObject")
        if (target := scaler.node.get("spec", "scaleTargetRef")) is not None
    }
    patched = _patched(manifests)
    exposed = [service for m in manifests for service in m.of_kind("Service")]
    selectors = [
        {name: node.text for name, node in service.node.items("spec", "selector")}
        for service in exposed
    ]
    for manifest in manifests:
        for workload in manifest.workloads:
            count = workload.node.get("spec", "replicas")
            is_one = count is not None and count.value == 1
            known = workload.name in scaled or workload.name in patched
            if is_one and not known and _is_exposed(workload, selectors) and count is not None:
                yield Finding(
                    manifest.path,
                    count.line,
                    f"one copy of `{workload.name}` serves all: {_WHY}",
                    "Run at least two, spread over nodes, with a `PodDisruptionBudget`.",
                )
    yield from _ecs(case.pack.bundle.assembled(Terraform))


def _patched(manifests: list[Manifest]) -> set[str]:
    """The names that a kustomization gives another number of copies."""
    return {
        each.string("name") or ""
        for manifest in manifests
        for known in manifest.of_kind("Kustomization")
        for each in known.node.elements("replicas")
    }


def _is_exposed(workload: Workload, selectors: list[dict[str, str]]) -> bool:
    """A Deployment of our own that a Service selects; a store has its own ways."""
    if workload.kind != "Deployment" or workload.claims_volume:
        return False
    images = [container.image for container in workload.containers]
    if any(image is not None and image.service_kind is not None for image in images):
        return False
    return any(selector and selector.items() <= workload.labels.items() for selector in selectors)


def _ecs(terraform: Terraform) -> Iterator[Finding]:
    targets = terraform.resources("aws_appautoscaling_target")
    for service in terraform.resources("aws_ecs_service"):
        if not serves_users(service.path) or service.block("load_balancer") is None:
            continue
        own = any(
            block.address == service.address
            for target in targets
            for block in terraform.named(target.get("resource_id"), target.path)
        )
        for known in terraform.in_service(service, "desired_count") if not own else ():
            if known.value.value == 1 and not known.is_of_lesser_place:
                yield Finding(
                    known.path,
                    known.line,
                    f"one task of `{service.address}` serves all: {_WHY}",
                    "Run at least two tasks, in two zones; staging may do with one.",
                )


CHECK = Check(
    id="single-copy",
    mandate="OPS-3",
    severity=Severity.ADVICE,
    title="a service of which one copy runs",
    find=find,
)
