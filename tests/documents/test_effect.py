"""What commands and steps do to a running service."""

import pytest

from opsready.documents.effect import effect_of, effects_of
from opsready.documents.shell import read_shell
from opsready.documents.tool import ACTIONS, BY_HAND, COMMANDS
from opsready.documents.workflow import Workflow


def does(text: str) -> tuple[str, ...]:
    """What the last command of a text does, then the tool."""
    effect = effect_of(read_shell("x", text)[-1])
    return () if effect is None else (*sorted(effect.does), effect.tool)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kubectl apply -f k8s/", ("deploys", "kubernetes")),
        ("kubectl -n prod set image deployment/a a=b:1", ("deploys", "kubernetes")),
        ("kubectl apply --dry-run=server -f k8s/", ("tests", "kubernetes")),
        ("kubectl rollout status deployment/a", ("verifies", "kubernetes")),
        ("kubectl rollout undo deployment/a", ("rolls back", "kubernetes")),
        ("alembic upgrade head", ("migrates", "migration")),
        ("kubectl exec deploy/a -- python manage.py migrate", ("migrates", "migration")),
        ("bash deploy/pipeline/migrate", ("migrates", "migration")),
        ("aws ecs run-task --started-by migrate-1", ("migrates", "migration")),
        ("kubectl apply -f jobs/migration.yaml", ("deploys", "migrates", "kubernetes")),
        ("alembic history", ()),
        ("kubectl get pods", ()),
        ("helm upgrade --install a ./chart", ("deploys", "helm")),
        ("helm upgrade a ./chart --wait", ("deploys", "verifies", "helm")),
        ("helm upgrade a ./chart --atomic", ("deploys", "rolls back", "verifies", "helm")),
        ("helm rollback a --wait", ("rolls back", "verifies", "helm")),
        ("helm plugin install diff", ()),
        ("terraform -chdir=infra plan -out=p", ("plans", "tests", "terraform")),
        ("terraform apply -auto-approve", ("deploys", "terraform")),
        ("terraform apply plan.tfplan", ("deploys", "plans", "terraform")),
        ("terraform init", ()),
        ("aws ecs update-service --force-new-deployment", ("deploys", "ecs")),
        ("aws ecs wait services-stable --services a", ("verifies", "ecs")),
        ("aws ecs describe-services --services a", ()),
        ("until a; do aws ecs describe-services --services a; done", ("verifies", "ecs")),
        ("gcloud run deploy orders", ("deploys", "rolls back", "verifies", "cloudrun")),
        ("docker build .", ("tests", "image")),
        ('"$ENGINE" build --tag a .', ("tests", "image")),
        ('"$ENGINE" build', ()),
        ('"$ENGINE" push a', ()),
        ("docker push a", ()),
        ("docker compose up -d", ()),
        ("ssh prod docker compose up -d", ("deploys", "ssh")),
        ("ssh prod docker ps", ()),
        ("ssh prod /srv/deploy.sh", ("deploys", "ssh")),
        ("scp app.war deploy@prod:/srv", ("deploys", "ssh")),
        ("scp deploy@prod:/var/log/app.log .", ()),
        ("rsync -a dist/ $HOST:/srv", ("deploys", "ssh")),
        ("curl --fail https://$HOST/readyz", ("verifies", "http")),
        ("curl -sfLo tool https://x.io/tool", ()),
        ("curl -X POST https://hooks.example.com", ()),
        ("curl -LO https://dl.k8s.io/kubectl", ()),
        ("curl -so /dev/null https://a", ("verifies", "http")),
        ("./scripts/smoke-test.sh", ("verifies", "http")),
        ("./deploy.sh", ("deploys", "script")),
        ("make deploy", ("deploys", "script")),
        ("make rollback", ("rolls back", "rollback")),
        ("make test", ()),
        ("opsready release deploy a", ("deploys", "rolls back", "verifies", "release")),
        ("git push origin main", ()),
        ("git push heroku main", ("deploys", "heroku")),
    ],
)
def test_what_a_command_does(text: str, expected: tuple[str, ...]) -> None:
    assert does(text) == expected


@pytest.mark.parametrize("text", ["ansible-playbook site.yml", "helmfile apply", "pulumi up"])
def test_a_tool_whose_own_files_decide_is_opaque(text: str) -> None:
    effect = effect_of(read_shell("x", text)[0])
    assert effect is not None
    assert effect.is_opaque


def effects(step: str) -> list[tuple[str, ...]]:
    workflow = Workflow.parse(
        ".github/workflows/x.yml", f"on: push\njobs:\n  x:\n    steps:\n      - {step}\n"
    )
    return [(*sorted(e.does), e.tool) for e in effects_of(workflow.jobs[0].steps[0])]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{uses: actions/checkout@v4}", []),
        ("{uses: aws-actions/amazon-ecs-deploy-task-definition@v2}", [("deploys", "ecs")]),
        (
            "{uses: aws-actions/amazon-ecs-deploy-task-definition@v2,"
            " with: {wait-for-service-stability: true}}",
            [("deploys", "verifies", "ecs")],
        ),
        ("{uses: Azure/k8s-deploy@v5}", [("deploys", "verifies", "kubernetes")]),
        ("{uses: docker/build-push-action@v6}", [("tests", "image")]),
        (
            "{uses: appleboy/ssh-action@v1, with: {host: a, script: 'cd x; docker compose up -d'}}",
            [("deploys", "ssh")],
        ),
        ("{uses: nick-fields/retry@v3, with: {command: helm test a}}", [("verifies", "helm")]),
        ("{name: Roll back, run: ./undo.sh}", [("rolls back", "rollback")]),
        ("{name: Verify the release, run: python probe.py}", [("verifies", "http")]),
        ("{name: Roll back}", []),
    ],
)
def test_what_a_step_does(step: str, expected: list[tuple[str, ...]]) -> None:
    assert effects(step) == expected


def test_commands_handed_to_an_action_have_their_lines() -> None:
    text = """\
on: push
jobs:
  x:
    steps:
      - uses: appleboy/ssh-action@v1
        with:
          host: ${{ secrets.HOST }}
          script: |
            cd /srv
            docker compose up -d
"""
    step = Workflow.parse(".github/workflows/x.yml", text).jobs[0].steps[0]
    assert [(e.line, e.name) for e in effects_of(step)] == [(10, "docker compose up")]


def test_no_row_of_the_tables_is_shadowed_by_an_earlier_one() -> None:
    for table in (COMMANDS, BY_HAND):
        for program, rows in table.items():
            for number, row in enumerate(rows):
                earlier = [r.words for r in rows[:number]]
                shadows = [w for w in earlier if _is_within(w, row.words)]
                assert shadows == [], f"{program} {row.words} is never reached"


def _is_within(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    rest = iter(others)
    return all(word in rest for word in words)


def test_actions_are_named_in_lower_case() -> None:
    assert [a.name.pattern for a in ACTIONS if a.name.pattern.lower() != a.name.pattern] == []
