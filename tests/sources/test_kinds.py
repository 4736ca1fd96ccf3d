"""A path and a text in, the kind of the file out."""

import pytest

from opsready.sources.kinds import Kind, kind_of


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("app.py", "", Kind.PYTHON),
        ("bin/serve", "#!/usr/bin/env python3\n", Kind.PYTHON),
        ("bin/deploy", "#!/bin/bash\n", Kind.SHELL),
        ("bin/notes", "hello\n", Kind.TEXT),
        ("README.rst", "", Kind.MARKDOWN),
        ("Dockerfile.prod", "", Kind.DOCKERFILE),
        ("docker/web.dockerfile", "", Kind.DOCKERFILE),
        ("docker-compose.override.yml", "", Kind.COMPOSE),
        ("stack.yml", "services:\n  web:\n    image: x\n", Kind.COMPOSE),
        (".github/workflows/ci.yml", "on: push\n", Kind.WORKFLOW),
        ("requirements-dev.txt", "", Kind.REQUIREMENTS),
        ("requirements/prod.txt", "", Kind.REQUIREMENTS),
        ("notes.txt", "", Kind.TEXT),
        (".env.example", "", Kind.ENV_FILE),
        ("package-lock.json", "{}", Kind.TEXT),
        ("pnpm-lock.yaml", "", Kind.TEXT),
        ("deploy/main.tf", "", Kind.TERRAFORM),
        ("x.feature", "", Kind.GHERKIN),
        ("k.yaml", "kind: Service\nmetadata: {}\napiVersion: v1\n", Kind.KUBERNETES),
        ("r.yaml", "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\n", Kind.RULES),
        ("s.yaml", "apiVersion: openslo/v1\nkind: SLO\n", Kind.OPENSLO),
        ("a.rules.yml", "groups:\n  - name: x\n    rules: []\n", Kind.RULES),
        ("t.yml", "rule_files: [a]\ntests:\n  - interval: 1m\n", Kind.RULE_TESTS),
        ("am.yml", "route:\n  receiver: x\nreceivers: []\n", Kind.ALERTMANAGER),
        ("api.yaml", "openapi: 3.0.0\n", Kind.OPENAPI),
        ("api.json", '{"openapi": "3.1.0"}', Kind.OPENAPI),
        ("d.json", '{"panels": [], "schemaVersion": 39}', Kind.DASHBOARD),
        ("chart/templates/d.yaml", "kind: Deployment\nx: {{ .Values.y }}\n", Kind.TEXT),
        ("other.yaml", "a: 1\n", Kind.YAML),
        ("sub/.opsready/observed.json", "{}", Kind.OBSERVED),
        ("opsready.yaml", "", Kind.SPEC),
    ],
)
def test_a_file_is_of_the_kind_that_its_name_and_head_say(path: str, text: str, kind: Kind) -> None:
    assert kind_of(path, text) is kind


@pytest.mark.parametrize("line", ["apiVersion:\n", "groups:\n", "\n", " \t", "services:\n  x\n"])
def test_a_hostile_yaml_is_named_in_one_pass(line: str) -> None:
    """A pattern that looks ahead to the end from each line would take minutes here."""
    assert kind_of("a.yaml", line * (1_000_000 // len(line))) is Kind.YAML
