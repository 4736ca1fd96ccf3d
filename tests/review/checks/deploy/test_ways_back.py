"""Ways forward and back: order, versions, looks that cannot fail, plans, and who may deploy."""

import pytest

from opsready.review.check import Check
from opsready.review.checks.deploy import (
    circuit_breaker_off,
    deploy_role_open,
    migration_after_shift,
    plan_made_after_approval,
    rollback_to_same_version,
    state_unlocked,
    verification_cannot_fail,
)
from tests.build import make_case

PATH = ".github/workflows/deploy.yml"


def found(check: Check, files: dict[str, str]) -> list[str]:
    return [f"{f.path}:{f.line}" for f in check.find(make_case(files))]


def workflow(*steps: str, job: str = "") -> dict[str, str]:
    lines = "".join(f"      - {step}\n" for step in steps)
    return {PATH: f"on: push\njobs:\n  deploy:\n{job}    steps:\n{lines}"}


def script(name: str, *lines: str) -> dict[str, str]:
    return {f"deploy/pipeline/{name}": "\n".join(["#!/usr/bin/env bash", *lines, ""])}


class TestMigrationAfterShift:
    @pytest.mark.parametrize(
        ("steps", "is_found"),
        [
            (("kubectl apply -f k8s", "alembic upgrade head"), True),
            (("helm upgrade a .", "kubectl exec deploy/a -- python manage.py migrate"), True),
            (("kubectl apply -f k8s", "./scripts/migrate.sh"), True),
            (("kubectl apply -f k8s", "kubectl apply -f jobs/migration.yaml"), True),
            (("alembic upgrade head", "kubectl apply -f k8s"), False),
            (("./migrate before", "kubectl apply -f k8s", "./migrate after"), False),
            (("kubectl apply -f db", "alembic upgrade head", "kubectl apply -f web"), False),
            (("alembic check", "kubectl apply -f k8s"), False),
        ],
    )
    def test_which_order_is_a_fault(self, steps: tuple[str, ...], is_found: bool) -> None:
        files = workflow(*(f"run: {step}" for step in steps))
        assert bool(found(migration_after_shift.CHECK, files)) is is_found

    def test_jobs_that_wait_for_no_other_have_no_order(self) -> None:
        first = "  a:\n    steps: [{run: kubectl apply -f x}]\n"
        second = "  b:\n    steps: [{run: alembic upgrade head}]\n"
        jobs = f"on: push\njobs:\n{first}{second}"
        assert found(migration_after_shift.CHECK, {PATH: jobs}) == []
        waiting = jobs.replace("  b:\n", "  b:\n    needs: [a]\n")
        assert found(migration_after_shift.CHECK, {PATH: waiting}) == [f"{PATH}:7"]

    def test_the_place_is_the_step_that_calls_the_script(self) -> None:
        files = {
            **workflow("run: terraform apply p.tfplan", "run: bash deploy/pipeline/migrate"),
            **script("migrate", "aws ecs run-task --started-by migrate"),
        }
        assert found(migration_after_shift.CHECK, files) == [f"{PATH}:6"]

    def test_what_another_environment_did_before_is_no_shift_of_this_one(self) -> None:
        jobs = "".join(
            f"  {place}:\n    needs: [{before}]\n    environment: {place}\n    steps:\n"
            "      - run: alembic upgrade head\n      - run: kubectl apply -f x\n"
            for place, before in (("staging", "x"), ("production", "staging"))
        )
        assert found(migration_after_shift.CHECK, {PATH: f"on: push\njobs:\n{jobs}"}) == []


PLAN = (
    "terraform plan -var-file=envs/$ENVIRONMENT.tfvars -var-file=$OUT/release.json -out=$OUT/plan"
)
APPLY = "terraform apply $OUT/plan"
BACK = "{name: roll back, if: failure(), run: bash deploy/pipeline/rollback}"


def way_back(*lines: str) -> dict[str, str]:
    return {**workflow(f"run: {PLAN}", f"run: {APPLY}", BACK), **script("rollback", *lines)}


class TestRollbackToSameVersion:
    @pytest.mark.parametrize(
        ("lines", "line"),
        [
            ((PLAN, APPLY), 2),
            ((PLAN.replace("release", "previous"), APPLY), None),
            ((PLAN.replace("release.json", "back.json"), "cp $OUT/release.json $OUT/back.json"), 2),
            (("OUT=old", PLAN, APPLY), None),
            ((APPLY,), 2),
        ],
    )
    def test_plans_of_the_same_release(self, lines: tuple[str, ...], line: int | None) -> None:
        at = found(rollback_to_same_version.CHECK, way_back(*lines))
        assert at == ([f"deploy/pipeline/rollback:{line}"] if line else [])

    @pytest.mark.parametrize(
        ("forward", "back", "is_found"),
        [
            ("kubectl set image d/a a=a:$TAG", "kubectl set image d/a a=a:$TAG", True),
            ("kubectl set image d/a a=a:$TAG", "kubectl set image d/a a=a:$OLD_TAG", False),
            ("kubectl set image d/a a=a:$TAG", "TAG=$OLD; kubectl set image d/a a=a:$TAG", False),
            ("helm upgrade a . --set tag=$T", "helm upgrade a . --set tag=$GITHUB_SHA", True),
            ("kubectl apply -f k8s", "kubectl apply -f k8s", False),
            ("kubectl apply -f k8s", "kubectl rollout undo d/a", False),
        ],
    )
    def test_commands_with_the_same_version(self, forward: str, back: str, is_found: bool) -> None:
        files = workflow(f"run: {forward}", "{if: failure(), run: '" + back + "'}")
        assert bool(found(rollback_to_same_version.CHECK, files)) is is_found

    def test_a_variable_that_the_step_sets_is_its_own(self) -> None:
        command = "kubectl set image d/a a=a:$TAG"
        step = "{if: failure(), run: '" + command + "', env: {TAG: '${{ needs.x.outputs.old }}'}}"
        assert found(rollback_to_same_version.CHECK, workflow(f"run: {command}", step)) == []


class TestVerificationCannotFail:
    @pytest.mark.parametrize(
        ("step", "is_found"),
        [
            ("run: kubectl rollout status d/a || true", True),
            ("run: curl -s https://$HOST/readyz", True),
            ("run: curl -sf https://$HOST/readyz", False),
            ("run: curl -fsS https://$HOST/readyz || echo down", True),
            ("run: curl -sf https://$HOST/readyz || exit 1", False),
            ("run: curl -s https://$HOST/readyz | grep ready", False),
            ("run: test $(curl -s -o /dev/null -w '%{http_code}' https://$HOST) = 200", False),
            ("{run: kubectl rollout status d/a, continue-on-error: true}", True),
            ("run: for i in 1 2 3; do curl -sf https://$HOST && break; sleep 5; done", True),
            ("run: for i in 1 2 3; do curl -sf $URL && exit 0; sleep 5; done; exit 1", False),
            ("run: until curl -sf https://$HOST; do sleep 5; done", False),
            ("run: bash deploy/pipeline/verify || true", True),
            ("run: bash deploy/pipeline/verify", False),
        ],
    )
    def test_which_looks_change_nothing(self, step: str, is_found: bool) -> None:
        step = f'run: "{step[5:]}"' if step.startswith("run: ") else step
        files = {
            **workflow("run: kubectl apply -f k8s", step),
            **script("verify", "curl --fail https://$HOST/readyz"),
        }
        expected = [f"{PATH}:6"] if is_found else []
        assert found(verification_cannot_fail.CHECK, files) == expected

    def test_one_look_that_can_fail_is_enough(self) -> None:
        steps = ("run: kubectl apply -f x", "run: curl -s $URL", "run: kubectl rollout status d/a")
        assert found(verification_cannot_fail.CHECK, workflow(*steps)) == []


class TestPlanMadeAfterApproval:
    @pytest.mark.parametrize(
        ("job", "steps", "is_found"),
        [
            ("    environment: live\n", ("terraform plan -out=p", "terraform apply p"), True),
            ("", ("terraform plan -out=p", "terraform apply p"), False),
            ("    environment: live\n", ("terraform apply p",), False),
            ("    environment: live\n", ("terraform plan -out=q", "terraform apply p"), False),
        ],
    )
    def test_where_the_plan_is_made(self, job: str, steps: tuple[str, ...], is_found: bool) -> None:
        files = workflow(*(f"run: {step}" for step in steps), job=job)
        assert bool(found(plan_made_after_approval.CHECK, files)) is is_found


ROLE = """\
data "aws_iam_policy_document" "a" {{
  statement {{
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {{
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }}
{condition}
  }}
}}

resource "aws_iam_openid_connect_provider" "github" {{
  url = "https://token.actions.githubusercontent.com"
}}
"""
CONDITION = """\
    condition {{
      test     = "{test}"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["{subject}"]
    }}"""
JSON = """\
resource "aws_iam_role" "a" {{
  assume_role_policy = jsonencode({{
    Statement = [{{
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = {{ Federated = "arn:x/token.actions.githubusercontent.com" }}
      Condition = {{ StringLike = {{ "token.actions.githubusercontent.com:sub" = "{subject}" }} }}
    }}]
  }})
}}
"""


class TestDeployRoleOpen:
    @pytest.mark.parametrize(
        ("test", "subject", "is_found"),
        [
            ("StringLike", "repo:o/n:*", True),
            ("StringLike", "repo:${var.repository}:*", True),
            ("StringLike", "repo:o/*", True),
            ("StringLike", "repo:o/n:ref:refs/heads/*", True),
            ("StringLike", "repo:o/n:environment:*", True),
            ("StringLike", "repo:o/n:ref:refs/tags/v*", False),
            ("StringLike", "repo:${var.repository}:environment:${var.environment}", False),
            ("StringEquals", "repo:o/n:environment:production", False),
            ("StringEquals", "repo:o/n:*", True),
        ],
    )
    def test_which_subjects_are_open(self, test: str, subject: str, is_found: bool) -> None:
        condition = CONDITION.format(test=test, subject=subject)
        at = found(deploy_role_open.CHECK, {"a.tf": ROLE.format(condition=condition)})
        assert at == (["a.tf:11"] if is_found else [])

    def test_no_condition_at_all_is_open_to_the_whole_code_host(self) -> None:
        assert found(deploy_role_open.CHECK, {"a.tf": ROLE.format(condition="")}) == ["a.tf:2"]

    def test_a_provider_that_a_local_chooses(self) -> None:
        text = ROLE.format(condition="").replace(
            "[aws_iam_openid_connect_provider.github.arn]", "[local.provider]"
        )
        local = "locals {\n  provider = one(aws_iam_openid_connect_provider.github[*].arn)\n}\n"
        assert found(deploy_role_open.CHECK, {"a.tf": text + local}) == ["a.tf:2"]

    def test_a_cluster_that_signs_tokens_is_no_code_host(self) -> None:
        cluster = ROLE.format(condition="").replace(
            "token.actions.githubusercontent.com", "oidc.eks"
        )
        assert found(deploy_role_open.CHECK, {"a.tf": cluster}) == []

    def test_a_subject_in_a_local_and_in_a_policy_written_as_json(self) -> None:
        local = 'locals {\n  who = "repo:o/n:*"\n}\n'
        named = CONDITION.format(test="StringLike", subject="x").replace('"x"', "local.who")
        files = {"a.tf": ROLE.format(condition=named), "b.tf": local}
        assert found(deploy_role_open.CHECK, files) == ["b.tf:2"]
        assert found(deploy_role_open.CHECK, {"a.tf": JSON.format(subject="repo:o/n:*")}) == [
            "a.tf:6"
        ]
        closed = JSON.format(subject="repo:o/n:environment:production")
        assert found(deploy_role_open.CHECK, {"a.tf": closed}) == []


class TestStateUnlocked:
    @pytest.mark.parametrize(
        ("backend", "init", "is_found"),
        [
            ('bucket = "b"', "", True),
            ('bucket = "b"\nuse_lockfile = true', "", False),
            ('bucket = "b"\nuse_lockfile = false', "", True),
            ('bucket = "b"\ndynamodb_table = "t"', "", False),
            ("", "", False),
            ("", 'terraform init -backend-config="bucket=$BUCKET"', True),
            (
                "",
                "terraform init -backend-config=bucket=b -backend-config=use_lockfile=true",
                False,
            ),
            ("", "terraform init -backend-config=prod.conf", False),
            ("use_lockfile = true", "terraform init -backend-config=bucket=b", False),
        ],
    )
    def test_what_a_backend_is_given(self, backend: str, init: str, is_found: bool) -> None:
        module = 'terraform {\n  backend "s3" {\n' + backend + "\n  }\n}\n"
        files = {"a.tf": module, **script("plan", init)}
        assert bool(found(state_unlocked.CHECK, files)) is is_found

    def test_settings_in_a_file_of_their_own(self) -> None:
        files = {
            "a.tf": 'terraform {\n  backend "s3" {\n    bucket = "b"\n  }\n}\n',
            "prod.s3.tfbackend": "use_lockfile = true\n",
        }
        assert found(state_unlocked.CHECK, files) == []

    @pytest.mark.parametrize(("option", "is_found"), [("-lock=false", True), ("-lock=true", False)])
    def test_commands_that_leave_the_lock_out(self, option: str, is_found: bool) -> None:
        files = workflow(f"run: terraform apply {option} p.tfplan")
        assert bool(found(state_unlocked.CHECK, files)) is is_found


SERVICE = (
    'resource "aws_ecs_service" "a" {{\n{body}\n}}\n\nvariable "on" {{\n  default = {on}\n}}\n'
)
BREAKER = "  deployment_circuit_breaker {{\n    {enable}\n    {rollback}\n  }}"


class TestCircuitBreakerOff:
    @pytest.mark.parametrize(
        ("enable", "rollback", "on", "line"),
        [
            ("enable = true", "rollback = true", "true", None),
            ("enable = true", "rollback = false", "true", 4),
            ("enable = false", "rollback = true", "true", 3),
            ("enable = true", "", "true", 2),
            ("enable = true", "rollback = var.on", "true", None),
            ("enable = true", "rollback = var.on", "false", 4),
        ],
    )
    def test_what_a_breaker_is_set_to(
        self, enable: str, rollback: str, on: str, line: int | None
    ) -> None:
        body = BREAKER.format(enable=enable, rollback=rollback)
        files = {"a.tf": SERVICE.format(body=body, on=on)}
        expected = [f"a.tf:{line}"] if line else []
        assert found(circuit_breaker_off.CHECK, files) == expected

    @pytest.mark.parametrize(
        ("body", "is_found"),
        [
            ("", True),
            ('  deployment_controller {\n    type = "CODE_DEPLOY"\n  }', False),
            ('  deployment_controller {\n    type = "ECS"\n  }', True),
            ('  scheduling_strategy = "DAEMON"', False),
        ],
    )
    def test_services_that_another_judges(self, body: str, is_found: bool) -> None:
        files = {"a.tf": SERVICE.format(body=body, on="true")}
        assert bool(found(circuit_breaker_off.CHECK, files)) is is_found
