"""The infrastructure that the Ops Engineer writes."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from opsready.documents.environment_value import environment_values
from opsready.facts.fact import Facts
from opsready.hats.ops_engineer.infrastructure import produce
from tests.build import make_spec

SHOP: dict[str, Any] = {
    "runtime": {"language": "python", "start": ["gunicorn", "shop:app"], "port": 8080},
    "health": {"liveness": "/healthz", "readiness": "/readyz", "timeout_s": 1, "startup_s": 20},
    "environments": [{"name": "staging"}, {"name": "production", "approval": True}],
    "target": {"kind": "ecs", "region": "eu-west-1", "repository": "shop/shop"},
}
WITH_STORES: dict[str, Any] = {
    "dependencies": [
        {"name": "db", "kind": "postgresql", "critical": True, "configured_by": ["DATABASE_URL"]},
        {"name": "cache", "kind": "redis", "critical": False, "configured_by": ["REDIS_URL"]},
        {"name": "tax", "kind": "http", "critical": False, "configured_by": ["TAX_URL"]},
    ],
    "configuration": [
        {"name": "DATABASE_URL", "secret": True, "required": True},
        {"name": "TAX_URL", "required": True, "rehearsal": "{tax}"},
        {"name": "TAX_KEY", "secret": True, "required": True, "rehearsal": "rehearsal-only"},
        {"name": "PORT", "default": "8080", "rehearsal": "{port}"},
        {"name": "HOST", "default": "127.0.0.1", "rehearsal": "127.0.0.1"},
        {"name": "WEB_CONCURRENCY", "default": "1"},
        {"name": "PROMETHEUS_MULTIPROC_DIR", "rehearsal": "{scratch}"},
        {"name": "CURRENCY", "required": True, "rehearsal": "EUR"},
        {"name": "LOG_LEVEL", "default": "INFO"},
    ],
}


def files(**changes: Any) -> dict[str, str]:
    spec = make_spec(**{**SHOP, **changes})
    prefix = "deploy/terraform/"
    return {a.path.removeprefix(prefix): a.text for a in produce(spec, Facts(()))}


def code_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_three_roots_and_one_file_of_values_an_environment() -> None:
    assert [path for path in files(**WITH_STORES) if "tests/" not in path] == [
        *(f"bootstrap/{n}.tf" for n in ("facts", "settings", "versions")),
        *(f"bootstrap/{n}.tf" for n in ("main", "outputs", "plan_role", "rights", "variables")),
        *(f"data/{n}.tf" for n in ("facts", "settings", "versions")),
        *(f"data/{n}.tf" for n in ("cache", "database", "network", "published", "secrets")),
        *(f"service/{n}.tf" for n in ("facts", "settings", "versions")),
        *(f"service/{n}.tf" for n in ("found", "load_balancer", "outputs", "release", "roles")),
        *(f"service/{n}.tf" for n in ("scaling", "service", "task")),
        "envs/staging.tfvars",
        "envs/production.tfvars",
    ]


def test_parts_come_with_what_asks_for_them() -> None:
    bare = files()
    assert not {"data/cache.tf", "data/database.tf", "service/metrics.tf"} & bare.keys()
    assert not {"data/tests/cache.tftest.hcl", "data/tests/database.tftest.hcl"} & bare.keys()
    watched = files(health={**SHOP["health"], "metrics": "/metrics"})
    assert watched.keys() - bare.keys() == {
        "service/metrics.tf",
        "data/paging.tf",
        "data/tests/paging.tftest.hcl",
    }
    migrated = files(migrations={"tool": "alembic", "command": ["alembic", "upgrade", "head"]})
    assert migrated.keys() - bare.keys() == {"service/migration.tf"}


def test_what_the_service_is_stands_in_one_file_of_each_root() -> None:
    written = files(**WITH_STORES)
    assert code_of(written["bootstrap/facts.tf"]) == ["locals {", '  service = "shop"', "}"]
    assert code_of(written["data/facts.tf"]) == [
        "locals {",
        '  service          = "shop"',
        "  public           = false",
        '  database_engine  = "postgres"',
        '  database_version = "17"',
        "  database_port    = 5432",
        "  cache_port       = 6379",
        "  paging           = null",
        '  secrets          = ["DATABASE_URL", "REDIS_URL", "TAX_KEY", "TAX_URL"]',
        "}",
    ]
    alive = "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"
    assert code_of(written["service/facts.tf"]) == [
        "locals {",
        '  service                = "shop"',
        "  public                 = false",
        "  port                   = 8080",
        '  readiness_path         = "/readyz"',
        "  health_timeout_s       = 2",
        "  startup_s              = 20",
        "  stop_timeout_s         = 30",
        f'  liveness_command       = ["CMD", "python", "-c", "{alive}"]',
        '  required_secrets       = ["DATABASE_URL", "TAX_KEY", "TAX_URL"]',
        '  required_configuration = ["CURRENCY"]',
        "  collectors             = []",
        '  migration              = ""',
        "}",
    ]


def test_values_of_an_environment_are_what_is_known_of_it_and_no_invention_of_a_rehearsal() -> None:
    written = files(**WITH_STORES)
    assert code_of(written["envs/production.tfvars"]) == [
        'environment        = "production"',
        'region             = "eu-west-1"',
        'repository         = "shop/shop"',
        "tasks_min          = 2",
        "tasks_max          = 4",
        "cpu_units          = 256",
        "memory_mib         = 512",
        "log_retention_days = 30",
        "network = {",
        '  cidr         = "10.21.0.0/16"',
        "  zones        = 2",
        "  nat_gateways = 2",
        "}",
        "database = {",
        '  class               = "db.t4g.small"',
        "  storage_gib         = 20",
        "  multi_az            = true",
        "  backup_days         = 14",
        "  deletion_protection = true",
        "}",
        "cache = {",
        '  class    = "cache.t4g.micro"',
        "  replicas = 1",
        "}",
        "configuration = {",
        '  HOST                     = "0.0.0.0"',
        '  PORT                     = "8080"',
        '  PROMETHEUS_MULTIPROC_DIR = "/tmp/metrics"',
        '  WEB_CONCURRENCY          = "1"',
        "}",
    ]
    assert written["envs/production.tfvars"].splitlines()[-3:] == [
        "# The code reads these too; say in `configuration` what differs here:",
        "# CURRENCY: the service does not start without it",
        '# LOG_LEVEL: "INFO" where it is not set',
    ]
    weaker = code_of(written["envs/staging.tfvars"])
    assert {"  multi_az            = false", "  nat_gateways = 1"} <= set(weaker)


def test_what_the_internet_reaches_is_tried_with_a_certificate() -> None:
    public = files(target={**SHOP["target"], "public": True})
    assert "  public                 = true" in public["service/facts.tf"].splitlines()
    assert (
        "what_the_internet_reaches_has_a_certificate" in public["service/tests/service.tftest.hcl"]
    )
    assert "what_the_internet_reaches" not in files()["service/tests/service.tftest.hcl"]


def test_no_right_is_a_star_and_a_star_as_a_resource_says_why() -> None:
    for path, text in files(**WITH_STORES).items():
        assert not re.search(r'"(?:\w[\w-]*:)?\*"(?!\] #)', text), path
        assert not re.search(r'"[a-z-]+:\w*\*"', text), path


def test_no_file_for_all_environments_knows_one_of_them() -> None:
    for path, text in files(**WITH_STORES).items():
        assert path.startswith("envs/") or list(environment_values(text)) == [], path


@pytest.mark.parametrize("value", ['a "quoted" ${thing}', "%{if}", "line\nline", "größe"])
def test_a_value_stays_what_it_is(value: str) -> None:
    """`$${` is a dollar and a brace, and no template."""
    text = files(service={"name": "shop"}, migrations={"command": ["sh", value]})[
        "service/facts.tf"
    ]
    (line,) = [line for line in text.splitlines() if "migration_command" in line]
    told = line.partition('"sh", "')[2].removesuffix('"]')
    plain = told.replace("$${", "${").replace("%%{", "%{").replace('\\"', '"').replace("\\n", "\n")
    assert plain == value


@pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform")
@pytest.mark.parametrize("changes", [{}, WITH_STORES, {"target": {"kind": "ecs", "public": True}}])
def test_terraform_would_format_none_of_it_otherwise(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    for path, text in files(**changes).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    arguments = ["terraform", "fmt", "-check", "-recursive", "-list=true", str(tmp_path)]
    formatted = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert (formatted.returncode, formatted.stdout) == (0, "")
