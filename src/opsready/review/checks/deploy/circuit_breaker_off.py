"""A service of ECS that keeps starting a release which never becomes healthy."""

from collections.abc import Iterator

from opsready.documents.terraform import Block
from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

# Controllers that judge a release by themselves.
_OTHERS = {"CODE_DEPLOY", "EXTERNAL"}


def find(case: Case) -> Iterator[Finding]:
    """One finding a service whose breaker is missing, off, or stops without going back."""
    terraform = case.pack.bundle.assembled(Terraform)
    for service in terraform.resources("aws_ecs_service"):
        if not serves_users(service.path) or _is_judged_otherwise(service):
            continue
        breaker = service.block("deployment_circuit_breaker")
        line, fault = _fault(service, breaker, terraform)
        if fault:
            yield Finding(
                service.path,
                line,
                f"`{service.address}` {fault}: tasks of a bad release are started again for hours"
                " while the pipeline waits, and nothing brings the old ones back",
                "Set `deployment_circuit_breaker { enable = true, rollback = true }` on the"
                " service: ECS then goes back by itself while tasks do not become ready.",
            )


def _is_judged_otherwise(service: Block) -> bool:
    controller = service.block("deployment_controller")
    by_other = controller is not None and controller.plain("type") in _OTHERS
    return by_other or service.plain("scheduling_strategy") == "DAEMON"


def _fault(service: Block, breaker: Block | None, terraform: Terraform) -> tuple[int, str]:
    """The line, and what is wrong there; "" where nothing is, or it cannot be known."""
    if breaker is None:
        return service.line, "has no circuit breaker"
    for name, fault in (("enable", "switches"), ("rollback", "stops")):
        off = [known for known in terraform.of(breaker, name) if known.value.value is False]
        if off:
            line = breaker.attributes[name].line
            how = "its circuit breaker off" if fault == "switches" else "a bad rollout where it is"
            return line, f"{fault} {how}"
        if name not in breaker.attributes:
            return breaker.line, f"does not set `{name}` of its circuit breaker"
    return service.line, ""


CHECK = Check(
    id="circuit-breaker-off",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="a bad release that ECS starts for ever",
    find=find,
)
