"""Faults planted into a root that the real Terraform applies, by the real provider: each is named.

One start serves them all. The first apply has no lock to look for, and what it makes takes a second
release and loses it on the way back. The tests go by the order of that life, which is played once.
"""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from opsready.rehearsal.stage.cloud import Cloud
from opsready.rehearsal.stage.ecs_releases import Releases
from opsready.rehearsal.stage.stage import Stage
from opsready.rehearsal.stage.terraform import find_terraform
from opsready.rehearsal.stage.terraform_root import Fault
from tests.build import make_spec
from tests.rehearsal.build import infrastructure, make_tree

pytestmark = [
    pytest.mark.xdist_group("terraform"),
    pytest.mark.timeout(600),
    pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform"),
]

SPEC = make_spec(environments=[{"name": "production"}])
FOLDER = "deploy/terraform"
SETTINGS, ROOT = (f"{FOLDER}/service/{name}.tf" for name in ("settings", "release"))
# What is planted: nothing locks the state, and what is recorded of a release has no configuration.
PLANTED = {
    SETTINGS: ("use_lockfile = true", "use_lockfile = false"),
    ROOT: ("configuration   = var.configuration", "configuration   = {}"),
}


@dataclass(frozen=True)
class Life:
    """What was said while an apply ran, and on the way back."""

    of_the_lock: str
    of_the_way_back: str
    releases: Releases


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    files = infrastructure()
    for path, (was, becomes) in PLANTED.items():
        assert was in files[path]
        files[path] = files[path].replace(was, becomes)
    pack = make_tree(tmp_path_factory.mktemp("tree"), files)
    with Stage(SPEC, pack, lambda _: None) as stage, Cloud(stage) as cloud:
        key = cloud.call("secretsmanager", "create_secret", Name="KEY")["ARN"]
        published = json.dumps({"secret_arns": {"KEY": key}})
        cloud.call(
            "ssm", "put_parameter", Name="/shop/production/data", Value=published, Type="String"
        )
        releases = Releases(find_terraform(stage), cloud, stage.tree / FOLDER, SPEC.operations)
        yield played(releases)


def played(releases: Releases) -> Life:
    root = releases._roots["service"]
    try:
        releases._make_bucket()
        releases._init(root)
        release = releases._write("first", releases._first_release())
        plan = releases._planned(root, "first", release)
        with ThreadPoolExecutor(1) as pool:
            rollout = pool.submit(releases._applied, root, plan)
            with pytest.raises(Fault) as unlocked:
                releases._is_locked(root, rollout)
            rollout.result()
        with pytest.raises(Fault) as lost:
            releases._second_release_and_back(root, plan, lambda _: None)
    finally:
        root.close()
    return Life(str(unlocked.value), str(lost.value), releases)


def test_a_state_that_nothing_locks_is_named(life: Life) -> None:
    assert life.of_the_lock == "the state of service is not locked while an apply runs"


def test_a_rollback_that_loses_the_configuration_is_named(life: Life) -> None:
    assert life.of_the_way_back == "a rollback does not bring back the configuration"


def test_what_is_not_at_fault_holds_beside_it(life: Life) -> None:
    """The second release changed itself alone, and its plan was refused when it was stale."""
    assert life.releases.evidence == {
        "planned": {"first": 3},
        "second_release_changes": [
            "aws_ecs_service.service",
            "aws_ecs_task_definition.service",
        ],
        "stale_plan": "refused",
    }
