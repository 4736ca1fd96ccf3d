"""The started, healthy service as somebody on call finds it: behind its load balancer, in an
account that has what the tree's Terraform names; alone, where no Terraform names a service."""

import contextlib
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from opsready.documents.terraform_text import TerraformText
from opsready.documents.terraform_tree import Terraform
from opsready.rehearsal.four_releases import users_journeys
from opsready.rehearsal.stage.cloud import REGION, Cloud
from opsready.rehearsal.stage.fargate import Fargate
from opsready.rehearsal.stage.fargate_entrance import Entrance
from opsready.rehearsal.stage.journeys import play
from opsready.rehearsal.stage.keyboard import Keyboard
from opsready.rehearsal.stage.script_room import find_aws
from opsready.rehearsal.stage.service import Service
from opsready.rehearsal.stage.stage import Stage
from opsready.rehearsal.stage.trouble import CannotStage
from opsready.rehearsal.stage.written_account import WrittenAccount
from opsready.spec.spec import Environment, Journey, OperationsSpec, Step

_ANSWER_WITHIN_S = 30.0
_READY_WITHIN_S = 120
_COUNTED_WITHIN_S = 15
_PAUSE_S = 0.2
_LINES_KEPT = 200
# Of a single round one slow answer would be the average.
_ROUNDS = 3
# Under which names people's pages take the address of the service for granted.
_ADDRESS_NAMES = ("URL", "SERVICE_URL", "BASE_URL", "APP_URL")


@dataclass
class CallRoom:
    """Use it as a context manager; `keyboard` is where commands are typed, `stands_in` says what
    stood in for what."""

    stage: Stage
    terraform: Terraform
    operations: OperationsSpec
    wants_account: bool
    stands_in: dict[str, Any] = field(default_factory=dict)
    _left: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "CallRoom":
        with ExitStack() as left:
            self.keyboard = self._in_account(left) or self._alone()
            self._left = left.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.close()

    def _alone(self) -> Keyboard:
        service = self.stage.fresh_service()
        self._use(service)
        self.stands_in["account"] = "none"
        return self._desk(service.port, service.process.command.environment)

    def _in_account(self, left: ExitStack) -> Keyboard | None:
        """None where no page asks an account, or no Terraform names a service of ECS."""
        place = firmest(self.operations)
        if not self.wants_account or place is None or not self._names_a_service:
            return None
        target = self.operations.target
        region = (target.region if target else None) or REGION
        cloud = left.enter_context(Cloud(self.stage, "cloud-on-call", region))
        self.stage.worked_with(dict([cloud.tool]))
        fargate = left.enter_context(Fargate(self.stage, cloud))
        text = TerraformText(self.terraform, place.name)
        account = WrittenAccount(cloud, text, place.tasks_min)
        account.furnish()
        if not account.services:
            return None
        asked, answer = account.services[0]
        fargate.complete("CreateService", asked, answer)
        service = self._await_live(fargate)
        self._use(service)  # the first requests of a process are slow, and nobody's figure
        for _ in range(_ROUNDS):
            self._use(fargate.entrance)
        self._await_counted(cloud)
        lines = service.process.log.last_lines(_LINES_KEPT)
        account.tell(lines, int(time.time() * 1000))
        self.stands_in |= {
            "account": "moto, with what the Terraform files name",
            "environment": place.name,
            "tasks": "one process of the service, counted as all of them",
            "made": {kind: len(names) for kind, names in account.made.items()},
            "refused": account.refused,
        }
        environment = service.process.command.environment
        keyboard = self._desk(fargate.entrance.port, environment)
        keyboard.cloud = fargate.environment
        keyboard.hosts = account.addresses
        keyboard.given = {**keyboard.given, "AWS_REGION": cloud.region}
        return keyboard

    @property
    def _names_a_service(self) -> bool:
        return bool(self.terraform.resources("aws_ecs_service"))

    def _await_live(self, fargate: Fargate) -> Any:
        deadline = time.monotonic() + _READY_WITHIN_S
        while fargate.live_service is None and time.monotonic() < deadline:
            if fargate.fault:
                raise CannotStage(f"the service did not come up: {fargate.fault}")
            time.sleep(_PAUSE_S)
        fargate.settled(_READY_WITHIN_S)
        if fargate.live_service is None:
            told = "; ".join(f"{event.what}: {event.of}" for event in fargate.events[-2:])
            raise CannotStage(f"the service did not become healthy: {told}")
        return fargate.live_service

    def _use(self, service: Service | Entrance) -> None:
        """Somebody has to have asked for something: else its figures say nothing. Where no journey
        is known, whether it is ready."""
        health = self.operations.health
        path = health.readiness or health.liveness
        asked = Journey(name="asked", steps=[Step(method="GET", path=path)] if path else [])
        for journey in users_journeys(self.operations.journeys) or [asked]:
            for _ in play(service, journey, _ANSWER_WITHIN_S):
                pass

    def _await_counted(self, cloud: Cloud) -> None:
        deadline = time.monotonic() + _COUNTED_WITHIN_S
        while time.monotonic() < deadline:
            if cloud.call("cloudwatch", "list_metrics", Namespace="AWS/ApplicationELB")["Metrics"]:
                return
            time.sleep(_PAUSE_S)

    def _desk(self, port: int, environment: Any) -> Keyboard:
        folder = self.stage.directory / "keyboard"
        folder.mkdir(exist_ok=True)
        programs = {}
        with contextlib.suppress(CannotStage):
            programs["aws"] = find_aws()
        stores = {name for d in self.operations.dependencies for name in d.configured_by}
        given = {name: value for name, value in environment.items() if name in stores}
        given |= dict.fromkeys(_ADDRESS_NAMES, f"http://127.0.0.1:{port}")
        return Keyboard(
            folder,
            self.stage.name,
            port,
            self.operations.runtime.port,
            given=given,
            programs=programs,
            refuse_when_over=self.stage.refuse_when_over,
        )


def firmest(operations: OperationsSpec) -> Environment | None:
    """The last environment that a person approves, which is where users are; else the last."""
    known = operations.environments
    approved = [each for each in known if each.approval]
    chosen = approved or known
    return chosen[-1] if chosen else None
