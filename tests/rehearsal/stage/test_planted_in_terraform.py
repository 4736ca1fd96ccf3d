"""Faults planted into a root that the real Terraform applies, by the real provider: each is named.

One start serves them all, and its life is played once: the first apply has no lock to look for,
what it makes takes a second release and loses it on the way back; and last, locked again, an apply
of the pipeline's own script is interrupted, and another killed and freed as the handbook tells.
"""

import hashlib
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from opsready.facts.fact import Facts
from opsready.hats.ops_engineer import handbook, pipeline
from opsready.rehearsal.stage.cloud import Cloud
from opsready.rehearsal.stage.ecs_releases import Releases
from opsready.rehearsal.stage.process import Command, Process, run_to_end
from opsready.rehearsal.stage.script_room import find_aws
from opsready.rehearsal.stage.stage import Stage
from opsready.rehearsal.stage.terraform import find_terraform
from opsready.rehearsal.stage.terraform_root import Fault, Plan, Root, error_of
from tests.build import make_spec
from tests.rehearsal.build import infrastructure, make_tree

pytestmark = [
    pytest.mark.xdist_group("terraform"),
    pytest.mark.timeout(600),
    pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform"),
]

SPEC = make_spec(
    runtime={"language": "python", "start": ["python3", "shop.py"], "port": 80},
    health={"readiness": "/ready"},
    target={"kind": "ecs"},
    environments=[{"name": "production"}],
)
SLOW = 'resource "aws_ecs_cluster" "slow" {\n  name = "slow"\n}\n'
LOCK = "shop/production/service.tfstate.tflock"
WITHIN_S = 120
FOLDER = "deploy/terraform"
SETTINGS, ROOT = (f"{FOLDER}/service/{name}.tf" for name in ("settings", "release"))
# What is planted: nothing locks the state, and what is recorded of a release has no configuration.
PLANTED = {
    SETTINGS: ("use_lockfile = true", "use_lockfile = false"),
    ROOT: ("configuration   = var.configuration", "configuration   = {}"),
}


@dataclass(frozen=True)
class Life:
    """What was said while an apply ran, on the way back, and of two that did not end: whether the
    state was locked after each, what a plan was told then, and how one ended that followed the
    handbook."""

    of_the_lock: str
    of_the_way_back: str
    evidence: dict[str, Any]
    is_locked_by: dict[str, bool]
    of_the_killed: str
    after_the_handbook: int | None


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    files = infrastructure()
    for path, (was, becomes) in PLANTED.items():
        assert was in files[path]
        files[path] = files[path].replace(was, becomes)
    files |= {a.path: a.text for a in pipeline.produce(SPEC, Facts(()))}
    pack = make_tree(tmp_path_factory.mktemp("tree"), files)
    with Stage(SPEC, pack, lambda _: None) as stage, Cloud(stage) as cloud:
        key = cloud.call("secretsmanager", "create_secret", Name="KEY")["ARN"]
        published = json.dumps({"secret_arns": {"KEY": key}})
        cloud.call(
            "ssm", "put_parameter", Name="/shop/production/data", Value=published, Type="String"
        )
        releases = Releases(find_terraform(stage), cloud, stage.tree / FOLDER, SPEC.operations)
        yield played(releases, stage)


def played(releases: Releases, stage: Stage) -> Life:
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
        evidence = dict(releases.evidence)
        return Life(str(unlocked.value), str(lost.value), evidence, *killed(releases, root, stage))
    finally:
        root.close()


def killed(releases: Releases, root: Root, stage: Stage) -> tuple[dict[str, bool], str, int | None]:
    """The script `apply`, ended while it waits for a cluster, and what the handbook tells."""
    settings = root.folder / "settings.tf"
    settings.write_text(settings.read_text().replace("lockfile = false", "lockfile = true"))
    (root.folder / "slow.tf").write_text(SLOW)
    releases._init(root)
    values = releases._with(releases._write("third", releases._first_release()))
    is_locked_by = {}
    for name in (signal.SIGINT, signal.SIGKILL):
        environment = given(root, stage, root.plan("slow", values))
        ended_by(name, stage, environment)
        is_locked_by[name.name] = releases._has(LOCK)
    told = error_of(root.attempt("plan", "-input=false", "-lock-timeout=0s", *values))
    words = ["bash", "-euo", "pipefail", "-c", way_out()]
    run_to_end(Command("handbook", words, stage.tree, environment, stage.name), WITHIN_S)
    after = root.attempt("plan", "-input=false", "-lock-timeout=0s", *values)
    return is_locked_by, told, after.exit_code


def ended_by(number: signal.Signals, stage: Stage, environment: dict[str, str]) -> None:
    """Sent to all that a terminal would send it to."""
    words = ["bash", "deploy/pipeline/apply"]
    with Process(Command("apply", words, stage.tree, environment, stage.name)) as apply:
        deadline = time.monotonic() + WITHIN_S
        while "slow: Creating" not in apply.log.text:
            assert apply.is_alive and time.monotonic() < deadline, apply.told()
            time.sleep(0.1)
        os.killpg(apply.pid, number)
        assert apply.wait(WITHIN_S) not in (0, None), apply.told()


def given(root: Root, stage: Stage, plan: Plan) -> dict[str, str]:
    """What a run of the pipeline has: the saved plan with its checksum, and its variables."""
    out = stage.tree / ".release"
    out.mkdir(exist_ok=True)
    shutil.copy(plan.path, out / "service.tfplan")
    digest = hashlib.sha256(plan.path.read_bytes()).hexdigest()
    (out / "plan.sha256").write_text(f"{digest}  service.tfplan\n")
    terraform = root.terraform.environment
    return {
        **terraform,
        **root._given,
        "PATH": f"{find_aws().parent}:{terraform['PATH']}",
        "ENVIRONMENT": "production",
        "STATE_BUCKET": "rehearsal-state",
        "TF_CLI_ARGS_init": " ".join(root.terraform.init_args),
    }


def way_out() -> str:
    """The commands of the handbook, for the bucket of the rehearsal."""
    (page,) = handbook.produce(SPEC, Facts(()))
    section = page.text.partition("## A run that was killed\n")[2]
    commands = section.partition("```sh\n")[2].partition("```")[0]
    assert "bucket=shop-production-state" in commands
    return commands.replace("shop-production-state", "rehearsal-state")


def test_a_state_that_nothing_locks_is_named(life: Life) -> None:
    assert life.of_the_lock == "the state of service is not locked while an apply runs"


def test_a_rollback_that_loses_the_configuration_is_named(life: Life) -> None:
    assert life.of_the_way_back == "a rollback does not bring back the configuration"


def test_what_is_not_at_fault_holds_beside_it(life: Life) -> None:
    """The second release changed itself alone, and its plan was refused when it was stale."""
    assert life.evidence == {
        "planned": {"first": 3},
        "second_release_changes": [
            "aws_ecs_service.service",
            "aws_ecs_task_definition.service",
        ],
        "stale_plan": "refused",
    }


def test_an_apply_that_was_killed_leaves_a_lock_that_turns_the_next_run_away(life: Life) -> None:
    assert life.is_locked_by == {"SIGINT": False, "SIGKILL": True}
    assert life.of_the_killed.startswith("Error: Error acquiring the state lock")


def test_what_the_handbook_tells_then_frees_the_state(life: Life) -> None:
    assert life.after_the_handbook == 0
