"""GitHub workflows: jobs and steps, with the line of every command."""

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.workflow import RunScript, Workflow, run_scripts

DEPLOY = """\
name: deploy
on:
  push: {branches: [main]}
  workflow_dispatch:
permissions: {contents: read}
concurrency: {group: deploy, cancel-in-progress: false}
env:
  REGION: eu-west-1
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {persist-credentials: false}
      - name: build
        run: |
          docker build .

          docker push shop/orders:1
  deploy:
    needs: [build]
    environment: {name: production}
    timeout-minutes: 20
    defaults: {run: {working-directory: infra}}
    env:
      TOKEN: ${{ secrets.TOKEN }}
    steps:
      - run: terraform apply plan.tfplan
        continue-on-error: true
      - if: failure()
        run: >-
          ./rollback.sh
      - shell: pwsh
        run: Remove-Item x
"""


def parse(text: str, path: str = ".github/workflows/deploy.yml") -> Workflow:
    return Workflow.parse(path, text)


def test_what_starts_it_and_what_jobs_it_has() -> None:
    workflow = parse(DEPLOY)
    assert list(workflow.triggers) == ["push", "workflow_dispatch"]
    assert [(job.id, job.line, job.needs, job.environment) for job in workflow.jobs] == [
        ("build", 10, (), None),
        ("deploy", 20, ("build",), "production"),
    ]
    assert workflow.runs_on("push")
    assert not workflow.runs_on("schedule")


@pytest.mark.parametrize(
    ("on", "triggers"), [("on: push", ["push"]), ("on: [push, pull_request]", None)]
)
def test_triggers_in_each_spelling(on: str, triggers: list[str] | None) -> None:
    workflow = parse(f"{on}\njobs: {{}}\n")
    assert list(workflow.triggers) == (triggers or ["push", "pull_request"])


def test_every_line_of_a_block_is_a_line_of_the_file() -> None:
    build, _ = parse(DEPLOY).jobs
    assert [(c.line, c.program, c.words[1]) for c in build.commands] == [
        (17, "docker", "build"),
        (19, "docker", "push"),
    ]


def test_a_step_knows_its_circumstances() -> None:
    steps = parse(DEPLOY).jobs[1].steps
    assert [step.tolerated for step in steps] == [True, False, False]
    assert [step.runs_on_failure for step in steps] == [False, True, False]
    assert [step.directory for step in steps] == ["infra"] * 3
    assert [(c.line, c.program) for c in steps[1].commands] == [(32, "rollback.sh")]


def test_another_shell_is_not_read_as_this_one() -> None:
    assert parse(DEPLOY).jobs[1].steps[2].commands == ()


def test_what_an_action_is_given() -> None:
    step = parse(DEPLOY).jobs[0].steps[0]
    assert (step.action, step.given("persist-credentials")) == ("actions/checkout", "false")


def test_a_reference_is_no_value() -> None:
    workflow = parse(DEPLOY)
    (token,) = workflow.jobs[1].variables
    assert (token.value, token.reference) == (None, "${{ secrets.TOKEN }}")
    assert [(v.name, v.value) for v in workflow.variables] == [("REGION", "eu-west-1")]


def test_a_composite_action_is_one_job() -> None:
    text = (
        "name: release\nruns:\n  using: composite\n  steps:\n    - run: make\n      shell: bash\n"
    )
    action = parse(text, ".github/actions/release/action.yml")
    assert action.is_action
    assert [c.words for c in action.jobs[0].commands] == [("make",)]


@pytest.mark.parametrize("text", ["", "- a", "name: x", "jobs: ["])
def test_what_is_no_workflow_is_refused(text: str) -> None:
    with pytest.raises(Unparsable):
        parse(text)


@pytest.mark.parametrize(
    ("name", "a_trial"),
    [
        ("test", True),
        ("e2e-kind", True),
        ("deployment-tests", True),
        ("deploy", False),
        ("Build, test and deploy", False),
        ("deploy-production", False),
        ("latest", False),
    ],
)
def test_which_jobs_try_and_which_deploy(name: str, a_trial: bool) -> None:
    text = f"on: push\njobs:\n  x:\n    name: {name}\n    steps: [{{run: kubectl apply -f k8s}}]\n"
    assert parse(text).jobs[0].is_a_trial is a_trial


@pytest.mark.parametrize(
    "step", ["{uses: helm/kind-action@v1}", "{run: kind create cluster}", "{run: minikube start}"]
)
def test_a_cluster_of_its_own_makes_a_job_a_trial(step: str) -> None:
    assert parse(f"on: push\njobs:\n  x:\n    steps: [{step}]\n").jobs[0].is_a_trial


def test_a_run_line_keeps_its_line_and_an_expression_becomes_a_word() -> None:
    text = (
        "on: push\n"
        "jobs:\n"
        "  deploy:\n"
        "    steps:\n"
        "      - run: echo ${{ github.sha }}\n"
        "      - name: more\n"
        "        run: |\n"
        "          cd deploy\n"
        "\n"
        "          ./up ${{\n"
        "            inputs.place }}\n"
        "      - uses: actions/checkout@v4\n"
    )
    assert run_scripts(".github/workflows/a.yml", text) == [
        RunScript("echo _________________", 5),
        RunScript("cd deploy\n\n./up ___\n_________________\n", 8),
    ]


@pytest.mark.parametrize(
    "run",
    [
        "run: >\n          echo one\n          echo two\n",
        "run: echo one\n          echo two\n",
        'run: "echo one\n\n          echo two"\n',
        "run: exit 1\n        shell: pwsh\n",
        "run: print(1)\n        shell: python\n",
        "uses: actions/checkout@v4\n",
    ],
)
def test_a_run_whose_lines_are_none_of_the_file_or_no_shell_is_left_out(run: str) -> None:
    text = f"on: push\njobs:\n  a:\n    steps:\n      - name: x\n        {run}"
    assert run_scripts(".github/workflows/a.yml", text) == []


def test_the_shell_of_a_job_and_of_the_workflow_counts() -> None:
    steps = "    steps:\n      - run: ls\n"
    whole = f"on: push\ndefaults: {{run: {{shell: pwsh}}}}\njobs:\n  a:\n{steps}"
    job = f"{whole}  b:\n    defaults: {{run: {{shell: bash}}}}\n{steps}"
    assert run_scripts(".github/workflows/a.yml", job) == [RunScript("ls", 10)]


@pytest.mark.parametrize("text", ["", "jobs: [", "- a\n", "jobs: 3\n", "jobs: {a: {steps: 3}}\n"])
def test_what_is_no_workflow_has_no_scripts(text: str) -> None:
    assert run_scripts(".github/workflows/a.yml", text) == []
