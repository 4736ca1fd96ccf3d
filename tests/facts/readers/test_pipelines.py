"""What pipelines say: workflows, tools, places."""

from opsready.facts.fact import Claim
from opsready.facts.readers.pipelines import READER
from tests.build import make_bundle

DEPLOY = """\
name: deploy
on: [push]
jobs:
  build:
    steps: [{run: docker build .}]
  deploy:
    needs: build
    environment: production
    steps:
      - run: |
          helm upgrade a ./chart
          kubectl rollout status deployment/a
"""


def test_a_workflow_its_tool_and_its_place() -> None:
    files = {".github/workflows/deploy.yml": DEPLOY}
    found = [(f.claim, f.value, f.line) for f in READER.read(make_bundle(files))]
    jobs = [
        {"id": "build", "needs": [], "environment": None},
        {"id": "deploy", "needs": ["build"], "environment": "production"},
    ]
    assert found == [
        (
            Claim.WORKFLOW,
            {"name": "deploy", "triggers": ["push"], "jobs": jobs, "deploys": True},
            1,
        ),
        (Claim.DEPLOYS_WITH, {"tool": "helm", "pipeline": "deploy"}, 11),
        (Claim.ENVIRONMENT, {"name": "production"}, 6),
    ]


def test_a_script_that_people_start_deploys_without_a_pipeline() -> None:
    found = list(READER.read(make_bundle({"ship.sh": "terraform apply\n"})))
    assert [fact.value for fact in found] == [{"tool": "terraform", "pipeline": None}]


def test_a_pipeline_that_only_tests_deploys_nothing() -> None:
    (fact,) = READER.read(make_bundle({".gitlab-ci.yml": "test:\n  script: pytest\n"}))
    assert (fact.claim, fact["deploys"]) == (Claim.WORKFLOW, False)
