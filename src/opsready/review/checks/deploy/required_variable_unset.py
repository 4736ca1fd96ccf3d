"""A deployment that does not set a variable which the code cannot do without."""

from collections.abc import Iterator

from opsready.documents.dockerfile import Dockerfile
from opsready.documents.kubernetes import Manifest, Workload
from opsready.facts.fact import Claim, Fact
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding a variable and workload, where the tree has one service and its variables are
    set one by one."""
    required = {
        str(fact["name"]): fact
        for fact in case.facts.of(Claim.ENV_VAR)
        if fact["required"] and fact.path.endswith(".py")
    }
    if not required or case.facts.made_at_run_time(Claim.ENV_VAR):
        return
    given = {name for image in case.pack.documents(Dockerfile) for name in _of_image(image)}
    # An overlay or a ConfigMap may add to what the workload itself says.
    given |= {v.name for manifest in case.pack.documents(Manifest) for v in manifest.settings}
    serving = [
        workload
        for manifest in case.pack.documents(Manifest)
        for workload in manifest.workloads
        if workload.serves and serves_users(manifest.path) and _is_ours(workload)
    ]
    if len({workload.name for workload in serving}) != 1:
        return
    for workload in serving:
        settings = {v.name for container in workload.containers for v in container.variables}
        if not settings or any(c.node.get("envFrom") for c in workload.containers):
            continue
        for name in sorted(required.keys() - settings - given):
            yield _finding(workload, name, required[name])


def _of_image(image: Dockerfile) -> set[str]:
    return {variable.name for variable in image.settings}


def _is_ours(workload: Workload) -> bool:
    """No store that is run beside the service, and no patch, which says a part only."""
    images = [container.image for container in workload.containers]
    return all(image is not None and image.service_kind is None for image in images)


def _finding(workload: Workload, name: str, fact: Fact) -> Finding:
    return Finding(
        workload.path,
        workload.line,
        f"`{workload.name}` is deployed without `{name}`, and the code does not start without it",
        f"Set `{name}`, by reference where it is a secret.",
        related=(Place(fact.path, fact.line, f"reads `{name}`"),),
        anchor=f"{workload.name} {name}",
    )


CHECK = Check(
    id="required-variable-unset",
    mandate="OPS-5",
    severity=Severity.WARNING,
    title="a deployment without a variable that the code cannot do without",
    find=find,
)
