"""Faults planted one by one into the runbooks that the hat writes, each found by its name.

That a command prints something else than its page expects only a run shows: it is planted into the
probe's own tests, and `test_pipeline.py` runs what the hat writes.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from opsready.review.catalog import CHECKS
from opsready.review.check import Case
from tests.build import make_case, make_spec

GOLDEN = Path(__file__).parents[1] / "golden" / "orders"
FOLDER = "docs/operations/runbooks"
RULES = "monitoring/prometheus/alerts.rules.yml"
ALERT = """\
groups:
  - name: orders
    rules:
      - alert: OrdersErrorRateHigh
        expr: sum(rate(errors[5m])) > 1
        labels:
          severity: page
        annotations:
          summary: too many requests fail
          runbook_url: docs/operations/runbooks/error-rate-high.md
"""
ON_CALL = "# Restart orders\n\nPage the on-call engineer.\n"
REMEDY_FIRST = (
    "## Remedy\n\n```sh\naws ecs update-service --cluster c --service s\n```\n\n## Diagnosis"
)


@cache
def sound() -> dict[str, str]:
    """What the hat writes, and an alert that leads there."""
    pages = sorted((GOLDEN / FOLDER).glob("*.md"))
    written = {f"{FOLDER}/{path.name}": path.read_text(encoding="utf-8") for path in pages}
    return {**written, RULES: ALERT}


def found(files: dict[str, str]) -> set[tuple[str, str]]:
    """Check and path of each finding about runbooks and what leads to them."""
    spec = make_spec(failure_modes=[{"name": "redis is down"}, {"name": "a bad release"}])
    case: Case = make_case(files, spec)
    about = [c for c in CHECKS if ".runbooks." in c.find.__module__ or "action" in c.id]
    return {(check.id, finding.path) for check in about for finding in check.find(case)}


def changed(path: str, good: str, bad: str) -> dict[str, str]:
    text = sound()[path]
    assert good in text, "the template has changed: plant the fault anew"
    return {**sound(), path: text.replace(good, bad, 1)}


def without(path: str) -> dict[str, str]:
    return {name: text for name, text in sound().items() if name != path}


FAULTS: dict[str, tuple[Callable[[], dict[str, str]], str, str]] = {
    "remedy before diagnosis": (
        lambda: changed(f"{FOLDER}/restart.md", "## Diagnosis", REMEDY_FIRST),
        *("remedy-before-diagnosis", f"{FOLDER}/restart.md"),
    ),
    "dead link of an alert": (
        lambda: without(f"{FOLDER}/error-rate-high.md"),
        *("runbook-link-dead", RULES),
    ),
    "dead link of a page": (
        lambda: changed(f"{FOLDER}/postgresql-down.md", "(database-failover.md)", "(failover.md)"),
        *("runbook-leads-nowhere", f"{FOLDER}/postgresql-down.md"),
    ),
    "a variable that is set nowhere": (
        lambda: changed(f"{FOLDER}/restart.md", 'SERVICE="orders-$ENVIRONMENT"\n', ""),
        *("runbook-variable-unset", f"{FOLDER}/restart.md"),
    ),
    "an alert without a runbook": (
        lambda: changed(
            RULES, "          runbook_url: docs/operations/runbooks/error-rate-high.md\n", ""
        ),
        *("alert-without-action", RULES),
    ),
    "only the on-call": (
        lambda: {**sound(), f"{FOLDER}/restart.md": ON_CALL},
        *("runbook-only-escalates", f"{FOLDER}/restart.md"),
    ),
    "a failure that nothing is about": (
        lambda: without(f"{FOLDER}/bad-release.md"),
        *("failure-mode-without-runbook", f"{FOLDER}/availability-burn.md"),
    ),
    "no undo": (
        lambda: changed(f"{FOLDER}/restart.md", "## Undo", "## Afterword"),
        *("runbook-part-missing", f"{FOLDER}/restart.md"),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_by_its_name(fault: str) -> None:
    plant, check, path = FAULTS[fault]
    assert (check, path) in found(plant())


def test_what_the_hat_writes_has_no_finding() -> None:
    assert found(sound()) == set()
