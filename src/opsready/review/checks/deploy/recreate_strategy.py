"""A rollout that stops the old version before the new one serves."""

from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest, Workload
from opsready.documents.terraform import TerraformFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """Deployments of Kubernetes and services of ECS."""
    for manifest in case.pack.documents(Manifest):
        for workload in manifest.workloads if serves_users(manifest.path) else ():
            yield from _workload(workload)
    for file in case.pack.documents(TerraformFile):
        for block in file.resources("aws_ecs_service") if serves_users(file.path) else ():
            if block.plain("deployment_minimum_healthy_percent") == 0:
                yield Finding(
                    file.path,
                    block.attributes["deployment_minimum_healthy_percent"].line,
                    f"`{block.address}` may stop every old task before a new one is healthy:"
                    " users wait through each deploy, and a bad one leaves nothing to return to",
                    "Set `deployment_minimum_healthy_percent = 100` and"
                    " `deployment_maximum_percent = 200`.",
                )


def _workload(workload: Workload) -> Iterator[Finding]:
    strategy = workload.node.get("spec", "strategy")
    # A claimed volume may be held by one pod at a time: then there is no other way.
    if workload.kind != "Deployment" or strategy is None or workload.claims_volume:
        return
    recreates = strategy.string("type") == "Recreate"
    all_at_once = strategy.string("rollingUpdate", "maxUnavailable") == "100%"
    if recreates or all_at_once:
        how = "strategy `Recreate`" if recreates else "`maxUnavailable: 100%`"
        node = strategy.get("type") if recreates else strategy.get("rollingUpdate")
        yield Finding(
            workload.path,
            node.line if node is not None else strategy.line,
            f"{how} of `{workload.name}` stops every old pod before a new one is ready: users wait"
            " through each deploy, and a bad one leaves nothing to return to",
            "Use `RollingUpdate` with `maxUnavailable: 0`, behind a readiness probe.",
        )


CHECK = Check(
    id="recreate-strategy",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="the old version stops before the new one serves",
    find=find,
)
