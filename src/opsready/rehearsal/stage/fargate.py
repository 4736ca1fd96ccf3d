"""Stands in for ECS on Fargate: runs the service itself for each task definition that becomes live.

The emulator of AWS takes a new task definition and starts nothing. This starts the release that
belongs to its image, asks the target group's health check, leads the entrance to it, ends the one
before, and goes back where a release does not become ready, as the deployment circuit breaker does.
"""

import itertools
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsready.rehearsal.stage.fargate_entrance import Entrance, Passed, Target
from opsready.rehearsal.stage.fargate_front import Front
from opsready.rehearsal.stage.service import Service
from opsready.rehearsal.stage.trouble import CannotStage, DidNotStart

if TYPE_CHECKING:
    from opsready.rehearsal.stage.cloud import Cloud
    from opsready.rehearsal.stage.stage import Stage

# ECS's own words for a rollout.
IN_PROGRESS, COMPLETED, FAILED = "IN_PROGRESS", "COMPLETED", "FAILED"
_TICK_S = 0.1
_PUBLISH_S = 0.5
# A release whose first was ready in 3 s and that is not after 12 never will be. The first has what
# the spec says.
_TIMES_THE_FIRST, _AND_MORE_S = 3, 3.0
_NAMESPACE = "AWS/ApplicationELB"
# As p95 of CloudWatch: what all but one of twenty took at most.
_MOST = 0.95


@dataclass(frozen=True)
class Conduct:
    """How the release of an image behaves here. `given` goes before what the spec gives its
    environment; one that hangs is stopped in its tracks once it listens; one that fails answers
    that many requests of users, and every later one with 500."""

    name: str
    given: Mapping[str, str] = field(default_factory=dict)
    hangs: bool = False
    fails_after: int | None = None


@dataclass(frozen=True)
class Event:
    """Something that happened, in the order in which it did: `what` of `of`."""

    what: str
    of: str


@dataclass
class Deployment:
    """One rollout: what it brings, and how far it is."""

    definition: str
    state: str = IN_PROGRESS


class Fargate:
    """Use it as a context manager: when it is left nothing of it runs."""

    def __init__(self, stage: "Stage", cloud: "Cloud") -> None:
        self.entrance = Entrance()
        self.front = Front(cloud.port, self)
        self.events: list[Event] = []
        self.fault = ""
        self._stage = stage
        self._cloud = cloud
        self._conducts: dict[str, Conduct] = {}
        self._deployments: list[Deployment] = []
        self._breaker = False
        self._service: Mapping[str, Any] = {}
        self._dimensions: list[dict[str, str]] = []
        self._health: Mapping[str, Any] = {}
        self._tasks: dict[str, dict[str, Any]] = {}
        self._running: tuple[Conduct, Service] | None = None
        self._first_ready_s: float | None = None
        self._ended = threading.Event()
        self._left = ExitStack()

    @property
    def environment(self) -> dict[str, str]:
        """The cloud's, with this before it."""
        return {**self._cloud.environment, "AWS_ENDPOINT_URL": self.front.endpoint}

    @property
    def live(self) -> str:
        """The name of the release to which users come; "" for none."""
        return self._running[0].name if self._running else ""

    @property
    def live_service(self) -> Service | None:
        """What runs it."""
        return self._running[1] if self._running else None

    def live_definition(self) -> dict[str, Any]:
        """The task definition that ECS calls the primary one."""
        if not self._deployments:
            raise CannotStage("no service was deployed")
        return self._definition(self._deployments[0].definition)

    def expect(self, image: str, conduct: Conduct) -> None:
        """From now on the image stands for a release of this conduct."""
        self._conducts[image] = conduct

    def settled(self, within_s: float) -> bool:
        """Whether no rollout is under way any more in that time."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if not self._deployments or self._deployments[0].state != IN_PROGRESS:
                return True
            time.sleep(_TICK_S)
        return False

    def __enter__(self) -> "Fargate":
        self._left.enter_context(self.entrance)
        self._left.enter_context(self.front)
        for work in (self._roll_out, self._publish):
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            self._left.callback(thread.join, 60)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._left.close()
        if self._running is not None:
            self._running[1].process.kill()

    def instead(self, operation: str, asked: Mapping[str, Any]) -> dict[str, Any] | None:
        """One-off tasks are ours alone."""
        if operation == "RunTask":
            return {"tasks": [self._started(asked)], "failures": []}
        if operation == "DescribeTasks":
            known = [self._tasks[arn] for arn in asked.get("tasks", ()) if arn in self._tasks]
            return {"tasks": known, "failures": []}
        if operation == "StopTask" and asked.get("task") in self._tasks:
            return {"task": self._tasks[asked["task"]]}
        return None

    def complete(
        self, operation: str, asked: Mapping[str, Any], answer: dict[str, Any]
    ) -> dict[str, Any]:
        """What ECS would have said where the emulator knows no better."""
        if operation in {"CreateService", "UpdateService"}:
            self._take(asked, answer["service"])
            return {**answer, "service": self._with_rollout(answer["service"])}
        if operation == "DescribeServices":
            return {**answer, "services": [self._with_rollout(s) for s in answer["services"]]}
        return answer

    def load_balancer_made(self) -> None:
        """The emulator makes one active once it was looked at, and Terraform waits between two
        looks."""
        self._cloud.call("elbv2", "describe_load_balancers")

    def _take(self, asked: Mapping[str, Any], service: Mapping[str, Any]) -> None:
        """A service was created or changed."""
        configuration = asked.get("deploymentConfiguration") or {}
        breaker = configuration.get("deploymentCircuitBreaker")
        if breaker is not None:
            self._breaker = bool(breaker.get("enable") and breaker.get("rollback"))
        self._service = service
        definition = service["taskDefinition"]
        if not self._deployments or self._deployments[0].definition != definition:
            self._note("rollout began", definition)
            self._deployments.insert(0, Deployment(definition))

    def _with_rollout(self, service: Mapping[str, Any]) -> dict[str, Any]:
        if not self._deployments or service.get("status") == "INACTIVE":
            return dict(service)
        newest, *older = self._deployments
        shown = [newest, *(older[:1] if newest.state == IN_PROGRESS else ())]
        known = (service.get("deployments") or [{}])[0]
        wanted = service.get("desiredCount", 1)
        deployments = [
            {
                **known,
                "id": f"ecs-svc/{len(self._deployments) - number}",
                "status": "ACTIVE" if number else "PRIMARY",
                "taskDefinition": deployment.definition,
                "rolloutState": deployment.state,
                "desiredCount": wanted,
                "runningCount": wanted if deployment.state == COMPLETED else 0,
                "pendingCount": wanted if deployment.state == IN_PROGRESS else 0,
            }
            for number, deployment in enumerate(shown)
        ]
        running = wanted if self._running else 0
        return {**service, "runningCount": running, "pendingCount": 0, "deployments": deployments}

    def _started(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """A one-off task: its command, in the tree, with the environment of the service."""
        definition = self._definition(asked["taskDefinition"])
        arn = definition["taskDefinitionArn"].replace(":task-definition/", ":task/", 1)
        task = {
            "taskArn": f"{arn}/{len(self._tasks) + 1}",
            "taskDefinitionArn": definition["taskDefinitionArn"],
            "lastStatus": "RUNNING",
            "startedBy": asked.get("startedBy", ""),
            "containers": [{"name": c["name"]} for c in definition["containerDefinitions"]],
        }
        self._tasks[task["taskArn"]] = task
        threading.Thread(target=self._run_task, args=(task, definition), daemon=True).start()
        return task

    def _run_task(self, task: dict[str, Any], definition: Mapping[str, Any]) -> None:
        container = _main_of(definition)
        command = [*(container.get("entryPoint") or ()), *(container.get("command") or ())]
        try:
            code = self._stage.run_once(command)
        except (CannotStage, DidNotStart) as failure:
            self.fault = str(failure)
            code = 1
        self._note("task ended", " ".join(command))
        task["containers"] = [
            {**one, "exitCode": code if one["name"] == container["name"] else 0}
            for one in reversed(task["containers"])
        ]
        task["lastStatus"] = "STOPPED"

    def _roll_out(self) -> None:
        """Brings the newest deployment out, one after the other, until the end."""
        while not self._ended.wait(_TICK_S):
            newest = self._deployments[0] if self._deployments else None
            if newest is None or newest.state != IN_PROGRESS:
                continue
            try:
                self._bring_out(newest)
            except Exception as error:  # a thread that dies silently would look like a slow rollout
                self.fault = f"{type(error).__name__}: {error}"
                newest.state = FAILED

    def _bring_out(self, deployment: Deployment) -> None:
        self._learn_of_the_target_group()
        conduct = self._conduct_of(deployment.definition)
        began = time.monotonic()
        service = self._ready(deployment, conduct)
        if service is None:
            if deployment is self._deployments[0]:
                self._go_back(deployment)
            return
        if self._first_ready_s is None:
            self._first_ready_s = time.monotonic() - began
        before, self._running = self._running, (conduct, service)
        self.entrance.lead_to(self._target(conduct, service))
        self._note("shifted", conduct.name)
        deployment.state = COMPLETED
        if before is not None:
            before[1].process.stop(self._stage.spec.runtime.stop_timeout_s)

    def _ready(self, deployment: Deployment, conduct: Conduct) -> Service | None:
        """The started release once it is healthy; None where it never is, or is not wanted."""
        try:
            service = self._stage.another(conduct.given, self._patience_s)
        except DidNotStart as failure:
            self._note("did not start", f"{conduct.name}: {failure}")
            return None
        if conduct.hangs:
            service.process.pause()
        wanted, good = int(self._health.get("HealthyThresholdCount", 2)), 0
        deadline = time.monotonic() + self._patience_s
        while time.monotonic() < deadline and service.is_alive and not self._ended.is_set():
            if deployment is not self._deployments[0]:
                break
            good = good + 1 if self._is_healthy(service) else 0
            if good >= wanted:
                return service
            time.sleep(_TICK_S)
        service.process.kill()
        return None

    @property
    def _patience_s(self) -> float:
        if self._first_ready_s is None:
            return float(self._stage.spec.health.startup_s)
        return _TIMES_THE_FIRST * self._first_ready_s + _AND_MORE_S

    def _is_healthy(self, service: Service) -> bool:
        timeout_s = float(self._health.get("HealthCheckTimeoutSeconds", 5))
        answer = service.get(self._health.get("HealthCheckPath") or "/", min(timeout_s, 5))
        codes = (self._health.get("Matcher") or {}).get("HttpCode") or "200"
        return any(_within(answer.status, part) for part in codes.split(","))

    def _go_back(self, deployment: Deployment) -> None:
        """As the circuit breaker does: to the last deployment that was completed."""
        deployment.state = FAILED
        good = next((d for d in self._deployments if d.state == COMPLETED), None)
        if good is None or not self._breaker:
            self._note("gave up", deployment.definition)
            return
        self._cloud.call(
            "ecs",
            "update_service",
            cluster=self._service["clusterArn"],
            service=self._service["serviceName"],
            taskDefinition=good.definition,
        )
        self._deployments.insert(0, Deployment(good.definition, COMPLETED))
        self._note("circuit breaker went back", good.definition)

    def _target(self, conduct: Conduct, service: Service) -> Target:
        if conduct.fails_after is None:
            return Target(service.port)
        health = self._stage.spec.health
        asked, most = itertools.count(1), conduct.fails_after
        not_of_users = {health.readiness, health.liveness, health.metrics}

        def turned_away(path: str) -> bool:
            return path.partition("?")[0] not in not_of_users and next(asked) > most

        return Target(service.port, turned_away)

    def _conduct_of(self, definition: str) -> Conduct:
        images = [c["image"] for c in self._definition(definition)["containerDefinitions"]]
        found = (self._conducts[image] for image in images if image in self._conducts)
        return next(found, Conduct("of an image that nobody announced"))

    def _definition(self, arn: str) -> dict[str, Any]:
        answer = self._cloud.call("ecs", "describe_task_definition", taskDefinition=arn)
        found: dict[str, Any] = answer["taskDefinition"]
        return found

    def _learn_of_the_target_group(self) -> None:
        """The health check and the names under which the load balancer's metrics are kept."""
        balancers = self._service.get("loadBalancers") or []
        if not balancers:
            return
        arn = balancers[0]["targetGroupArn"]
        found = self._cloud.call("elbv2", "describe_target_groups", TargetGroupArns=[arn])
        self._health = found["TargetGroups"][0]
        owners = self._health.get("LoadBalancerArns") or [":loadbalancer/app/none/0"]
        self._dimensions = [
            {"Name": "LoadBalancer", "Value": owners[0].partition(":loadbalancer/")[2]},
            {"Name": "TargetGroup", "Value": arn.rpartition(":")[2]},
        ]

    def _publish(self) -> None:
        """What came through, as CloudWatch keeps it of a load balancer."""
        published = 0
        while not self._ended.wait(_PUBLISH_S):
            fresh = self.entrance.passed[published:]
            if fresh and self._dimensions:
                published += len(fresh)
                data = [_datum(*one, self._dimensions) for one in _metrics(fresh)]
                self._cloud.call(
                    "cloudwatch", "put_metric_data", Namespace=_NAMESPACE, MetricData=data
                )

    def _note(self, what: str, of: str) -> None:
        self.events.append(Event(what, of))


def _main_of(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """The container whose end is that of its task."""
    containers: list[Mapping[str, Any]] = definition["containerDefinitions"]
    return next((c for c in containers if c.get("essential", True)), containers[0])


def _within(status: int, part: str) -> bool:
    """`200` or `200-299`, as a target group's matcher is written."""
    low, _, high = part.strip().partition("-")
    return low.isdigit() and int(low) <= status <= int(high or low)


def _metrics(passed: list[Passed]) -> list[tuple[str, float, bool]]:
    """Name, value, and whether it is kept by target group too."""
    by_target = [one for one in passed if one.by_target]
    errors = sum(one.status >= 500 for one in by_target)
    found = [
        ("RequestCount", float(len(passed)), True),
        ("HTTPCode_Target_5XX_Count", float(errors), True),
        ("HTTPCode_ELB_5XX_Count", float(len(passed) - len(by_target)), False),
    ]
    if by_target:
        took = sorted(one.seconds for one in by_target)
        found.append(("TargetResponseTime", took[int(len(took) * _MOST)], True))
    return found


def _datum(
    name: str, value: float, of_target: bool, dimensions: list[dict[str, str]]
) -> dict[str, Any]:
    kept = dimensions if of_target else dimensions[:1]
    return {"MetricName": name, "Value": value, "Dimensions": kept}
