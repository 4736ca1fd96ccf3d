"""The pipeline that the Ops Engineer writes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from opsready.documents.tool import Does
from opsready.facts.automation import DeployPath, read_automation
from opsready.facts.fact import Facts
from opsready.facts.gather import gather
from opsready.hats.ops_engineer.pipeline import produce
from tests.build import make_bundle, make_spec

SHOP: dict[str, Any] = {
    "runtime": {
        "language": "python",
        "install": [["pip", "install", "-r", "requirements.txt"]],
        "start": ["uvicorn", "shop:app"],
        "port": 8000,
    },
    "health": {"readiness": "/readyz"},
    "target": {"kind": "ecs"},
    "environments": [{"name": "staging"}, {"name": "production", "approval": True}],
    "migrations": {"command": ["alembic", "upgrade", "head"]},
}
OTHERS = """
name: ship
on: push
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: fly deploy
"""


def written(facts: Facts | None = None, **changes: Any) -> dict[str, str]:
    spec = make_spec(**{**SHOP, **changes})
    return {a.path: a.text for a in produce(spec, facts or Facts(()))}


def path_of(files: dict[str, str]) -> DeployPath:
    [path] = read_automation(make_bundle(files)).paths
    return path


def test_the_scripts_and_the_workflow_that_calls_them() -> None:
    assert sorted(written()) == [
        ".github/workflows/deploy.yml",
        "deploy/pipeline/apply",
        "deploy/pipeline/build",
        "deploy/pipeline/field",
        "deploy/pipeline/migrate",
        "deploy/pipeline/plan",
        "deploy/pipeline/record",
        "deploy/pipeline/rollback",
        "deploy/pipeline/test",
        "deploy/pipeline/verify",
    ]


def test_its_own_tests_run_in_an_environment_of_their_own_or_their_lack_is_said() -> None:
    tests = {
        "install": [["pip", "install", ".[test]"]],
        "command": ["python", "-m", "pytest", "-k", "not slow"],
    }
    assert written(tests=tests)["deploy/pipeline/test"].splitlines()[8:15] == [
        "",
        'python3 -m venv "$out/venv"',
        'PATH="$PWD/$out/venv/bin:$PATH"',
        "pip install -r requirements.txt",
        "pip install '.[test]'",
        "python -m pytest -k 'not slow'",
        "",
    ]
    assert "state tests.command" in written()["deploy/pipeline/test"]


def test_where_nothing_migrates_no_step_does() -> None:
    files = written(migrations={})
    assert "deploy/pipeline/migrate" not in files
    assert not any("migrat" in files[path] for path in (".github/workflows/deploy.yml",))
    assert "bash deploy/pipeline/migrate" not in files["deploy/pipeline/apply"]


@pytest.mark.parametrize("target", [{"kind": "kubernetes"}, {"kind": "host"}])
def test_another_target_has_another_pipeline(target: dict[str, str]) -> None:
    assert written(target=target) == {}


def test_a_tree_whose_own_pipeline_deploys_keeps_it_alone() -> None:
    facts = gather(make_bundle({".github/workflows/ship.yml": OTHERS}))
    assert written(facts) == {}


def test_what_was_written_once_is_written_again() -> None:
    files = written()
    assert written(gather(make_bundle(files))) == files


def test_every_environment_is_planned_and_deployed_after_the_one_before() -> None:
    [workflow] = [f for f in gather(make_bundle(written())) if f.claim == "workflow"]
    assert [(job["id"], job["needs"], job["environment"]) for job in workflow["jobs"]] == [
        ("test", [], None),
        ("build", ["test"], "staging-plan"),
        ("plan-staging", ["build"], "staging-plan"),
        ("deploy-staging", ["plan-staging"], "staging"),
        ("take-back-staging", [], "staging"),
        ("plan-production", ["deploy-staging"], "production-plan"),
        ("deploy-production", ["plan-production"], "production"),
        ("take-back-production", [], "production"),
    ]


def test_our_own_reader_sees_plan_saved_apply_looks_and_the_way_back() -> None:
    path = path_of(written(environments=[{"name": "staging"}]))
    assert [
        (act.effect.name, *sorted(act.effect.does), act.runs_on_failure)
        for act in path.acts
        if act.job is not None and act.job.id != "take-back-staging"
        if act.effect.is_a(Does.PLANS, Does.VERIFIES, Does.ROLLS_BACK, Does.DEPLOYS)
    ] == [
        ("terraform plan", "plans", "tests", False),
        ("terraform apply", "deploys", "plans", False),
        ("bash", "verifies", False),
        ("aws ecs describe-services", "verifies", False),
        ("curl", "verifies", False),
        ("bash", "rolls back", True),
        ("terraform plan", "plans", "tests", True),
        ("terraform apply", "deploys", "plans", True),
        ("bash", "verifies", True),
        ("aws ecs describe-services", "verifies", True),
        ("curl", "verifies", True),
    ]


@pytest.mark.parametrize(
    ("path", "printed"),
    [
        ("name", "shop"),
        ("list.1", "2"),
        ("release", '{"a": "b", "z": null}'),
        ("release.a", "b"),
        ("", '{"list": [1, 2], "name": "shop", "release": {"a": "b", "z": null}}'),
    ],
)
def test_field_prints_text_as_it_is_and_the_rest_as_json(
    tmp_path: Path, path: str, printed: str
) -> None:
    assert field(tmp_path, path) == (0, printed + "\n")


def test_field_prints_names_one_a_line(tmp_path: Path) -> None:
    assert field(tmp_path, "release", "--names") == (0, "z\na\n")


def test_field_fails_where_nothing_is_there(tmp_path: Path) -> None:
    assert field(tmp_path, "release.c") == (1, "")


def field(folder: Path, *arguments: str) -> tuple[int, str]:
    (folder / "field").write_text(written()["deploy/pipeline/field"])
    value = {"name": "shop", "list": [1, 2], "release": {"z": None, "a": "b"}}
    (folder / "v.json").write_text(json.dumps(value))
    words = [sys.executable, str(folder / "field"), str(folder / "v.json"), *arguments]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout
