"""A secret by reference whose newest value is taken at every start."""

import re
from collections.abc import Iterator

from opsready.documents.terraform import Hcl
from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

# arn:aws:secretsmanager:region:account:secret:name:json-key:version-stage:version-id
_ARN = re.compile(r"(data\.)?aws_secretsmanager_secret\.\w+(\[[^\]]*\])?\.arn")
_PINNED = re.compile(r":[^:]*:[^:]+$|:[^:]*:[^:]+:$")


def find(case: Case) -> Iterator[Finding]:
    """One finding a container of ECS, at its first secret without a version; and secrets of Cloud
    Run at `latest`."""
    terraform = case.pack.bundle.assembled(Terraform)
    for task in terraform.resources("aws_ecs_task_definition"):
        for container in terraform.containers(task) if serves_users(task.path) else ():
            floating = [
                (secret.string("name") or "?", secret.line)
                for secret in container.value.elements("secrets")
                if _floats(secret.get("valueFrom"))
            ]
            if floating:
                names = ", ".join(f"`{name}`" for name, _ in floating[:3])
                more = f" and {len(floating) - 3} more" if len(floating) > 3 else ""
                yield _finding(container.path, floating[0][1], names + more)
    for service in terraform.resources("google_cloud_run_v2_service", "google_cloud_run_service"):
        for block in service.walk() if serves_users(service.path) else ():
            if block.type == "secret_key_ref" and block.plain("version") == "latest":
                yield _finding(block.path, block.attributes["version"].line, "a secret")


def _floats(given: Hcl | None) -> bool:
    """A whole reference to a secret that is written out, and names no version of it."""
    if given is None or not isinstance(given.value, str):
        return given is not None and bool(_ARN.fullmatch(given.text))
    reference = given.value
    if ":secret:" not in reference and not _names_arn(reference):
        return False
    return not _PINNED.search(_short(reference))


def _names_arn(reference: str) -> bool:
    return bool(re.fullmatch(r"\$\{[^}]*secret[^}]*\.arn\}(:[^:]*){0,3}", reference))


def _short(reference: str) -> str:
    """What follows the secret's own name."""
    rest = re.sub(r"\$\{[^}]*\}", "X", reference)
    rest = rest.partition(":secret:")[2] or rest
    return ":" + rest.partition(":")[2] if ":" in rest else ""


def _finding(path: str, line: int, names: str) -> Finding:
    return Finding(
        path,
        line,
        f"{names}: the newest value is taken at every start, so a task that is replaced runs with"
        " another one than was deployed, and a rollback cannot bring the old one back",
        "Name the version in the reference (`<arn>:<key>::<version id>`), let a deploy bring a new"
        " one, and record it with the release.",
    )


CHECK = Check(
    id="secret-version-floats",
    mandate="OPS-3",
    severity=Severity.ADVICE,
    title="a secret whose version no release names",
    find=find,
)
