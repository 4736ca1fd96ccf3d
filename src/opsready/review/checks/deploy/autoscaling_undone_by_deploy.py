"""A number of copies that each deploy sets back while something else scales it."""

from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest
from opsready.documents.terraform import Block
from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """Services of ECS with a scaling target, and workloads with an autoscaler."""
    yield from _ecs(case.pack.bundle.assembled(Terraform))
    manifests = [m for m in case.pack.documents(Manifest) if serves_users(m.path)]
    scaled = {
        (target.string("kind"), target.string("name"))
        for manifest in manifests
        for scaler in manifest.of_kind("HorizontalPodAutoscaler", "ScaledObject")
        if (target := scaler.node.get("spec", "scaleTargetRef")) is not None
    }
    for manifest in manifests:
        for workload in manifest.workloads:
            count = workload.node.get("spec", "replicas")
            if count is not None and (workload.kind, workload.name) in scaled:
                yield _finding(
                    manifest.path,
                    count.line,
                    f"`replicas: {count.text}` of `{workload.name}`",
                    "Leave `replicas` out of what is applied; the autoscaler's minimum says it.",
                )


def _ecs(terraform: Terraform) -> Iterator[Finding]:
    targets = terraform.resources("aws_appautoscaling_target")
    for service in terraform.resources("aws_ecs_service"):
        counted = service.attributes.get("desired_count")
        if counted is None or not serves_users(service.path) or _leaves_count(service):
            continue
        if any(_scales(target, service, terraform) for target in targets):
            yield _finding(
                service.path,
                counted.line,
                f"`desired_count` of `{service.address}`",
                "Add `lifecycle { ignore_changes = [desired_count] }` to the service.",
            )


def _leaves_count(service: Block) -> bool:
    lifecycle = service.block("lifecycle")
    ignored = lifecycle.get("ignore_changes") if lifecycle is not None else None
    return ignored is not None and ("desired_count" in ignored.text or ignored.text == "all")


def _scales(target: Block, service: Block, terraform: Terraform) -> bool:
    named = terraform.named(target.get("resource_id"), target.path)
    return any(block.address == service.address and block.path == service.path for block in named)


def _finding(path: str, line: int, what: str, remedy: str) -> Finding:
    return Finding(
        path,
        line,
        f"{what} is set by every deploy and scaled by an autoscaler: a deploy at the busiest hour"
        " takes the copies away that carry the load",
        remedy,
    )


CHECK = Check(
    id="autoscaling-undone-by-deploy",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="a deploy that undoes what the autoscaler did",
    find=find,
)
