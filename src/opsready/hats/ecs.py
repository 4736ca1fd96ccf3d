"""When the pack deploys to ECS: infrastructure and pipeline are written together or not at all."""

from opsready.facts.fact import Claim, Facts
from opsready.spec.spec import OperationsSpec

ROOTS = "deploy/terraform"
"""The folder of the three roots."""
OURS = f"{ROOTS}/service/release.tf"
"""A file by which a tree shows that its Terraform was once written by a hat."""


def deploys_to_ecs(operations: OperationsSpec, facts: Facts) -> bool:
    """Whether the spec names all that a task needs, and the tree has no Terraform of its own:
    two descriptions of one infrastructure would fight over it."""
    target, runtime = operations.target, operations.runtime
    return (
        target is not None
        and target.kind == "ecs"
        and runtime.language == "python"
        and bool(runtime.start)
        and runtime.port is not None
        and (operations.health.readiness or operations.health.liveness) is not None
        and bool(operations.environments)
        and not has_terraform_of_its_own(facts)
    )


def has_terraform_of_its_own(facts: Facts) -> bool:
    """Whether the tree has modules, and none that a hat wrote."""
    told = [fact for fact in facts.of(Claim.DEPLOYS_WITH) if fact["files"]]
    return bool(told) and all(OURS not in fact["files"] for fact in told)
