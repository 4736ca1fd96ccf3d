"""GitLab pipelines: jobs, what they extend, and the line of every command."""

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.gitlab_ci import GitlabCi

PIPELINE = """\
stages: [test, deploy]
default:
  before_script: [source env.sh]
variables:
  REGION: eu-west-1
.release:
  stage: deploy
  script:
    - kubectl apply -f k8s/
  environment: {name: production}
test:
  stage: test
  script: pytest
deploy:
  extends: .release
  when: manual
  timeout: 1h 30m
take back:
  extends: [.release]
  script: [kubectl rollout undo deployment/orders]
  rules:
    - when: on_failure
stop:
  script: [helm uninstall review]
  environment: {name: review, action: stop}
"""


def parse(text: str) -> GitlabCi:
    return GitlabCi.parse(".gitlab-ci.yml", text)


def test_jobs_with_what_they_take_over_from_templates() -> None:
    found = {job.id: job for job in parse(PIPELINE).jobs}
    assert list(found) == ["test", "deploy", "take back", "stop"]
    deploy = found["deploy"]
    assert (deploy.line, deploy.environment, deploy.is_manual) == (14, "production", True)
    assert deploy.timeout_minutes == 90
    assert [(c.line, c.program) for c in deploy.commands] == [(3, "source"), (9, "kubectl")]


def test_a_job_that_waits_for_a_failure() -> None:
    job = parse(PIPELINE).job("take back")
    assert job is not None
    assert job.runs_on_failure


def test_a_job_that_stops_a_place_deploys_to_none() -> None:
    job = parse(PIPELINE).job("stop")
    assert job is not None
    assert job.environment is None


def test_all_entries_of_a_script_are_one_shell() -> None:
    text = (
        "deploy:\n  script:\n    - ssh prod 'bash -s' << 'EOF'\n    - cd /srv\n"
        "    - docker compose up -d\n    - EOF\n    - |\n      echo a\n      echo b\n"
    )
    job = parse(text).jobs[0]
    assert [(c.line, c.program, c.host) for c in job.commands] == [
        (3, "ssh", ""),
        (4, "cd", "prod"),
        (5, "docker", "prod"),
        (8, "echo", ""),
        (9, "echo", ""),
    ]


def test_lines_taken_over_by_an_anchor_keep_their_place() -> None:
    text = ".a: &a\n  - echo shared\njob:\n  script:\n    - *a\n    - echo own\n"
    job = parse(text).jobs[0]
    assert [(c.line, c.words[1]) for c in job.commands] == [(2, "shared"), (6, "own")]


@pytest.mark.parametrize("text", ["", "- a", "a: ["])
def test_what_is_no_pipeline_is_refused(text: str) -> None:
    with pytest.raises(Unparsable):
        parse(text)
