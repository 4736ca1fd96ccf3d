"""Deploys that a document tells a person to type, and the sections that do something else."""

import pytest

from opsready.review.checks.deploy.manual_deploy_step import CHECK
from tests.build import make_case

MANIFEST = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"


def found(text: str, path: str = "README.md", **files: str) -> list[str]:
    case = make_case({path: text, "k8s/a.yaml": MANIFEST, **files})
    return [f"{f.line}: {f.message.partition(': ')[2]}" for f in CHECK.find(case)]


def block(heading: str, *commands: str, language: str = "sh") -> str:
    lines = "\n".join(commands)
    return f"# Orders\n\n## {heading}\n\n```{language}\n{lines}\n```\n"


@pytest.mark.parametrize(
    ("commands", "shown"),
    [
        (("kubectl apply -f k8s/",), "6: `kubectl apply`"),
        (("ssh prod docker restart orders",), "6: `docker restart`"),
        (("$ ssh prod", "$ docker pull a", "$ exit"), "6: `docker pull`, `ssh prod`"),
        (("ssh prod", "sudo systemctl restart orders"), "6: `systemctl restart`, `ssh prod`"),
        (("scp app.tgz deploy@prod:/srv",), "6: `scp`"),
        (("cd app", "aws ecs update-service --service a"), "7: `aws ecs update-service`"),
    ],
)
def test_commands_that_change_what_runs(commands: tuple[str, ...], shown: str) -> None:
    assert found(block("Deploy", *commands)) == [shown]


@pytest.mark.parametrize(
    "heading",
    ["Deploy", "Deployment", "How to deploy", "Going live", "Production", "Rolling out a version"],
)
def test_headings_about_deploying(heading: str) -> None:
    assert found(block(heading, "kubectl apply -f k8s/"))


@pytest.mark.parametrize(
    "heading",
    [
        "Local development",
        "Deploy to minikube",
        "Try a deployment locally",
        "Rollback",
        "Troubleshooting a deployment",
        "Releasing to PyPI",
        "Usage",
    ],
)
def test_headings_about_something_else(heading: str) -> None:
    assert found(block(heading, "kubectl apply -f k8s/")) == []


def test_the_name_of_a_page_is_its_first_heading() -> None:
    text = "# Orders\n\n```sh\nkubectl apply -f k8s/\n```\n"
    assert found(text, "docs/deployment.md")
    assert not found(text, "docs/overview.md")


def test_a_heading_below_one_about_deploying_may_lead_elsewhere() -> None:
    text = "# Deployment\n\n## Local cluster\n\n```sh\nkubectl apply -f k8s/\n```\n"
    assert found(text) == []


@pytest.mark.parametrize(
    "command",
    [
        "git push origin main",
        "kubectl get pods",
        "kubectl apply -f https://example.com/all.yaml",
        "helm install my-orders shop/orders",
        "terraform apply",
        "ssh prod",
        "docker run -p 80:80 shop/orders",
        "docker compose up -d",
        "./deploy.sh",
    ],
)
def test_what_is_no_step_of_our_own_deploy(command: str) -> None:
    """Others' files, a look, a tunnel, a container on one's own machine; a script has a check of
    its own."""
    assert found(block("Deploy", command)) == []


def test_terraform_counts_where_the_tree_has_modules() -> None:
    module = 'resource "aws_sqs_queue" "a" {}\n'
    assert found(block("Deploy", "terraform apply"), **{"infra/main.tf": module})


@pytest.mark.parametrize("language", ["yaml", "python", "json"])
def test_code_in_another_language_is_no_command(language: str) -> None:
    assert found(block("Deploy", "kubectl apply -f k8s/", language=language)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Open the AWS console and click *Reboot*.",
        "1. Log in to the server and restart it.",
        "Then click the *Promote* button of the dashboard.",
        "- SSH into each host.",
    ],
)
def test_sentences_that_ask_for_a_hand(sentence: str) -> None:
    assert len(found(f"# Deploy\n\n{sentence}\n")) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Click *Approve* in the console to let the deployment go on.",
        "Click *Run workflow* on the actions page of the dashboard.",
        "Do not log in to the servers.",
        "The UI enables users to click a button to start their servers.",
        "Open the dashboard and watch the error rate.",
    ],
)
def test_starting_approving_and_watching_is_no_step(sentence: str) -> None:
    assert found(f"# Deploy\n\n{sentence}\n") == []


@pytest.mark.parametrize(
    "path", ["CHANGELOG.md", "examples/README.md", "tests/README.md", "docs/adr/0001-deploy.md"]
)
def test_pages_that_tell_nobody_how_to_deploy(path: str) -> None:
    assert found(block("Deploy", "kubectl apply -f k8s/"), path) == []


def test_the_page_of_a_chart_is_for_its_users() -> None:
    text = block("Deploy", "helm upgrade a .")
    assert found(text, "charts/a/README.md", **{"charts/a/Chart.yaml": "name: a\n"}) == []
    assert found(text, **{"charts/a/Chart.yaml": "name: a\n"})


def test_a_block_without_a_command_is_no_step() -> None:
    assert found(block("Deploy", "")) == []
