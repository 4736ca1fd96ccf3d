"""What each script of a pipeline does, with an `aws` and a `terraform` that only answer."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hats.ops_engineer.test_pipeline import written

PROGRAMS = Path(__file__).parent / "programs"
RECORDS = "state/releases/shop/staging"
OLD, NEW, BAD = ({"image": f"shop@sha256:{name}"} for name in ("old", "new", "bad"))
STEADY = {
    "services": [
        {"deployments": [{"status": "PRIMARY", "taskDefinition": "t", "rolloutState": "COMPLETED"}]}
    ]
}
OUTPUTS = {
    "release": {"value": json.dumps(BAD)},
    **{name: {"value": name} for name in ("cluster", "service", "load_balancer", "target_group")},
    "task_definition_arn": {"value": "t"},
    "url": {"value": "http://127.0.0.1:9"},
    "readiness_path": {"value": "/ready"},
}


class Room:
    """A checkout with the scripts, and a bucket beside it."""

    def __init__(self, folder: Path, answers: dict[str, Any]) -> None:
        self.folder = folder
        self.out = folder / ".release"
        for path, text in written().items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        (folder / "bin").mkdir()
        for program in PROGRAMS.glob("*.py"):
            path = folder / "bin" / program.stem
            path.write_text(f"#!{sys.executable}\n{program.read_text()}")
            path.chmod(0o755)
        self.put("answers.json", answers)
        self.put("outputs.json", OUTPUTS)
        (folder / "state").mkdir()
        self.out.mkdir()

    def put(self, path: str, value: object) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(value if isinstance(value, str) else json.dumps(value))

    def json(self, path: str) -> Any:
        return json.loads((self.folder / path).read_text())

    def run(self, script: str, **given: str) -> tuple[int, str]:
        """The exit code and the last line that it printed."""
        environment = {
            "PATH": f"{self.folder}/bin:{Path(sys.executable).parent}:{os.defpath}",
            "ROOM": str(self.folder),
            "ENVIRONMENT": "staging",
            "AWS_REGION": "eu-central-1",
            "STATE_BUCKET": "state",
            "GIT_SHA": "c0ffee",
            "VERIFY_INTERVAL_S": "0",
            "VERIFY_PAUSE_S": "0",
            "VERIFY_SAMPLES": "1",
            "VERIFY_BAD_IN_ROW": "1",
            "MIGRATE_INTERVAL_S": "0",
            **given,
        }
        words = ["bash", f"deploy/pipeline/{script}"]
        done = subprocess.run(
            words, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, (done.stdout + done.stderr).strip().splitlines()[-1]

    def log(self) -> list[str]:
        return (self.folder / "log").read_text().splitlines()


def planning(folder: Path) -> Room:
    data = json.dumps({"secret_arns": {"DATABASE_URL": "arn:1", "SENTRY_DSN": "arn:2"}})
    room = Room(
        folder,
        {
            "ssm get-parameter": {"Parameter": {"Value": data}},
            "secretsmanager list-secret-version-ids": {
                "arn:1": {"Versions": [{"VersionId": "v1", "VersionStages": ["AWSCURRENT"]}]},
                "arn:2": {"Versions": []},
            },
        },
    )
    room.put(".release/image", "shop@sha256:new\n")
    return room


def test_a_secret_without_a_value_is_left_out_and_said(tmp_path: Path) -> None:
    room = planning(tmp_path)
    code, _ = room.run("plan")
    assert (code, room.json(".release/release.tfvars.json")) == (
        0,
        {"image": "shop@sha256:new", "secret_versions": {"DATABASE_URL": "v1"}},
    )


def test_version_1_of_the_command_line_knows_the_region_too(tmp_path: Path) -> None:
    room = planning(tmp_path)
    room.run("plan")
    assert [line for line in room.log() if line.startswith("aws")] == [
        "aws ssm get-parameter eu-central-1",
        "aws secretsmanager list-secret-version-ids eu-central-1",
        "aws secretsmanager list-secret-version-ids eu-central-1",
    ]


def test_what_a_run_leaves_on_a_laptop_is_not_the_repositorys(tmp_path: Path) -> None:
    room = planning(tmp_path)
    room.run("plan")
    assert (room.out / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize(
    ("migration", "told"),
    [
        (0, (0, "migrate: the schema is that of this release")),
        (
            1,
            (
                1,
                "migrate: ended with exit code 1 (Essential container in task exited);"
                " its log is in the service's log group",
            ),
        ),
        (
            None,
            (
                1,
                "migrate: ended with exit code None (Essential container in task exited);"
                " its log is in the service's log group",
            ),
        ),
    ],
)
def test_the_migrations_own_container_decides(
    tmp_path: Path, migration: int | None, told: tuple[int, str]
) -> None:
    task = {
        "lastStatus": "STOPPED",
        "stoppedReason": "Essential container in task exited",
        "containers": [
            {"name": "scratch", "exitCode": 0},
            {"name": "migration", "exitCode": migration},
        ],
    }
    room = Room(
        tmp_path,
        {
            "ecs register-task-definition": {"taskDefinition": {"taskDefinitionArn": "m"}},
            "ecs run-task": {"tasks": [{"taskArn": "t"}]},
            "ecs describe-tasks": {"tasks": [task]},
        },
    )
    outputs = {name: {"value": "x"} for name in ("migration", "network", "cluster")}
    planned = {
        "output_changes": {"service": {"actions": ["no-op"]}},
        "planned_values": {"outputs": outputs},
    }
    room.put(".release/planned.json", planned)
    assert room.run("migrate") == told


def looking(folder: Path, **answers: Any) -> Room:
    """A place whose live release was the third that served; the fourth run failed and went back."""
    definition = {"taskDefinition": {"containerDefinitions": [{"image": OLD["image"]}]}}
    health = {"TargetHealthDescriptions": [{"TargetHealth": {"State": "healthy"}}]}
    ours = {
        "ecs describe-services": STEADY,
        "ecs describe-task-definition": definition,
        "elbv2 describe-target-health": health,
        "cloudwatch get-metric-data": {"MetricDataResults": []},
    }
    room = Room(folder, ours | answers)
    for number, result, release in (
        (1, "deployed", OLD),
        (2, "not_shifted", NEW),
        (3, "deployed", BAD),
        (4, "rolled_back", BAD),
    ):
        record(room, number, result, release)
    room.put(f"{RECORDS}/live.json", room.json(f"{RECORDS}/000003.json"))
    return room


def record(room: Room, number: int, result: str, release: dict[str, str]) -> None:
    name = f"{number:06}"
    told = {"sequence": name, "of": name, "result": result, "release": release}
    room.put(f"{RECORDS}/{name}.json", told)


def test_a_release_found_bad_later_is_taken_back_to_the_last_that_served(tmp_path: Path) -> None:
    room = looking(tmp_path)
    assert room.run("rollback", TO="previous") == (0, "record: 000005, rolled_back")
    live = room.json(f"{RECORDS}/live.json")
    assert (live["release"], live["image"], live["of"]) == (OLD, OLD["image"], "000001")
    assert [line for line in room.log() if line.startswith("terraform")] == [
        "terraform init",
        "terraform output",
        "terraform plan -target=aws_ecs_service.service",
        "terraform apply",
        "terraform output",
    ]


def test_what_was_taken_back_is_not_what_the_next_way_back_goes_to(tmp_path: Path) -> None:
    """Back from the third to the first: before that there is nothing."""
    room = looking(tmp_path)
    room.run("rollback", TO="previous")
    room.put("outputs.json", OUTPUTS | {"release": {"value": json.dumps(OLD)}})
    assert room.run("rollback", TO="previous", OUT="again") == (
        4,
        "record: 000006, nothing_to_go_back_to",
    )


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("000001", (0, "record: 000005, rolled_back")),
        ("2", (4, "record: 000005, nothing_to_go_back_to")),
        ("main", (2, 'rollback: TO is "previous" or the number of a record, not "main"')),
    ],
)
def test_a_record_can_be_named(tmp_path: Path, to: str, told: tuple[int, str]) -> None:
    assert looking(tmp_path).run("rollback", TO=to) == told


def test_waiting_is_judged_by_the_slowest_twentieth(tmp_path: Path) -> None:
    room = looking(tmp_path)
    room.put(".release/outputs.json", OUTPUTS)
    room.put(".release/release.tfvars.json", OLD)
    room.put(".release/shifted_at", "1")
    assert room.run("verify") == (
        0,
        "verify: no_traffic: ready and live; nobody asked for anything",
    )
    stats = [query["MetricStat"]["Stat"] for query in room.json(".release/queries.json")]
    assert stats == ["Sum", "Sum", "Sum", "p95"]


@pytest.mark.parametrize(
    ("seconds", "word"), [(0.3, "good"), (0.6, "bad")], ids=["below the floor", "above it"]
)
def test_a_release_at_which_users_wait_is_bad(tmp_path: Path, seconds: float, word: str) -> None:
    """Before it waited nobody; twice of that, but no less than half a second, is borne."""
    found = {"requests": [100], "errors": [0], "errors_before_target": [0], "latency": [seconds]}
    results = [{"Id": name, "Values": values} for name, values in found.items()]
    room = looking(tmp_path, **{"cloudwatch get-metric-data": {"MetricDataResults": results}})
    program = tmp_path / "bin" / "aws"
    quick_before = """told = answer()
if option("--start-time") == "1":
    told["MetricDataResults"][3]["Values"] = [0.01]"""
    program.write_text(program.read_text().replace("told = answer()", quick_before))
    room.put(".release/outputs.json", OUTPUTS)
    room.put(".release/release.tfvars.json", OLD)
    room.put(".release/shifted_at", "1")
    room.run("verify")
    assert (room.out / "verdict").read_text() == f"{word}\n"


ENGINE = """#!/bin/bash
case "$1" in
pull) test -e pushed ;;
push) touch pushed ;;
image) seq -f "shop@sha256:%g" 20000 ;;
esac
"""


def test_a_commit_is_built_once_and_named_by_the_digest_of_the_registry(tmp_path: Path) -> None:
    """An image may have many names: what is not read of them is no failure."""
    room = Room(tmp_path, {})
    room.put("bin/engine", ENGINE)
    (tmp_path / "bin" / "engine").chmod(0o755)
    given = {"ENGINE": "engine", "IMAGE_REPOSITORY": "shop"}
    assert room.run("build", **given) == (0, "build: shop@sha256:1")
    assert (room.out / "built").exists()
    assert room.run("build", **given, OUT="again") == (0, "build: shop@sha256:1")
    assert not (tmp_path / "again" / "built").exists()
