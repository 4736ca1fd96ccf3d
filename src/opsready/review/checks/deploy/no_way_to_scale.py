"""A service to which nothing adds copies, and of which nobody wrote how to."""

import re
from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest
from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.kinds import Kind
from opsready.sources.purpose import serves_users

_SCALING = re.compile(
    r"\b(scal(e|es|ing)|autoscal\w+|capacity|replicas|desired.count)\b", re.IGNORECASE
)
_SCALERS = ("HorizontalPodAutoscaler", "ScaledObject", "VerticalPodAutoscaler")
_REMEDY = (
    "Let load decide (a target of 60 % of CPU, or requests a copy), or write in a runbook which"
    " number to raise, by which command, and how far the database bears it."
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a tree: services of ECS first, then Deployments behind a Service."""
    if any(_SCALING.search(source.text) for source in case.pack.of_kind(Kind.MARKDOWN)):
        return
    terraform = case.pack.bundle.assembled(Terraform)
    services = [s for s in terraform.resources("aws_ecs_service") if serves_users(s.path)]
    served = [service for service in services if service.block("load_balancer") is not None]
    if served and not terraform.resources("aws_appautoscaling_target"):
        yield _finding(served[0].path, served[0].line, served[0].address)
        return
    manifests = [m for m in case.pack.documents(Manifest) if serves_users(m.path)]
    if any(manifest.of_kind(*_SCALERS) for manifest in manifests):
        return
    exposed = [service for m in manifests for service in m.of_kind("Service", "Ingress")]
    own = [
        w for m in manifests for w in m.workloads if w.kind == "Deployment" and not w.claims_volume
    ]
    if exposed and len(own) == 1:
        yield _finding(own[0].path, own[0].line, own[0].name)


def _finding(path: str, line: int, name: str) -> Finding:
    return Finding(
        path,
        line,
        f"nothing adds copies of `{name}` under load, and no page of the tree says how to: at the"
        " peak somebody has to find it out",
        _REMEDY,
    )


CHECK = Check(
    id="no-way-to-scale",
    mandate="DONE-3",
    severity=Severity.ADVICE,
    title="a service that nobody knows how to scale",
    find=find,
)
