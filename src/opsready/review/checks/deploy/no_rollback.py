"""A deploy path without an automated way back."""

from collections.abc import Iterator

from opsready.documents.compose import ComposeFile
from opsready.documents.kubernetes import Manifest
from opsready.documents.shell import ShellScript
from opsready.documents.terraform import Block, TerraformFile
from opsready.documents.tool import Does
from opsready.facts.automation import Act, DeployPath
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

# Controllers that take a failed release back by themselves.
_CONTROLLERS = {"Rollout", "Canary"}
_WORKLOADS = {"aws_ecs_service", "kubernetes_deployment", "kubernetes_deployment_v1"}
_REMEDY = {
    "kubernetes": "Follow it with `kubectl rollout status --timeout=…` and a step under"
    " `if: failure()` that runs `kubectl rollout undo` and waits for it.",
    "helm": "Deploy with `helm upgrade --install --rollback-on-failure` (`--atomic` before"
    " Helm 4), or add a step under `if: failure()` that runs `helm rollback --wait`.",
    "terraform": "Set `deployment_circuit_breaker { enable = true, rollback = true }` on the"
    " service, or add a job under `if: failure()` that applies the recorded previous version.",
}
_ANY = (
    "Record the version that runs before each deploy, and add a job under `if: failure()` that"
    " deploys the recorded one and verifies it."
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a path, at its first deploy that cannot be taken back."""
    if _rolls_back_elsewhere(case):
        return
    scripts = [p for p in case.automation.scripts if not p.name.startswith("make ")]
    for path in (*case.automation.paths, *scripts):
        if path.that(Does.ROLLS_BACK) or not serves_users(path.path):
            continue
        faulty = [act for act in path.deploys if _is_one_way(act, case)]
        if faulty:
            yield _finding(path, faulty)


def _finding(path: DeployPath, faulty: list[Act]) -> Finding:
    first = faulty[0].effect
    names = list(dict.fromkeys(act.effect.name for act in faulty))
    shown = ", ".join(f"`{name}`" for name in names[:3])
    return Finding(
        first.path,
        first.line,
        f"{path.path} deploys with {shown} and has no way back: a bad release stays until"
        " somebody works out how to undo it",
        _REMEDY.get(first.tool, _ANY),
    )


def _rolls_back_elsewhere(case: Case) -> bool:
    """A pipeline or a script of its own that takes a release back, or a controller that does."""
    pipelines = (p for p in case.automation.pipelines if not p.deploys)
    by_pipeline = any(p.that(Does.ROLLS_BACK) for p in pipelines)
    paths = [p.path for p in case.automation.pipelines]
    paths += [script.path for script in case.pack.documents(ShellScript)]
    named = any("rollback" in path.lower() for path in paths)
    manifests = case.pack.documents(Manifest)
    return by_pipeline or named or any(manifest.of_kind(*_CONTROLLERS) for manifest in manifests)


def _is_one_way(act: Act, case: Case) -> bool:
    effect = act.effect
    if effect.is_opaque or effect.is_a(Does.ROLLS_BACK):
        return False
    if effect.tool == "terraform":
        return any(_stays_broken(block) for block in _workloads(case))
    if effect.tool == "ecs":
        services = [block for block in _workloads(case) if block.resource_type == "aws_ecs_service"]
        return bool(services) and any(_stays_broken(block) for block in services)
    if effect.tool == "swarm":
        return not any(_swarm_rolls_back(each) for each in case.pack.documents(ComposeFile))
    return True


def _workloads(case: Case) -> list[Block]:
    files = (f for f in case.pack.documents(TerraformFile) if serves_users(f.path))
    return [block for file in files for block in file.resources(*_WORKLOADS)]


def _stays_broken(block: Block) -> bool:
    """A service that the provider does not take back by itself."""
    breaker = block.block("deployment_circuit_breaker")
    if breaker is not None and "rollback" in breaker.attributes:
        return breaker.plain("rollback") is False
    controller = block.block("deployment_controller")
    by_other = controller is not None and controller.plain("type") in {"CODE_DEPLOY", "EXTERNAL"}
    return not by_other and block.block("alarms") is None


def _swarm_rolls_back(compose: ComposeFile) -> bool:
    action = ("deploy", "update_config", "failure_action")
    return any(service.node.string(*action) == "rollback" for service in compose.services)


CHECK = Check(
    id="no-rollback",
    mandate="OPS-3",
    severity=Severity.BLOCKER,
    title="a deploy path without an automated way back",
    find=find,
)
