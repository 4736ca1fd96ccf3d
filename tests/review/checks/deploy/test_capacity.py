"""How much a service may take of its database, and who adds copies of it."""

import pytest

from opsready.review.check import Check
from opsready.review.checks.deploy import (
    connections_exceed_database,
    no_liveness_check,
    no_way_to_scale,
)
from tests.build import make_case


def found(check: Check, files: dict[str, str]) -> list[str]:
    return [f"{f.path}:{f.line}" for f in check.find(make_case(files))]


def tree(pool: str, most: str = "max_capacity = 5", limit: str = "100") -> dict[str, str]:
    """A service of two workers a copy."""
    return {
        "app/db.py": f'from sqlalchemy import create_engine\nE = create_engine("x://", {pool})\n',
        "Dockerfile": 'FROM python:3.12\nCMD ["gunicorn", "--workers", "2", "app:app"]\n',
        "a.tf": f'resource "aws_appautoscaling_target" "a" {{\n  {most}\n}}\n'
        'resource "aws_db_parameter_group" "a" {\n  parameter {\n    name = "max_connections"\n'
        f'    value = "{limit}"\n  }}\n}}\n',
    }


@pytest.mark.parametrize(
    ("files", "is_found"),
    [
        (tree("pool_size=10, max_overflow=0"), False),
        (tree("pool_size=10, max_overflow=1"), True),
        (tree("pool_size=10"), True),
        (tree("pool_size=SIZE"), False),
        (tree("echo=True"), False),
        (tree("pool_size=11, max_overflow=0", most="max_capacity = var.most"), False),
        (tree("pool_size=11, max_overflow=0", limit="{DBInstanceClassMemory/9531392}"), False),
    ],
)
def test_pools_by_workers_by_copies(files: dict[str, str], is_found: bool) -> None:
    assert bool(found(connections_exceed_database.CHECK, files)) is is_found


def test_two_pools_are_not_added_up() -> None:
    files = tree("pool_size=90")
    assert found(connections_exceed_database.CHECK, {**files, "app/b.py": files["app/db.py"]}) == []


SERVICE = {"a.tf": 'resource "aws_ecs_service" "a" {\n  load_balancer {}\n}\n'}
WORKER = {"a.tf": 'resource "aws_ecs_service" "a" {}\n'}


@pytest.mark.parametrize(
    ("files", "is_found"),
    [
        (SERVICE, True),
        (WORKER, False),
        ({**SERVICE, "docs/runbook.md": "# Scaling\n\nRaise `desired_count`.\n"}, False),
        ({**SERVICE, "docs/runbook.md": "# Restart\n"}, True),
        ({**SERVICE, "b.tf": 'resource "aws_appautoscaling_target" "a" {}\n'}, False),
    ],
)
def test_who_adds_copies(files: dict[str, str], is_found: bool) -> None:
    assert bool(found(no_way_to_scale.CHECK, files)) is is_found


@pytest.mark.parametrize(
    ("image", "probes", "is_found"),
    [
        ("orders:1", "readinessProbe: {tcpSocket: {port: 1}}", True),
        ("postgres:16", "readinessProbe: {tcpSocket: {port: 1}}", False),
        ("orders:1", "livenessProbe: {tcpSocket: {port: 1}}", False),
        ("orders:1", "ports: []", False),
    ],
)
def test_which_containers_are_never_started_anew(image: str, probes: str, is_found: bool) -> None:
    container = f"{{name: a, image: '{image}', {probes}}}"
    pod = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n"
        f"    spec:\n      containers:\n      - {container}\n"
    )
    assert bool(found(no_liveness_check.CHECK, {"a.yaml": pod})) is is_found
