"""What two releases and a rollback must show, on roots and a cloud that are played here."""

import json
from concurrent.futures import Future
from pathlib import Path
from typing import Any, cast

import pytest

from opsready.rehearsal.stage.cloud import Cloud
from opsready.rehearsal.stage.ecs_releases import Releases
from opsready.rehearsal.stage.log import Log
from opsready.rehearsal.stage.terraform import Terraform
from opsready.rehearsal.stage.terraform_root import Fault, Plan, Root
from tests.build import make_spec

FIRST = {
    "image": "first",
    "configuration": {"PORT": "80"},
    "secret_versions": {"KEY": "1"},
}
EMPTY: dict[str, Any] = {"resource_changes": []}


class FakeCloud:
    """Keeps one task definition a revision, and the state bucket's keys."""

    def __init__(self) -> None:
        self.environment: dict[str, str] = {}
        self.revisions: list[dict[str, Any]] = [dict(FIRST)]
        self.keys: list[str] = []

    def call(self, service: str, operation: str, **arguments: Any) -> Any:
        return getattr(self, operation)(**arguments)

    def describe_services(self, **_: Any) -> Any:
        return {"services": [{"taskDefinition": f"arn/shop:{len(self.revisions)}"}]}

    def describe_task_definition(self, **_: Any) -> Any:
        live = self.revisions[-1]
        container = {
            "portMappings": [{}],
            "image": live["image"],
            "environment": [{"name": n, "value": v} for n, v in live["configuration"].items()],
            "secrets": [{"name": n, "valueFrom": v} for n, v in live["secret_versions"].items()],
        }
        return {"taskDefinition": {"containerDefinitions": [container]}}

    def get_parameters(self, **_: Any) -> Any:
        return {"Parameters": [{"Value": json.dumps({"secret_arns": {"KEY": "arn"}})}]}

    def put_secret_value(self, **_: Any) -> Any:
        return {"VersionId": "2"}

    def list_objects_v2(self, **asked: Any) -> Any:
        return {"KeyCount": self.keys.count(asked["Prefix"])}


class FakeRun:
    """A command that ended: with the last line that it printed."""

    fault = ""

    def __init__(self, exit_code: int, line: str) -> None:
        self.exit_code = exit_code
        self.log = Log()
        self.log.add(line.encode())


class FakeRoot:
    """Applies what the last file of values says, without those that `loses` names."""

    name = "service"

    def __init__(self, cloud: FakeCloud, loses: tuple[str, ...] = (), says: str = "stale") -> None:
        self.cloud = cloud
        self.loses = loses
        self.says = says
        self.changes: dict[str, Any] = EMPTY

    def outputs(self) -> dict[str, Any]:
        return {"release": json.dumps(FIRST), "cluster": "shop", "service": "shop"}

    def plan(self, name: str, arguments: list[str]) -> Plan:
        path = Path(arguments[-1].removeprefix("-var-file="))
        return Plan(path, self.changes)

    def apply(self, plan: Plan) -> None:
        values = json.loads(plan.path.read_text())
        kept = {name: self.cloud.revisions[-1][name] for name in self.loses}
        self.cloud.revisions.append(values | kept)

    def attempt(self, *_: str) -> FakeRun:
        return FakeRun(1 if self.says else 0, f"Error: {self.says}")


def make_releases(tmp_path: Path, cloud: FakeCloud) -> Releases:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "production.tfvars").touch()
    operations = make_spec(environments=[{"name": "production"}]).operations
    return Releases(cast(Terraform, None), cast(Cloud, cloud), tmp_path, operations)


def second_release_and_back(tmp_path: Path, root: FakeRoot) -> Releases:
    releases = make_releases(tmp_path, root.cloud)
    releases._second_release_and_back(cast(Root, root), Plan(tmp_path, EMPTY), lambda _: None)
    return releases


def test_a_rollback_brings_image_configuration_and_secrets_back(tmp_path: Path) -> None:
    cloud = FakeCloud()
    evidence = second_release_and_back(tmp_path, FakeRoot(cloud)).evidence
    assert [r["image"][-2:] for r in cloud.revisions] == ["st", "22", "st"]
    assert cloud.revisions[1]["configuration"] == {"PORT": "80", "REHEARSAL": "second"}
    assert cloud.revisions[1]["secret_versions"] == {"KEY": "2"}
    assert evidence["stale_plan"] == "refused"
    assert evidence["rolled_back"] == {
        "from": "shop:2",
        "to": "shop:3",
        "made_like": "shop:1",
        "image": "first",
        "secrets": 1,
    }


@pytest.mark.parametrize(
    ("loses", "why"),
    [
        (("image",), "the second release is applied, and the live task definition is not its"),
        (
            ("configuration",),
            "the second release is applied, and the live task definition is not its",
        ),
    ],
)
def test_a_module_that_takes_no_second_release_breaks(
    tmp_path: Path, loses: tuple[str, ...], why: str
) -> None:
    with pytest.raises(Fault, match=why):
        second_release_and_back(tmp_path, FakeRoot(FakeCloud(), loses))


@pytest.mark.parametrize(
    ("lost", "why"),
    [
        ("image", "a rollback does not bring back the image"),
        ("configuration", "a rollback does not bring back the configuration"),
        ("secret_versions", "a rollback does not bring back the versions of secrets"),
    ],
)
def test_a_rollback_that_loses_a_part_breaks(tmp_path: Path, lost: str, why: str) -> None:
    root = FakeRoot(FakeCloud())
    apply = root.apply

    def forgetting(plan: Plan) -> None:
        root.loses = (lost,) if len(root.cloud.revisions) == 2 else ()
        apply(plan)

    root.apply = forgetting  # type: ignore[method-assign]
    with pytest.raises(Fault, match=why):
        second_release_and_back(tmp_path, root)


@pytest.mark.parametrize(
    ("outputs", "why"),
    [
        ({"cluster": "shop", "service": "shop"}, "service: no output release"),
        (
            {"cluster": "shop", "service": "shop", "release": '{"image": "first"}'},
            "the output `release` does not record configuration, secret_versions",
        ),
    ],
)
def test_a_release_that_is_not_recorded_whole_breaks(
    tmp_path: Path, outputs: dict[str, Any], why: str
) -> None:
    root = FakeRoot(FakeCloud())
    root.outputs = lambda: outputs  # type: ignore[method-assign]
    with pytest.raises(Fault, match=why):
        second_release_and_back(tmp_path, root)


def test_a_second_release_that_changes_more_than_itself_breaks(tmp_path: Path) -> None:
    root = FakeRoot(FakeCloud())
    change = {"actions": ["update"], "before": {"name": "a"}, "after": {"name": "b"}}
    root.changes = {
        "resource_changes": [
            {"address": "aws_lb.a", "type": "aws_lb", "mode": "managed", "change": change}
        ]
    }
    with pytest.raises(Fault, match=r"changes more than itself: aws_lb\.a"):
        second_release_and_back(tmp_path, root)


@pytest.mark.parametrize("says", ["Invalid index", ""])
def test_a_plan_that_is_applied_twice_breaks(tmp_path: Path, says: str) -> None:
    with pytest.raises(Fault, match="a plan that was applied before is not refused"):
        second_release_and_back(tmp_path, FakeRoot(FakeCloud(), says=says))


def test_a_second_plan_that_is_not_empty_breaks(tmp_path: Path) -> None:
    root = FakeRoot(FakeCloud())
    releases = make_releases(tmp_path, root.cloud)
    releases._settled(cast(Root, root), "after", "-var-file=a")
    assert releases.evidence["second_plan_empty"] == ["service"]
    change = {"actions": ["update"], "before": {"name": "a"}, "after": {"name": "b"}}
    root.changes = {
        "resource_changes": [
            {"address": "aws_lb.a", "type": "aws_lb", "mode": "managed", "change": change}
        ]
    }
    with pytest.raises(Fault, match=r"service: a second plan is not empty: aws_lb\.a"):
        releases._settled(cast(Root, root), "after", "-var-file=a")


@pytest.mark.parametrize(
    ("keys", "says", "why"),
    [
        (["shop/production/service.tfstate.tflock"], "Error acquiring the state lock", ""),
        (["shop/production/service.tfstate.tflock"], "", "the lock of service turns nobody away"),
        ([], "", "the state of service is not locked while an apply runs"),
    ],
    ids=["locked", "lock without effect", "no lock"],
)
def test_the_state_is_locked_while_an_apply_runs(
    tmp_path: Path, keys: list[str], says: str, why: str
) -> None:
    root = FakeRoot(FakeCloud(), says=says)
    root.cloud.keys = keys
    releases, rollout = make_releases(tmp_path, root.cloud), Future[None]()
    rollout.set_result(None)
    if not why:
        releases._is_locked(cast(Root, root), rollout)
        assert "second command was refused" in releases.evidence["lock"]
    else:
        with pytest.raises(Fault, match=why):
            releases._is_locked(cast(Root, root), rollout)


def test_without_a_file_of_values_there_is_nothing_to_plan_with(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="there is no file of values in envs/"):
        Releases(cast(Terraform, None), cast(Cloud, FakeCloud()), tmp_path, make_spec().operations)
