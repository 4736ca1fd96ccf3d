"""A pipeline that deploys and does not look whether it works."""

from collections.abc import Iterator

from opsready.documents.kubernetes import Manifest
from opsready.documents.terraform import Block, TerraformFile
from opsready.documents.tool import Does
from opsready.facts.automation import Act, DeployPath
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

# Controllers that judge a release by themselves.
_CONTROLLERS = {"Rollout", "Canary"}
_REMEDY = {
    "kubernetes": "Run `kubectl rollout status --timeout=…` behind it",
    "helm": "Pass `--wait --timeout …`",
    "ecs": "Wait with `aws ecs wait services-stable`, or `wait-for-service-stability: true`",
    "terraform": "Set `wait_for_steady_state = true` on the service",
}
_ANY = "Ask the readiness route behind it, several times and with a time limit"


def find(case: Case) -> Iterator[Finding]:
    """One finding a pipeline, at its first deploy that nothing looks at."""
    if any(manifest.of_kind(*_CONTROLLERS) for manifest in case.pack.documents(Manifest)):
        return
    services = list(_services(case))
    for path in case.automation.paths:
        blind = next((act for act in path.deploys if _is_blind(act, path, services)), None)
        if blind is None:
            continue
        effect = blind.effect
        yield Finding(
            effect.path,
            effect.line,
            f"nothing looks at the service after `{effect.name}`: the pipeline is green while the"
            " new version crashes",
            f"{_REMEDY.get(effect.tool, _ANY)}, and fail the pipeline where it is not healthy.",
        )


def _is_blind(act: Act, path: DeployPath, services: list[Block]) -> bool:
    if act.effect.is_opaque or path.after(act, Does.VERIFIES):
        return False
    if act.effect.tool == "terraform":
        return any(_is_left_alone(service) for service in services)
    # A function answers calls and has no state of health to wait for.
    return act.effect.tool != "lambda"


def _services(case: Case) -> Iterator[Block]:
    for file in case.pack.documents(TerraformFile):
        if serves_users(file.path):
            yield from file.resources("aws_ecs_service")


def _is_left_alone(service: Block) -> bool:
    """Neither Terraform waits for the service, nor does a circuit breaker judge the rollout."""
    waits = service.get("wait_for_steady_state")
    breaker = service.block("deployment_circuit_breaker")
    return (waits is None or waits.value is False) and breaker is None


CHECK = Check(
    id="deploy-without-verification",
    mandate="OPS-4",
    severity=Severity.BLOCKER,
    title="a deploy that nobody looks at",
    find=find,
)
