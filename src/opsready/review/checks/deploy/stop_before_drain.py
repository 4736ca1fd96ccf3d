"""A platform that kills sooner than the service has said that it needs."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from opsready.documents.compose import ComposeFile
from opsready.documents.kubernetes import Manifest, Workload
from opsready.documents.terraform_tree import Terraform
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.purpose import serves_users

_OPTION = re.compile(r"--(?:graceful-timeout|timeout-graceful-shutdown)[= ](\d+)")
_SLEEP = re.compile(r"\bsleep (\d+)")
_SPAN = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
# Seconds between SIGTERM and SIGKILL where nothing is said: Kubernetes' pod specification, ECS's
# container definition, and the Compose specification.
_KUBERNETES_S, _ECS_S, _COMPOSE_S = 30, 30, 10


class Drain(NamedTuple):
    """How long the service lets its requests end, and where that is said."""

    seconds: float
    path: str
    line: int


class Kill(NamedTuple):
    """After how long a platform kills, and where; `what` names it."""

    seconds: float
    path: str
    line: int
    what: str


def find(case: Case) -> Iterator[Finding]:
    """One finding a place that kills sooner, where the service states one time to drain."""
    drains = list(_drains(case))
    if len({drain.seconds for drain in drains}) != 1:
        return
    drain = drains[0]
    for kill in (*_kubernetes(case), *_ecs(case), *_compose(case)):
        if kill.seconds < drain.seconds:
            yield Finding(
                kill.path,
                kill.line,
                f"{kill.what} is killed {kill.seconds:g} s after it is told to stop, and takes up"
                f" to {drain.seconds:g} s to end its requests: those that are still open are cut"
                " off in every deploy",
                "Give it more time than the service takes, with what runs before its signal (a"
                " `preStop` that sleeps) added; or let the service be done sooner.",
                related=(Place(drain.path, drain.line, "the service's own time"),),
            )


def _drains(case: Case) -> Iterator[Drain]:
    for fact in case.facts.of(Claim.GRACEFUL_SHUTDOWN):
        if fact["timeout_s"] is not None and serves_users(fact.path):
            yield Drain(fact["timeout_s"], fact.path, fact.line)
    for fact in case.facts.of(Claim.START_COMMAND):
        command = fact["command"]
        text = command if isinstance(command, str) else " ".join(command or ())
        told = _OPTION.search(text)
        if told is not None and serves_users(fact.path):
            yield Drain(float(told[1]), fact.path, fact.line)


def _kubernetes(case: Case) -> Iterator[Kill]:
    own = [
        workload
        for manifest in case.pack.documents(Manifest)
        for workload in manifest.workloads
        if workload.serves and serves_users(manifest.path) and not _is_bought(workload)
    ]
    # Of several services nothing says whose time it is.
    for workload in own if len(own) == 1 else ():
        given = workload.pod.get("terminationGracePeriodSeconds")
        number = given.value if given is not None else _KUBERNETES_S
        if isinstance(number, int | float):
            line = given.line if given is not None else workload.line
            what = f"`{workload.name}`"
            yield Kill(max(number - _slept(workload), 0), workload.path, line, what)


def _is_bought(workload: Workload) -> bool:
    images = (container.image for container in workload.containers)
    return any(image is not None and image.service_kind is not None for image in images)


def _slept(workload: Workload) -> int:
    """What `preStop` takes off the time before the signal is sent."""
    hooks = (c.node.get("lifecycle", "preStop") for c in workload.main_containers)
    texts = [" ".join(n.text for n in hook.walk()) for hook in hooks if hook is not None]
    return max((int(found[1]) for text in texts if (found := _SLEEP.search(text))), default=0)


def _ecs(case: Case) -> Iterator[Kill]:
    terraform = case.pack.bundle.assembled(Terraform)
    tasks = [t for t in terraform.resources("aws_ecs_task_definition") if serves_users(t.path)]
    for known in terraform.containers(tasks[0]) if len(tasks) == 1 else ():
        if known.value.elements("portMappings"):
            given = known.value.get("stopTimeout")
            for each in terraform.what(given, known.path) if given is not None else (known,):
                number = each.value.value if given is not None else _ECS_S
                if isinstance(number, int | float):
                    name = known.value.string("name") or "?"
                    yield Kill(number, each.path, each.line, f"container `{name}`")


def _compose(case: Case) -> Iterator[Kill]:
    for compose in case.pack.documents(ComposeFile):
        built = [service for service in compose.services if service.builds]
        if compose.is_for_production and serves_users(compose.path) and len(built) == 1:
            given = built[0].node.get("stop_grace_period")
            span = _SPAN.fullmatch(given.text) if given is not None else None
            if given is None or span is not None:
                hours, minutes, seconds = (int(n or 0) for n in span.groups()) if span else (0,) * 3
                number = hours * 3600 + minutes * 60 + seconds if span else _COMPOSE_S
                line = given.line if given is not None else built[0].line
                yield Kill(number, compose.path, line, f"service `{built[0].name}`")


CHECK = Check(
    id="stop-before-drain",
    mandate="OPS-3",
    severity=Severity.WARNING,
    title="a service that is killed before it is done",
    find=find,
)
