"""A deploy that starts whatever an old name stands for now."""

import re
from collections.abc import Iterator

from opsready.documents.shell import Command
from opsready.facts.automation import Act
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_MOVING = re.compile(r"(:|\btag=)(latest|main|master|develop|edge|nightly)$")


def find(case: Case) -> Iterator[Finding]:
    """One finding a path, where none of its deploys names a version."""
    for path in (*case.automation.paths, *case.automation.scripts):
        acts = [act for act in path.deploys if not act.takes_back]
        if not acts or not serves_users(path.path):
            continue
        faults = [(act, fault) for act in acts if (fault := _fault(act))]
        if faults and len(faults) == len(acts):
            act, fault = faults[0]
            yield Finding(
                act.effect.path,
                act.effect.line,
                f"`{act.effect.name}` {fault}: nobody can say afterwards which version ran, and a"
                " rollback has no name for the one before",
                "Build an image by the commit, deploy it by its digest (a new revision of the task"
                " definition, `kubectl set image …@sha256:…`), and record the digest.",
            )


def _fault(act: Act) -> str:
    command = act.effect.command
    if command is None:
        return ""
    if command.runs("aws", "ecs", "update-service"):
        blind = command.has("--force-new-deployment") and not command.has("--task-definition")
        return "starts the old task definition anew" if blind else ""
    if command.runs("kubectl", "rollout", "restart"):
        return "starts the same manifest anew"
    moving = _moving(command)
    return f"deploys `{moving}`, which moves" if moving else ""


def _moving(command: Command) -> str:
    """The word by which it names an image that moves."""
    names = command.runs("kubectl", "set", "image") or command.program == "helm"
    names = names or command.runs("docker", "service") or command.runs("docker", "run")
    words = command.arguments if names else ()
    return next((word for word in words if _MOVING.search(word)), "")


CHECK = Check(
    id="deploy-names-no-version",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="a deploy of whatever a name stands for now",
    find=find,
)
