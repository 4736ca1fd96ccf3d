"""When the pack deploys to ECS: infrastructure and pipeline are written together or not at all."""

from opsready.facts.fact import Claim, Fact, Facts
from opsready.hats.start import start_lacks
from opsready.spec.spec import OperationsSpec, Spec

ROOTS = "deploy/terraform"
"""The folder of the three roots."""
OURS = f"{ROOTS}/service/release.tf"
"""A file by which a tree shows that its Terraform was once written by a hat."""

# PostgreSQL 17 and MySQL 8.4 are the newest with long support on RDS (2026-11).
DATABASES = {"postgresql": ("postgres", "17", 5432), "mysql": ("mysql", "8.4", 3306)}
"""The databases that the data root can make, by kind: engine, version, port."""
CACHES = {"redis": 6379}
"""The caches that it can make, by kind: port."""

WORKFLOW = ".github/workflows/deploy.yml"
"""The workflow that deploys."""


def deploys_to_ecs(spec: Spec, facts: Facts) -> bool:
    """Whether the spec names all that a task needs, and the tree has no Terraform of its own."""
    return not why_not(spec, facts)


def why_not(spec: Spec, facts: Facts) -> str:
    """What keeps infrastructure and pipeline from being written, with the remedy; empty where
    nothing does. Of several lacks all are named: nobody should come back for the next one."""
    own = _terraform_of_its_own(facts)
    if own:
        return f"the tree has Terraform of its own ({own}), and two would fight over one service"
    several = _services_beside(spec, facts)
    if several:
        return f"the tree starts several services ({several}): give the folder of one as PATH"
    operations, target, runtime = spec.operations, spec.operations.target, spec.operations.runtime
    if target is not None and target.kind != "ecs":
        return f"the target is {target.kind}, and they are written for ecs alone"
    if runtime.language != "python":
        return f"they are written for Python, and the language is {runtime.language or 'not known'}"
    start = start_lacks(spec, facts)
    lacks = {
        "target.kind": target is None,
        start or "runtime.start": bool(start),
        "runtime.port": runtime.port is None,
        "health.readiness": not (operations.health.readiness or operations.health.liveness),
        "environments": not operations.environments,
    }
    missing = [key for key, lacking in lacks.items() if lacking]
    if not missing:
        return ""
    them = "them" if missing[1:] else "it"
    return f"nothing says {_and(missing)}: state {them} in opsready.yaml"


def why_no_pipeline(operations: OperationsSpec, facts: Facts) -> str:
    """What keeps the pipeline alone from being written: the tree has one of its own that deploys,
    and two would overtake each other. Empty where nothing does."""
    own = [fact for fact in facts.of(Claim.WORKFLOW) if fact["deploys"]]
    strange = [fact.path for fact in own if not _was_written(fact, operations)]
    return f"{strange[0]} deploys already, and two would overtake each other" if strange else ""


def pipeline_is_ours(spec: Spec, facts: Facts) -> bool:
    """Whether it deploys to ECS by a pipeline that is written here."""
    return not (why_no_pipeline(spec.operations, facts) or why_not(spec, facts))


def _terraform_of_its_own(facts: Facts) -> str:
    """A module of the tree, where no hat wrote any; else empty."""
    files = [file for fact in facts.of(Claim.DEPLOYS_WITH) for file in fact["files"] or ()]
    return "" if OURS in files else next(iter(files), "")


def _services_beside(spec: Spec, facts: Facts) -> str:
    """Places that start something, each in a folder with routes of its own and none of them the
    root: then nothing tells which is meant, unless a person said so."""
    starts = {
        fact.path.rpartition("/")[0]: f"{fact.path}:{fact.line}"
        for fact in facts.of(Claim.START_COMMAND)
        if not fact["development"]
    }
    origin = spec.origin("runtime.start")
    read = origin is not None and f"{origin.path}:{origin.line}" in starts.values()
    routes = [fact.path for fact in facts.of(Claim.ROUTE)]
    own = [f for f in starts if any(route.startswith(f"{f}/") for route in routes)]
    return ", ".join(starts[f] for f in own) if read and "" not in starts and own[1:] else ""


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _was_written(workflow: Fact, operations: OperationsSpec) -> bool:
    """What a hat wrote earlier is no pipeline of somebody else's."""
    jobs = {job["id"] for job in workflow["jobs"] or ()}
    ours = {f"{verb}-{e.name}" for e in operations.environments for verb in ("plan", "deploy")}
    return workflow.path == WORKFLOW and bool(jobs & ours)
