"""No check crashes on what people really have in their trees: empty, odd, broken, hostile files."""

import pytest

from opsready.facts.gather import gather
from opsready.review.catalog import CHECKS
from opsready.review.review import Review, review_pack
from opsready.spec.decide import decide
from opsready.spec.load import load
from tests.build import make_bundle, make_case

PATHS = [
    "Dockerfile",
    "compose.yaml",
    ".github/workflows/deploy.yml",
    ".gitlab-ci.yml",
    "deploy/kubernetes.yaml",
    "deploy/main.tf",
    "deploy/prod.tfvars",
    "deploy/deploy.sh",
    "Makefile",
    "Procfile",
    ".env",
    "monitoring/alerts.yml",
    "monitoring/alerts.rules",
    "monitoring/tests/alerts.yml",
    "monitoring/alertmanager.yml",
    "monitoring/slo.yaml",
    "monitoring/dashboard.json",
    "docs/runbooks/orders.md",
    "docs/slo.md",
    "docs/notes.rst",
    "app.py",
    "openapi.yaml",
    "orders.feature",
    "package.json",
    ".opsready/observed.json",
]
# The keys by which each kind of YAML is known, so that odd values reach its reader.
KEYS = {
    "deploy/kubernetes.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {}\nspec: ",
    "monitoring/alerts.yml": "groups:\n  - name: g\n    rules: ",
    "monitoring/alerts.rules": "kind: PrometheusRule\nspec:\n  groups: ",
    "monitoring/tests/alerts.yml": "rule_files: [x]\ntests: ",
    "monitoring/alertmanager.yml": "receivers: []\nroute: ",
    "monitoring/slo.yaml": "apiVersion: openslo/v1\nkind: SLO\nspec: ",
    "compose.yaml": "services: ",
    ".github/workflows/deploy.yml": "on: push\njobs: ",
    ".gitlab-ci.yml": "stages: [a]\ndeploy: ",
    "openapi.yaml": "openapi: 3.0.0\npaths: ",
}
VALUES = [
    "",
    "null",
    "3",
    "[]",
    "[3, null, [], {}]",
    "{a: 3}",
    "{a: {b: [{c: null}]}}",
    "[{alert: A, expr: 3, labels: 3, annotations: []}, {record: [], expr: {}}]",
    "{objectives: 3, timeWindow: 3, indicator: []}",
    "{receiver: 3, routes: [3, {matchers: {a: b}}], group_by: 3}",
    "{template: {spec: {containers: [3, {image: 3, env: 3, ports: [null]}]}}}",
    "{image: [], environment: 3, healthcheck: [], deploy: 3}",
    "{steps: 3, needs: {}, environment: []}",
    "{steps: [3, null, {run: 3, uses: [], with: 3}]}",
]


def review_of(files: dict[str, str]) -> Review:
    bundle = make_bundle(files)
    facts = gather(bundle)
    case = make_case(files, decide(facts, load(bundle)))
    return review_pack(case.facts, case.spec, case.pack)


def crashes(review: Review) -> list[str]:
    return [f"{missing.check}: {missing.why}" for missing in review.not_run if missing.crashed]


@pytest.mark.parametrize("text", ["", "\n", "\x00\xff", "}{", "a: [", "- - -", "# only\n" * 3])
def test_every_check_survives_files_that_say_nothing(text: str) -> None:
    assert crashes(review_of(dict.fromkeys(PATHS, text))) == []


@pytest.mark.parametrize("value", VALUES)
def test_every_check_survives_the_right_keys_with_odd_values(value: str) -> None:
    assert crashes(review_of({path: keys + value + "\n" for path, keys in KEYS.items()})) == []


def test_every_check_survives_a_tree_with_nothing_in_it() -> None:
    assert crashes(review_of({".gitkeep": ""})) == []


def test_every_check_ran_or_says_why_not() -> None:
    review = review_of({"README.md": "# Shop\n"})
    ran = [*review.ran, *(missing.check for missing in review.not_run)]
    assert sorted(ran) == sorted(check.id for check in CHECKS)
    assert all(missing.why for missing in review.not_run)
