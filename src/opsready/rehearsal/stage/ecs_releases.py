"""Two releases and a rollback of the three roots, on the emulator: what a deploy will do, done."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsready.rehearsal.stage.cloud import Cloud
from opsready.rehearsal.stage.cloud_gaps import (
    changes,
    explaining,
    targets,
    unexplained,
    withheld,
)
from opsready.rehearsal.stage.terraform import Terraform
from opsready.rehearsal.stage.terraform_root import Fault, Plan, Root, error_of
from opsready.spec.spec import OperationsSpec

_BUCKET = "rehearsal-state"
_FIRST, _SECOND = (f"rehearsal.invalid/service@sha256:{digit * 64}" for digit in "12")
# A second release may change these and nothing else.
_OF_A_RELEASE = frozenset({"aws_ecs_task_definition", "aws_ecs_service"})
# What is read of the outputs, and what a record must hold for a release to be brought back.
_READ_BACK = frozenset({"release", "cluster", "service"})
_OF_A_RECORD = frozenset({"image", "configuration", "secret_versions"})
# Both are there within seconds of the start of an apply, or never.
_APPEARS_WITHIN_S = 90
_PAUSE_S = 0.2
_AT_ONCE = 3


@dataclass(frozen=True)
class Live:
    """What the live tasks are made of, by the emulator's own account."""

    revision: str
    image: str
    configuration: Mapping[str, str]
    secrets: Mapping[str, str]

    def is_made_like(self, other: "Live") -> bool:
        """Whether it is the same but for the number of its revision."""
        return self._made_of == other._made_of

    @property
    def _made_of(self) -> tuple[object, ...]:
        return self.image, dict(self.configuration), dict(self.secrets)


class Releases:
    """`evidence` fills up as things are shown; every method raises Fault with what is wrong."""

    def __init__(
        self,
        terraform: Terraform,
        cloud: Cloud,
        folder: Path,
        operations: OperationsSpec,
        *,
        allow_exec: bool = False,
    ) -> None:
        self.evidence: dict[str, Any] = {}
        self._terraform = terraform
        self._cloud = cloud
        self._folder = folder
        self._operations = operations
        self._environment = _environment(folder, operations)
        self._roots = {
            name: Root(terraform, folder / name, cloud.environment, allow_exec)
            for name in ("bootstrap", "data", "service")
        }
        self._seconds: dict[str, float] = {}
        self._withheld: dict[str, str] = {}
        self._gaps: dict[str, str] = {}

    def show(self, say: Callable[[str], None]) -> None:
        """All of it. Creating a database and a load balancer is mostly waiting, even here, so the
        mocked tests run meanwhile."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            try:
                self._show(pool, say)
            except BaseException:
                self._terraform.end()
                raise
            finally:
                for root in self._roots.values():
                    root.close()
                self.evidence |= {
                    "environment": self._environment,
                    "withheld": self._withheld,
                    "gaps_of_the_emulator": sorted(self._gaps.values()),
                    "seconds_of": self._seconds,
                }

    def _show(self, pool: ThreadPoolExecutor, say: Callable[[str], None]) -> None:
        bootstrap, data, service = self._roots.values()
        self._formatted()
        self._make_bucket()
        say("planning and applying what the service stands on")
        self._init(data)
        stores = self._planned(data, "data")
        standing = pool.submit(self._stands, data, stores)
        self._published(standing)
        self._init(service)
        say("planning and applying the first release")
        release = self._write("first", self._first_release())
        plan = self._planned(service, "first", release)
        rollout = pool.submit(self._applied, service, plan)
        self._is_locked(service, rollout)
        tested = pool.submit(self._tested, data, service)
        self._bootstrapped(bootstrap)
        tested.result()
        rollout.result()
        self._settled(service, "after-first", release)
        self._second_release_and_back(service, plan, say)
        standing.result()

    def _stands(self, root: Root, plan: Plan) -> None:
        """A database takes as long as all that happens on top of it meanwhile."""
        self._applied(root, plan)
        self._settled(root, f"after-{root.name}")

    def _second_release_and_back(
        self, service: Root, plan: Plan, say: Callable[[str], None]
    ) -> None:
        outputs = service.outputs()
        if _READ_BACK - outputs.keys():  # seen once in a dozen runs, right after the apply
            outputs = service.outputs()
        recorded, before = _recorded(outputs), self._live(outputs)
        say("a second release, and back")
        values = self._second_release(recorded)
        files = self._with(self._write("second", values))
        with self._timed("service plan second"):
            second = service.plan("second", [*targets(plan.json), *files])
        self._only_a_release(second)
        self._applied(service, second)
        live = self._live(outputs)
        if live.image != _SECOND or "REHEARSAL" not in live.configuration:
            raise Fault("the second release is applied, and the live task definition is not its")
        self._stale(service, second)
        with self._timed("service rollback"):
            files = self._with(self._write("recorded", recorded))
            back = service.plan("back", ["-target=aws_ecs_service.service", *files])
            service.apply(back)
        restored = self._live(outputs)
        if not restored.is_made_like(before):
            raise Fault(f"a rollback does not bring back {', '.join(_lost(before, restored))}")
        self.evidence["rolled_back"] = {
            "from": live.revision,
            "to": restored.revision,
            "made_like": before.revision,
            "image": restored.image,
            "secrets": len(restored.secrets),
        }

    def _formatted(self) -> None:
        ran = self._terraform.run(self._folder, "fmt", "-check", "-recursive", "-no-color")
        if ran.exit_code == 3:  # what `fmt -check` ends with where a file would change
            raise Fault(f"not formatted: {', '.join(ran.log.last_lines(5))}")
        if ran.exit_code != 0:
            raise Fault(f"fmt failed: {error_of(ran)}")

    def _make_bucket(self) -> None:
        where = {"LocationConstraint": self._cloud.region}
        more = {} if self._cloud.region == "us-east-1" else {"CreateBucketConfiguration": where}
        self._cloud.call("s3", "create_bucket", Bucket=_BUCKET, **more)

    def _bootstrapped(self, root: Root) -> None:
        self._init(root)
        plan = self._planned(root, "bootstrap")
        self._applied(root, plan)
        self._tested(root)
        for name in _environments(self._folder):
            if name != self._environment:
                root.run("plan", "-input=false", "-lock=false", *self._values(root, name))

    def _init(self, root: Root) -> None:
        key = self._key(root)
        with self._timed(f"{root.name} init"):
            root.init(
                "-reconfigure",
                f"-backend-config=bucket={_BUCKET}",
                f"-backend-config=key={key}",
                f"-backend-config=region={self._cloud.region}",
            )
            root.start_provider()

    def _key(self, root: Root) -> str:
        return f"{self._operations.service.name}/{self._environment}/{root.name}.tfstate"

    def _planned(self, root: Root, name: str, *files: str) -> Plan:
        """The whole plan; where something is withheld, one that leaves it out is what is applied,
        and the guard judges it by the whole."""
        with self._timed(f"{root.name} plan {name}"):
            plan = root.plan(name, self._with(*files, root=root))
            planned = self.evidence.setdefault("planned", {})
            planned[name] = len(changes(plan.json))
            without = targets(plan.json)
            if not without:
                return plan
            for address, gap in withheld(plan.json).items():
                self._withheld[address] = gap.id
                self._gaps[gap.id] = str(gap)
            arguments = [*without, *self._with(*files, root=root)]
            root.run("plan", "-input=false", f"-out={plan.path.name}", *arguments)
            return plan

    def _applied(self, root: Root, plan: Plan) -> None:
        with self._timed(f"{root.name} apply {plan.path.stem}"):
            root.apply(plan)

    def _tested(self, *roots: Root) -> None:
        for root in roots:
            with self._timed(f"{root.name} test"):
                told = root.test()
            self.evidence.setdefault("tests", {})[root.name] = told

    def _settled(self, root: Root, name: str, *files: str) -> None:
        """A second plan finds nothing to do, but for what the emulator does not keep."""
        with self._timed(f"{root.name} second plan"):
            plan = root.plan(name, self._with(*files, root=root))
        found = changes(plan.json)
        left = [change["address"] for change in unexplained(found)]
        if left:
            raise Fault(f"{root.name}: a second plan is not empty: {', '.join(left)}")
        self._gaps |= {gap.id: str(gap) for gap in explaining(found)}
        self.evidence.setdefault("second_plan_empty", []).append(root.name)

    def _is_locked(self, root: Root, rollout: "Future[None]") -> None:
        """While an apply runs, another command is turned away."""
        lock = f"{self._key(root)}.tflock"
        self._await(lambda: self._has(lock), rollout)
        if not self._has(lock):
            rollout.result()
            raise Fault(f"the state of {root.name} is not locked while an apply runs")
        ran = root.attempt("plan", "-input=false", "-lock-timeout=0s", *self._with(root=root))
        if ran.exit_code == 0 or "acquiring the state lock" not in error_of(ran):
            raise Fault(f"the lock of {root.name} turns nobody away: {error_of(ran)}")
        self.evidence["lock"] = "held during the apply; a second command was refused"

    def _has(self, key: str) -> bool:
        found = self._cloud.call("s3", "list_objects_v2", Bucket=_BUCKET, Prefix=key)
        return bool(found.get("KeyCount"))

    def _await(self, there: Callable[[], bool], running: "Future[None]") -> None:
        deadline = time.monotonic() + _APPEARS_WITHIN_S
        while not there() and not running.done() and time.monotonic() < deadline:
            time.sleep(_PAUSE_S)

    def _published(self, applying: "Future[None]") -> None:
        self._await(lambda: self._data() is not None, applying)
        if self._data() is None:
            applying.result()
            raise Fault("data: the parameter that the service root reads is not published")

    def _data(self) -> Mapping[str, Any] | None:
        name = f"/{self._operations.service.name}/{self._environment}/data"
        found = self._cloud.call("ssm", "get_parameters", Names=[name])["Parameters"]
        return json.loads(found[0]["Value"]) if found else None

    def _first_release(self) -> dict[str, Any]:
        arns = (self._data() or {}).get("secret_arns", {})
        return {"image": _FIRST, "secret_versions": {n: self._new(arn) for n, arn in arns.items()}}

    def _second_release(self, recorded: Mapping[str, Any]) -> dict[str, Any]:
        """Another image, one more variable, another value of a secret."""
        versions = dict(recorded["secret_versions"])
        for name, arn in list((self._data() or {}).get("secret_arns", {}).items())[:1]:
            versions[name] = self._new(arn)
        configuration = {**recorded["configuration"], "REHEARSAL": "second"}
        return {"image": _SECOND, "secret_versions": versions, "configuration": configuration}

    def _new(self, arn: str) -> str:
        told = self._cloud.call(
            "secretsmanager", "put_secret_value", SecretId=arn, SecretString="rehearsal"
        )
        return str(told["VersionId"])

    def _only_a_release(self, plan: Plan) -> None:
        found = list(unexplained(changes(plan.json)))
        strange = [c["address"] for c in found if c["type"] not in _OF_A_RELEASE]
        if strange:
            raise Fault(f"a second release changes more than itself: {', '.join(strange)}")
        self.evidence["second_release_changes"] = [change["address"] for change in found]

    def _stale(self, root: Root, plan: Plan) -> None:
        ran = root.attempt("apply", "-input=false", plan.path.name)
        if ran.exit_code == 0 or "stale" not in error_of(ran):
            raise Fault(f"a plan that was applied before is not refused: {error_of(ran)}")
        self.evidence["stale_plan"] = "refused"

    def _live(self, outputs: Mapping[str, Any]) -> Live:
        asked = {"cluster": outputs["cluster"], "services": [outputs["service"]]}
        (service,) = self._cloud.call("ecs", "describe_services", **asked)["services"]
        arn = service["taskDefinition"]
        told = self._cloud.call("ecs", "describe_task_definition", taskDefinition=arn)
        containers = told["taskDefinition"]["containerDefinitions"]
        made = next(c for c in containers if c.get("portMappings"))
        return Live(
            arn.rpartition("/")[2],
            made["image"],
            {pair["name"]: pair["value"] for pair in made.get("environment", ())},
            {pair["name"]: pair["valueFrom"] for pair in made.get("secrets", ())},
        )

    def _write(self, name: str, values: Mapping[str, Any]) -> str:
        path = self._folder / f"{name}.tfvars.json"
        path.write_text(json.dumps(values), encoding="utf-8")
        return f"-var-file={path}"

    def _with(self, *files: str, root: Root | None = None) -> list[str]:
        chosen = root or self._roots["service"]
        return [*self._values(chosen, self._environment), *files]

    def _values(self, root: Root, environment: str) -> list[str]:
        """The environment's file, and what only an account knows."""
        values = [f"-var-file=../envs/{environment}.tfvars"]
        target = self._operations.target
        if root.name == "bootstrap":
            values.append(f"-var=state_bucket={_BUCKET}")
            if target is None or target.repository is None:
                values.append("-var=repository=rehearsal/rehearsal")
        if root.name == "service" and target is not None and target.public:
            values.append(f"-var=certificate_arn={self._certificate()}")
        return values

    def _certificate(self) -> str:
        known = self._cloud.call("acm", "list_certificates")["CertificateSummaryList"]
        if known:
            return str(known[0]["CertificateArn"])
        told = self._cloud.call("acm", "request_certificate", DomainName="rehearsal.invalid")
        return str(told["CertificateArn"])

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self._seconds[what] = round(time.monotonic() - started, 1)


def _environments(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / "envs").glob("*.tfvars"))


def _environment(folder: Path, operations: OperationsSpec) -> str:
    """The one that a person approves, which is the firmest; else the last of the spec."""
    known: Sequence[str] = _environments(folder)
    if not known:
        raise Fault("there is no file of values in envs/")
    ranked = sorted(operations.environments, key=lambda environment: environment.approval)
    wanted = [environment.name for environment in ranked if environment.name in known]
    return wanted[-1] if wanted else known[-1]


def _recorded(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """What a rollback goes by. Raises Fault where it is not recorded whole."""
    missing = _READ_BACK - outputs.keys()
    if missing:
        raise Fault(f"service: no output {', '.join(sorted(missing))}")
    recorded: dict[str, Any] = json.loads(outputs["release"])
    lost = _OF_A_RECORD - recorded.keys()
    if lost:
        raise Fault(f"the output `release` does not record {', '.join(sorted(lost))}")
    return recorded


def _lost(before: Live, after: Live) -> list[str]:
    parts = {
        "the image": before.image != after.image,
        "the configuration": before.configuration != after.configuration,
        "the versions of secrets": before.secrets != after.secrets,
    }
    return [part for part, differs in parts.items() if differs]
