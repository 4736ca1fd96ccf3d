"""When the pack deploys to ECS: infrastructure and pipeline are written together or not at all."""

from opsready.facts.fact import Claim, Fact, Facts
from opsready.spec.spec import OperationsSpec

ROOTS = "deploy/terraform"
"""The folder of the three roots."""
OURS = f"{ROOTS}/service/release.tf"
"""A file by which a tree shows that its Terraform was once written by a hat."""

WORKFLOW = ".github/workflows/deploy.yml"
"""The workflow that deploys."""


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


def pipeline_is_ours(operations: OperationsSpec, facts: Facts) -> bool:
    """Whether it deploys to ECS, and the tree has no pipeline of its own that deploys: two would
    overtake each other."""
    own = [fact for fact in facts.of(Claim.WORKFLOW) if fact["deploys"]]
    known = all(_was_written(fact, operations) for fact in own)
    return known and deploys_to_ecs(operations, facts)


def _was_written(workflow: Fact, operations: OperationsSpec) -> bool:
    """What a hat wrote earlier is no pipeline of somebody else's."""
    jobs = {job["id"] for job in workflow["jobs"] or ()}
    ours = {f"{verb}-{e.name}" for e in operations.environments for verb in ("plan", "deploy")}
    return workflow.path == WORKFLOW and bool(jobs & ours)
