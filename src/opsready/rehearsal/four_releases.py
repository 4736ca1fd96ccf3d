"""Four releases through the scripts of a pipeline: the first, a good one under load, one that never
becomes ready, and one that becomes ready and then fails."""

import hashlib
import json
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opsready.rehearsal.build_machine import BuildMachine, Built
from opsready.rehearsal.scripted_pipeline import ScriptedPipeline, ScriptStep
from opsready.rehearsal.stage.answer import Request
from opsready.rehearsal.stage.apply_guard import admit_environment, admit_files, admit_plan
from opsready.rehearsal.stage.cloud import REGION, Cloud
from opsready.rehearsal.stage.fargate import Conduct, Fargate
from opsready.rehearsal.stage.fargate_ground import Ground, lay_ground
from opsready.rehearsal.stage.load import Load
from opsready.rehearsal.stage.ports import free_port
from opsready.rehearsal.stage.script_room import ScriptRoom
from opsready.rehearsal.stage.stage import Stage
from opsready.rehearsal.stage.standing_provider import standing_provider
from opsready.rehearsal.stage.terraform import Terraform
from opsready.spec.spec import Journey

ROOT = "deploy/terraform/service"
# Of a digest that no registry gave: that image is not built here, and its name says so.
_REPOSITORY = "stand-in.invalid/{service}"
# A minute of CloudWatch is a second here, and every pause is as short.
_QUICK = {
    "VERIFY_INTERVAL_S": "1",
    "VERIFY_PAUSE_S": "1",
    "VERIFY_SAMPLES": "3",
    "VERIFY_BAD_IN_ROW": "2",
    "VERIFY_MIN_REQUESTS": "5",
    "MIGRATE_INTERVAL_S": "1",
}
# Enough for a ratio over three seconds, and little beside what the steps themselves need.
_CLIENTS = 2
_PAUSE_S = 0.2
_ANSWER_WITHIN_S = 30.0
# The release that fails does so once it was seen to work.
_FAILS_AFTER = 20
FIRST = Conduct("the first release")
SECOND = Conduct("the second release")
FAILING = Conduct("one that becomes ready and then fails", fails_after=_FAILS_AFTER)
_LINES_TOLD = 6
_SETTLED_WITHIN_S = 60
_CONFIGURATION = re.compile(r"(?m)^(\s*configuration\s*=\s*\{)")
_MARK = "OPSREADY_REHEARSED_RELEASE"


@dataclass(frozen=True)
class Run:
    """One release through the pipeline: each script with its exit code, what verify and the record
    said, and which release users came to in the end."""

    name: str
    codes: tuple[tuple[str, int], ...]
    failed: bool
    told: str
    verdict: str
    result: str
    recorded: bool
    live: str
    events: tuple[tuple[str, str], ...]
    seconds: float

    def code_of(self, script: str) -> int | None:
        """The exit code of the script's first run; None where it did not run."""
        return next((code for name, code in self.codes if name == script), None)

    def to_json(self) -> dict[str, Any]:
        """Figures for the evidence."""
        return {
            "release": self.name,
            "exit_codes": [f"{name} {code}" for name, code in self.codes],
            "verdict": self.verdict,
            "recorded_as": self.result,
            "live_afterwards": self.live,
            "seconds": round(self.seconds, 1),
        }


@dataclass
class Pipeline:
    """The pipeline on its stage. Use it as a context manager."""

    stage: Stage
    terraform: Terraform
    steps: ScriptedPipeline
    journeys: Sequence[Journey]
    _left: ExitStack = field(default_factory=ExitStack)
    _count: int = 0

    def __enter__(self) -> "Pipeline":
        with ExitStack() as left:
            stage, spec = self.stage, self.stage.spec
            region = (spec.target.region if spec.target else None) or REGION
            self.cloud = left.enter_context(Cloud(stage, "cloud-of-the-pipeline", region))
            self.fargate = left.enter_context(Fargate(stage, self.cloud))
            self.room = ScriptRoom(stage, Path(self.terraform.program), self._environment())
            secrets = {v.name for v in spec.configuration if v.secret}
            secrets |= {name for each in spec.dependencies for name in each.configured_by}
            service, place = spec.service.name, self.steps.environment
            self.ground: Ground = lay_ground(self.cloud, service, place, sorted(secrets))
            admit_environment(self.room.environment)
            admit_files(self.room.tree / ROOT)
            # Raises where the provider is not to be had, which is no answer about the pipeline.
            self.terraform.init(self.room.tree / ROOT, "-backend=false", "-input=false")
            given = self.room.environment
            # One for what is applied, one for the tests of the roots, which run at the same time.
            self._attached, self._for_tests = (
                left.enter_context(closing(standing_provider(self.terraform, root, given)))
                for root in (self.room.tree / ROOT,) * 2
            )
            # Here, and not with the first task: a migration and a release come at the same time.
            self.stage.prepare()
            self._left = left.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.close()

    def load(self) -> Load:
        """Users, who come by the load balancer."""
        return Load(self.fargate.entrance, self.journeys, _ANSWER_WITHIN_S, _CLIENTS, _PAUSE_S)

    def build_ahead(self, conduct: Conduct) -> None:
        """Begins to build a later release, on another machine as on a code host: the first one
        waits a minute for its load balancer, here too."""
        checkout = self.room.beside("build-machine")
        self._configure(checkout.tree, conduct.name)
        commit = checkout.commit(conduct.name)
        steps = self.steps.before
        checkout.environment |= self._for_tests.environment
        self._machine = BuildMachine(self.stage, self.terraform, checkout, steps, commit)
        self._left.callback(self._machine.end)

    def built_ahead(self) -> Built:
        """What came of that, once it has ended."""
        return self._machine.built()

    def bring_out_built(self, conduct: Conduct) -> Run:
        """The release that was built ahead, through all steps that follow; the version of one
        secret is new too."""
        self.room.take(self._machine.commit)
        self._renew_secret()
        return self._bring_out(conduct, self._machine.commit, self.built_ahead().image)

    def bring_out(self, conduct: Conduct, *, renew: bool = False) -> Run:
        """A commit of its own through all steps; with `renew` its configuration and the version of
        one secret are new too."""
        if renew:
            self._renew_secret()
            self._configure(self.room.tree, conduct.name)
        return self._bring_out(conduct, self.room.commit(conduct.name), "")

    def _bring_out(self, conduct: Conduct, commit: str, image: str) -> Run:
        self.stage.say(f"releasing: {conduct.name}")
        digest = hashlib.sha256(commit.encode()).hexdigest()
        image = image or f"{self._repository}@sha256:{digest}"
        self.fargate.expect(image, conduct)
        self._count += 1
        folder = self.room.tree / self._folder
        folder.mkdir()
        (folder / "image").write_text(image + "\n", encoding="utf-8")
        return self._through(conduct, self._run_steps)

    def apply_again(self) -> int:
        """The plan of the last release once more, when the world has moved on; the exit code."""
        step = next(step for step in self.steps.steps if step.name == "apply")
        code = self._run(step).exit_code
        return 1 if code is None else code

    def content_of_live(self) -> list[dict[str, Any]]:
        """What makes a release: images, configuration and versions of secrets of what is live."""
        return [
            {
                "name": container["name"],
                "image": container["image"],
                "environment": _by_name(container.get("environment")),
                "secrets": _by_name(container.get("secrets")),
            }
            for container in self.fargate.live_definition()["containerDefinitions"]
        ]

    def serves(self) -> bool:
        """Whether a user's request is answered."""
        health = self.stage.spec.health
        path = health.readiness or health.liveness or "/"
        return self.fargate.entrance.ask(Request("GET", path), _ANSWER_WITHIN_S).is_good

    def never_ready(self) -> Conduct:
        """A release with a broken critical configuration: where its database is said to be nothing
        listens. Where nothing is configured so, one that hangs as soon as it listens."""
        name = "one that never becomes ready"
        service = self.fargate.live_service
        known = service.process.command.environment if service is not None else {}
        broken = {
            variable: value
            for dependency in self.stage.spec.dependencies
            if dependency.critical
            for variable in dependency.configured_by
            if (value := self._without_a_server(known.get(variable, ""), dependency.name))
        }
        return Conduct(name, broken, hangs=not broken)

    def _without_a_server(self, value: str, dependency: str) -> str:
        backing = self.stage.backings.of(dependency)
        port = f":{backing.address['port']}" if backing is not None else ""
        return value.replace(port, f":{free_port()}") if port and port in value else ""

    def _through(self, conduct: Conduct, run_steps: Any) -> Run:
        began, seen = time.monotonic(), len(self.fargate.events)
        before = len(self._records())
        codes, failed, told = run_steps()
        self.fargate.settled(_SETTLED_WITHIN_S)
        folder, records = self.room.tree / self._folder, self._records()
        result = records[-1]["result"] if records else ""
        return Run(
            conduct.name,
            tuple(codes),
            failed,
            told,
            _word(folder / "verdict"),
            result,
            len(records) == before + 1,
            self.fargate.live,
            tuple((e.what, e.of) for e in self.fargate.events[seen:]),
            time.monotonic() - began,
        )

    def _run_steps(self) -> tuple[list[tuple[str, int]], bool, str]:
        """As a code host does it: after a failure only what waits for one, and what always runs."""
        codes: list[tuple[str, int]] = []
        failed, told = False, ""
        for step in self.steps.steps:
            applied = any(name == "apply" for name, _ in codes)
            is_due = step.always or failed == step.on_failure
            if not is_due or (step.after_apply and not applied):
                continue
            ended = self._run(step)
            code = 1 if ended.fault or ended.exit_code is None else ended.exit_code
            codes.append((step.name, code))
            if step.name == "plan" and code == 0:
                self._admit()
            self.stage.say(f"{step.name}: exit code {code}")
            if code != 0 and not step.tolerated:
                told = told or f"`{step.name}` ended with {code}: {self._said(ended)}"
                failed = True
        return codes, failed, told

    def _run(self, step: ScriptStep) -> Any:
        return self.room.run(step.words, {**self._attached.environment, "OUT": self._folder})

    def _admit(self) -> None:
        """Nothing is applied that could reach beyond loopback. Raises Refused."""
        planned = self.room.tree / self._folder / "planned.json"
        if planned.is_file():
            admit_plan(json.loads(planned.read_bytes()))

    def _said(self, ended: Any) -> str:
        told = ended.fault or ended.told(_LINES_TOLD) or "it printed nothing"
        return self.stage.secrets.hidden_in(told)

    def _records(self) -> list[dict[str, Any]]:
        """All that runs left, in their order, but for the note of what is live."""
        found = self.cloud.call("s3", "list_objects_v2", Bucket=self.ground.bucket)
        keys = sorted(o["Key"] for o in found.get("Contents", ()) if "releases/" in o["Key"])
        return [
            json.loads(
                self.cloud.call("s3", "get_object", Bucket=self.ground.bucket, Key=key)[
                    "Body"
                ].read()
            )
            for key in keys
            if not key.endswith("live.json")
        ]

    def _renew_secret(self) -> None:
        for variable in list(self.ground.secrets)[:1]:
            self.ground.renew(self.cloud, variable)

    def _configure(self, tree: Path, name: str) -> None:
        """One more variable of the service, which tells its releases apart."""
        values = tree / "deploy/terraform/envs" / f"{self.steps.environment}.tfvars"
        if values.is_file():
            text = values.read_text(encoding="utf-8")
            line = f'\\1\n  {_MARK} = "{name}"'
            text = re.sub(rf"(?m)^\s*{_MARK} = .*\n", "", text)
            values.write_text(_CONFIGURATION.sub(line, text, count=1), encoding="utf-8")
            self.room.done("terraform", "fmt", str(values))

    def _environment(self) -> dict[str, str]:
        spec, place = self.stage.spec, self.steps.environment
        return {
            **self.terraform.environment,
            **self.fargate.environment,
            **_QUICK,
            "ENVIRONMENT": place,
            "STATE_BUCKET": f"{spec.service.name}-{place}-state",
            "IMAGE_REPOSITORY": self._repository,
            "ACTOR": "opsready",
            "RUN_URL": "rehearsal",
            "SERVICE_URL": self.fargate.entrance.url,
            "TF_INIT_ARGS": " ".join(self.terraform.init_args),
        }

    @property
    def _repository(self) -> str:
        return _REPOSITORY.format(service=self.stage.spec.service.name)

    @property
    def _folder(self) -> str:
        """Each run has a folder of its own, as each has a machine of its own."""
        return f".release-{self._count}"


def _by_name(pairs: Sequence[Mapping[str, str]] | None) -> list[Mapping[str, str]]:
    """Their order means nothing."""
    return sorted(pairs or (), key=lambda pair: pair["name"])


def _word(path: Any) -> str:
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def users_journeys(known: Sequence[Journey]) -> list[Journey]:
    """What users do, without what should fail or needs something around the service to be so."""
    return [j for j in known if j.steps and not (j.fails or j.presupposes)]
