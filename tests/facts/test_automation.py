"""The ways on which a change reaches users, followed through scripts and other workflows."""

from opsready.documents.tool import Does
from opsready.facts.automation import Automation, DeployPath, read_automation
from tests.build import make_bundle

DEPLOY = """\
name: deploy
on: push
jobs:
  deploy:
    environment: production
    steps:
      - run: {run}
"""


def automation(files: dict[str, str]) -> Automation:
    return read_automation(make_bundle(files))


def only_path(files: dict[str, str]) -> DeployPath:
    (path,) = automation(files).paths
    return path


def workflow(run: str) -> dict[str, str]:
    return {".github/workflows/deploy.yml": DEPLOY.format(run=run)}


def acts(path: DeployPath) -> list[str]:
    """Place, and the first words, of everything on a path."""
    return [f"{a.effect.path}:{a.effect.line} {a.effect.name}" for a in path.acts]


class TestFollowing:
    def test_a_script_that_a_step_calls(self) -> None:
        files = {
            **workflow("./scripts/release"),
            "scripts/release": "#!/bin/sh\nset -e\nkubectl apply -f k8s/\n./scripts/check\n",
            "scripts/check": "#!/bin/sh\nkubectl rollout status deployment/a\n",
        }
        assert acts(only_path(files)) == [
            "scripts/release:3 kubectl apply",
            "scripts/check:2 kubectl rollout status",
        ]

    def test_a_target_of_make_and_what_it_needs(self) -> None:
        files = {
            **workflow("make -C ops release"),
            "ops/Makefile": "release: build\n\thelm upgrade a .\nbuild:\n\tdocker build .\n",
        }
        assert acts(only_path(files)) == [
            "ops/Makefile:4 docker build",
            "ops/Makefile:2 helm upgrade",
        ]

    def test_a_script_of_package_json(self) -> None:
        files = {
            **workflow("npm run ship"),
            "package.json": '{"scripts": {\n"ship": "helm upgrade a ."}}',
        }
        assert acts(only_path(files)) == ["package.json:2 helm upgrade"]

    def test_a_script_from_the_working_folder(self) -> None:
        files = {
            **workflow("./release.sh\n        working-directory: ops"),
            "ops/release.sh": "kubectl apply -f x\n",
            "release.sh": "true\n",
        }
        assert acts(only_path(files)) == ["ops/release.sh:1 kubectl apply"]

    def test_a_reusable_workflow_is_part_of_its_caller(self) -> None:
        files = {
            ".github/workflows/main.yml": (
                "on: push\njobs:\n  ship:\n    uses: ./.github/workflows/ship.yml\n"
            ),
            ".github/workflows/ship.yml": (
                "on: workflow_call\njobs:\n  go:\n    steps: [{run: kubectl apply -f x}]\n"
            ),
        }
        assert [path.path for path in automation(files).paths] == [".github/workflows/main.yml"]

    def test_a_composite_action_of_the_tree(self) -> None:
        files = {
            ".github/workflows/main.yml": (
                "on: push\njobs:\n  ship:\n    steps: [{uses: ./.github/actions/ship}]\n"
            ),
            ".github/actions/ship/action.yml": (
                "runs:\n  using: composite\n  steps:\n    - {run: kubectl apply -f x, shell: sh}\n"
            ),
        }
        assert acts(only_path(files)) == [".github/actions/ship/action.yml:4 kubectl apply"]

    def test_scripts_that_call_each_other_end(self) -> None:
        files = {
            **workflow("./a.sh"),
            "a.sh": "kubectl apply -f x\n./b.sh\n",
            "b.sh": "./a.sh\n",
        }
        assert only_path(files).deploys

    def test_what_a_caller_tolerates_is_tolerated_below(self) -> None:
        files = {**workflow("./back.sh || true"), "back.sh": "helm rollback a\n"}
        (pipeline,) = automation(files).pipelines
        (act,) = [a for a in pipeline.that(Does.ROLLS_BACK) if a.effect.tool == "helm"]
        assert act.effect.command is not None
        assert act.effect.command.tolerated


class TestTrials:
    def test_a_workflow_for_proposals_deploys_nothing_for_users(self) -> None:
        text = "on: [pull_request]\njobs:\n  preview:\n    steps: [{run: helm upgrade a .}]\n"
        assert automation({".github/workflows/pr.yml": text}).paths == []

    def test_a_throw_away_cluster_is_a_trial(self) -> None:
        text = (
            "on: push\njobs:\n  x:\n    steps:\n      - uses: helm/kind-action@v1\n"
            "      - run: kubectl apply -f k8s/\n"
        )
        assert automation({".github/workflows/x.yml": text}).paths == []

    def test_a_review_place_is_a_trial_and_production_is_none(self) -> None:
        text = (
            "review:\n  script: kubectl apply -f x\n  environment: review/$CI_COMMIT_REF_SLUG\n"
            "live:\n  script: kubectl apply -f x\n  environment: production\n"
        )
        path = only_path({".gitlab-ci.yml": text})
        assert [job.id for job in path.jobs] == ["live"]

    def test_a_place_named_by_a_variable_may_be_production(self) -> None:
        files = workflow("kubectl apply -f x")
        text = files[".github/workflows/deploy.yml"].replace("production", "${{ inputs.place }}")
        assert only_path({".github/workflows/deploy.yml": text}).deploys


class TestOnItsMachine:
    def test_containers_brought_up_in_a_job_with_a_place(self) -> None:
        (act,) = only_path(workflow("docker compose up -d --wait")).deploys
        assert act.effect.tool == "compose"
        assert act.effect.is_a(Does.VERIFIES)

    def test_containers_brought_up_for_a_test_deploy_nothing(self) -> None:
        text = "on: push\njobs:\n  x:\n    steps: [{run: docker compose up -d}]\n"
        assert automation({".github/workflows/x.yml": text}).paths == []


class TestScripts:
    def test_a_script_that_no_pipeline_calls_is_a_path_of_its_own(self) -> None:
        files = {"ship.sh": "kubectl apply -f x\n", "test.sh": "pytest\n"}
        assert [path.path for path in automation(files).scripts] == ["ship.sh"]

    def test_a_target_that_calls_a_script_stands_for_both(self) -> None:
        files = {"Makefile": "ship:\n\t./ship.sh\n", "ship.sh": "kubectl apply -f x\n"}
        assert [path.name for path in automation(files).scripts] == ["make ship"]

    def test_a_script_that_a_pipeline_calls_is_no_path_of_its_own(self) -> None:
        files = {**workflow("sh ship.sh"), "ship.sh": "kubectl apply -f x\n"}
        assert automation(files).scripts == ()


def test_what_stands_behind_an_act() -> None:
    run = "|\n          curl -f a\n          kubectl apply -f x\n          curl -f b"
    path = only_path(workflow(run))
    (deploy,) = path.deploys
    assert [act.effect.line for act in path.after(deploy, Does.VERIFIES)] == [10]


def test_a_step_under_failure_runs_only_then() -> None:
    text = (
        "on: push\njobs:\n  x:\n    steps:\n      - run: helm upgrade a .\n"
        "      - if: failure()\n        run: helm rollback a\n"
    )
    deploy, back = only_path({".github/workflows/x.yml": text}).acts
    assert (deploy.runs_on_failure, back.runs_on_failure) == (False, True)


class TestOrder:
    JOBS = (
        "on: push\njobs:\n  a:\n    steps: [{run: alembic upgrade head}]\n"
        "  b:\n    needs: [a]\n    steps: [{run: pytest}]\n"
        "  c:\n    needs: b\n    steps: [{run: kubectl apply -f x}, {run: ./verify}]\n"
        "  d:\n    steps: [{run: kubectl apply -f y}]\n"
    )
    STAGES = (
        "stages: [build, ship]\ndeploy:\n  stage: ship\n  script: kubectl apply -f x\n"
        "schema:\n  stage: build\n  script: alembic upgrade head\n"
    )

    def test_jobs_that_wait_for_each_other_have_an_order_through_others(self) -> None:
        path = only_path({".github/workflows/d.yml": self.JOBS})
        migrate, deploy, verify, other = path.acts
        assert path.is_certain_order(migrate, deploy)
        assert path.is_certain_order(deploy, verify)
        assert not path.is_certain_order(deploy, migrate)
        assert not path.is_certain_order(migrate, other)
        assert not path.is_certain_order(other, migrate)

    def test_jobs_of_a_stage_wait_for_the_stages_before(self) -> None:
        path = only_path({".gitlab-ci.yml": self.STAGES})
        deploy, migrate = path.acts
        assert path.is_certain_order(migrate, deploy)
        assert not path.is_certain_order(deploy, migrate)


def test_what_belongs_to_the_way_back() -> None:
    files = {
        **workflow("./rollback && ./deploy.sh"),
        "rollback": "#!/bin/sh\nkubectl apply -f old\n",
        "deploy.sh": "kubectl apply -f new\n",
    }
    assert [act.takes_back for act in only_path(files).deploys] == [True, False]


def test_where_the_pipeline_brings_an_act_about() -> None:
    files = {**workflow("./scripts/release.sh"), "scripts/release.sh": "kubectl apply -f x\n"}
    (act,) = only_path(files).acts
    assert act.called_at == (".github/workflows/deploy.yml", 7)


def test_a_tree_is_followed_once_and_anew_when_a_file_is_another() -> None:
    path = ".github/workflows/deploy.yml"
    bundle = make_bundle({path: "on: push\njobs: {}\n"})
    assert read_automation(bundle) is read_automation(bundle)
    applied = "on: push\njobs: {a: {steps: [{run: terraform apply}]}}\n"
    changed = bundle.with_sources(make_bundle({path: applied}).sources)
    assert [len(p.deploys) for p in read_automation(changed).pipelines] == [1]
