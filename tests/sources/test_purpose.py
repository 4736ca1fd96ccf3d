"""What a path says about the purpose of its file."""

import pytest

from opsready.sources.purpose import Purpose, is_of_one_environment, purpose_of


@pytest.mark.parametrize(
    ("path", "purpose"),
    [
        ("shop/app.py", Purpose.SERVICE),
        ("Dockerfile", Purpose.SERVICE),
        ("deploy/ci/deploy.sh", Purpose.SERVICE),
        (".gitlab-ci.yml", Purpose.SERVICE),
        ("shop/templates/mail.py", Purpose.SERVICE),
        ("tests/fixtures/k8s.yaml", Purpose.TRIAL),
        ("test_devpi/functional.py", Purpose.TRIAL),
        ("compose.test.yaml", Purpose.TRIAL),
        ("shop/conftest.py", Purpose.TRIAL),
        ("crates/core/src/tests.rs", Purpose.TRIAL),
        ("examples/shop/main.tf", Purpose.EXAMPLE),
        ("config/settings.example.py", Purpose.EXAMPLE),
        ("examples/tests/a.py", Purpose.TRIAL),
        ("example_configs/graphs/a.py", Purpose.EXAMPLE),
        ("monitoring_example/board.json", Purpose.EXAMPLE),
        ("shop/example_configuration.yaml", Purpose.EXAMPLE),
        ("shop/sample_rate.py", Purpose.SERVICE),
        ("docker/regtest/compose.yml", Purpose.TRIAL),
        ("locust/streaming.py", Purpose.TRIAL),
        ("docker-compose.override.yml", Purpose.DEVELOPMENT),
        ("scripts-dev/schema.sh", Purpose.DEVELOPMENT),
        ("local/compose.yaml", Purpose.DEVELOPMENT),
        ("docs/deploy.md", Purpose.DOCUMENTATION),
        ("README.md", Purpose.DOCUMENTATION),
        ("docs/conf.py", Purpose.DOCUMENTATION),
    ],
)
def test_the_purpose_of_a_file(path: str, purpose: Purpose) -> None:
    assert purpose_of(path) is purpose


@pytest.mark.parametrize(
    ("path", "is_of_one"),
    [
        ("deploy/envs/production.tfvars", True),
        ("k8s/overlays/staging/patch.yaml", True),
        ("values-prod.yaml", True),
        ("shop/settings/production.py", True),
        ("terraform.tfvars", True),
        ("infra/main.tf", False),
        ("k8s/base/deployment.yaml", False),
        ("products/app.py", False),
    ],
)
def test_files_that_hold_the_values_of_one_environment(path: str, is_of_one: bool) -> None:
    assert is_of_one_environment(path) is is_of_one
