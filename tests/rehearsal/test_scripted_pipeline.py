"""Which scripts a workflow runs, in which order and under which conditions."""

from typing import Any

from opsready.facts.fact import Facts
from opsready.hats.ops_engineer.pipeline import produce
from opsready.hats.pack import Pack
from opsready.rehearsal.scripted_pipeline import ScriptStep, scripted_pipeline
from tests.build import make_bundle, make_spec
from tests.hats.ops_engineer.test_pipeline import SHOP

JOB = """
name: deploy
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: staging
    steps:
{steps}
"""


def of(*steps: str, **more: str) -> Any:
    text = JOB.format(steps="\n".join(f"      - {step}" for step in steps))
    bundle = make_bundle({".github/workflows/deploy.yml": text, **more})
    return scripted_pipeline(Pack(bundle), ["staging"])


def test_what_the_hat_writes_is_understood() -> None:
    files = {a.path: a.text for a in produce(make_spec(**SHOP), Facts(()))}
    found = scripted_pipeline(Pack(make_bundle(files)), ["staging", "production"])
    assert not isinstance(found, str)
    assert (found.workflow, found.environment) == (".github/workflows/deploy.yml", "staging")
    assert found.steps == (
        ScriptStep("plan", ("bash", "deploy/pipeline/plan")),
        ScriptStep("migrate", ("bash", "deploy/pipeline/migrate")),
        ScriptStep("apply", ("bash", "deploy/pipeline/apply")),
        ScriptStep("verify", ("bash", "deploy/pipeline/verify")),
        ScriptStep(
            "rollback", ("bash", "deploy/pipeline/rollback"), on_failure=True, after_apply=True
        ),
        ScriptStep("record", ("bash", "deploy/pipeline/record"), always=True),
    )


def test_a_step_whose_failure_counts_for_nothing_is_told_apart() -> None:
    found = of(
        "run: bash deploy/pipeline/plan",
        "run: ./deploy/pipeline/apply",
        "run: bash deploy/pipeline/verify || true",
    )
    assert [(step.name, step.tolerated) for step in found.steps] == [
        ("plan", False),
        ("apply", False),
        ("verify", True),
    ]


def test_a_way_back_that_a_person_asks_for_is_no_step_of_a_release() -> None:
    text = JOB.format(
        steps="""
      - run: bash deploy/pipeline/apply
      - run: bash deploy/pipeline/verify
  back:
    if: inputs.back == 'staging'
    runs-on: ubuntu-latest
    environment: staging
    steps:
      - run: bash deploy/pipeline/rollback"""
    )
    bundle = make_bundle({".github/workflows/deploy.yml": text})
    assert scripted_pipeline(Pack(bundle), ["staging"]) == (
        ".github/workflows/deploy.yml calls no deploy/pipeline/plan for staging"
    )


def test_without_a_look_there_is_nothing_to_run() -> None:
    assert of("run: bash deploy/pipeline/plan", "run: bash deploy/pipeline/apply") == (
        ".github/workflows/deploy.yml calls no deploy/pipeline/verify for staging"
    )


def test_the_steps_of_others_are_named() -> None:
    assert of("run: fly deploy") == (
        "no job of .github/workflows/deploy.yml deploys by scripts named deploy/pipeline/apply:"
        " the steps are others' tools"
    )


def test_a_tree_without_a_workflow() -> None:
    assert scripted_pipeline(Pack(make_bundle()), ["staging"]) == "the tree has no workflow"
