"""Several copies that maintenance may take away at once."""

from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest, Workload
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """Deployments with two or more copies whose pods no budget speaks of; budgets that forbid
    every eviction."""
    manifests = [m for m in case.pack.documents(Manifest) if serves_users(m.path)]
    budgets = [known for m in manifests for known in m.of_kind("PodDisruptionBudget")]
    selectors = [
        {name: node.text for name, node in budget.node.items("spec", "selector", "matchLabels")}
        for budget in budgets
    ]
    # Without one anywhere they may be kept by whoever keeps the cluster.
    for manifest in manifests if budgets else ():
        for workload in manifest.workloads:
            if _has_copies(workload) and not _is_covered(workload, selectors):
                yield Finding(
                    manifest.path,
                    workload.line,
                    f"no PodDisruptionBudget speaks of `{workload.name}`: when nodes are replaced"
                    " all its copies may be evicted at once",
                    "Add one with `maxUnavailable: 1`, or `minAvailable` below the number of"
                    " copies.",
                )
    for budget in budgets:
        node = budget.node.get("spec", "maxUnavailable")
        if node is not None and node.text in {"0", "0%"}:
            yield Finding(
                budget.path,
                node.line,
                f"`{budget.name}` lets no pod be evicted: a node can never be drained, and"
                " whoever has to replace it deletes the budget first",
                "Set `maxUnavailable: 1`.",
            )


def _has_copies(workload: Workload) -> bool:
    count = workload.node.get("spec", "replicas")
    several = count is not None and isinstance(count.value, int) and count.value > 1
    return workload.kind == "Deployment" and several


def _is_covered(workload: Workload, selectors: list[dict[str, str]]) -> bool:
    return any(selector.items() <= workload.labels.items() for selector in selectors)


CHECK = Check(
    id="no-disruption-budget",
    mandate="OPS-3",
    severity=Severity.ADVICE,
    title="copies that maintenance may take away at once",
    find=find,
)
