"""Ten faults planted one by one into what the hats write for orders, each found by name.

What only a run shows of them is planted again into the probes' own tests: a pipeline whose verify
cannot fail, a way back to the same release, a plan that is made anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from opsready.facts.gather import gather
from opsready.hats.pack import Artifact, read_pack
from opsready.pipeline import Options, prepare
from opsready.review.catalog import CHECKS
from opsready.review.check import Check
from opsready.review.review import review_pack
from opsready.sources.read import read
from opsready.spec.decide import decide
from opsready.spec.load import load

ORDERS = Path(__file__).parents[2] / "examples" / "orders"
SERVICE = "deploy/terraform/service"
Place = tuple[str, str]


@dataclass(frozen=True)
class Planted:
    """In the file at `path` the words `good` become `bad`, and `check` must find it there."""

    fault: str
    path: str
    good: str
    bad: str
    check: str


FAULTS = (
    Planted(
        "circuit breaker off",
        f"{SERVICE}/service.tf",
        "    enable   = true\n    rollback = true\n",
        "    enable   = false\n    rollback = false\n",
        "circuit-breaker-off",
    ),
    Planted(
        "probe path wrong",
        f"{SERVICE}/facts.tf",
        '"/readyz"',
        '"/ready"',
        "probe-path-not-served",
    ),
    Planted(
        "secret inlined",
        f"{SERVICE}/task.tf",
        "    environment            = local.environment\n",
        '    environment = [{ name = "PAYMENTS_API_KEY", value = "pk_9fQ2xLr7Tz1Vb6Nw" }]\n',
        "secret-in-file",
    ),
    Planted(
        "apply re-plans",
        "deploy/pipeline/apply",
        'apply -no-color -input=false -lock-timeout=5m "$out/service.tfplan"',
        'apply -input=false -auto-approve -var-file="../envs/$ENVIRONMENT.tfvars"',
        "apply-without-plan",
    ),
    Planted(
        "rollback to the same digest",
        "deploy/pipeline/rollback",
        '-var-file="$out/previous.tfvars.json"',
        '-var-file="$out/release.tfvars.json"',
        "rollback-to-same-version",
    ),
    Planted(
        "migration after the shift",
        ".github/workflows/deploy.yml",
        "      - run: bash deploy/pipeline/migrate\n"
        "      - id: apply\n        run: bash deploy/pipeline/apply\n",
        "      - id: apply\n        run: bash deploy/pipeline/apply\n"
        "      - run: bash deploy/pipeline/migrate\n",
        "migration-after-shift",
    ),
    Planted(
        "role open to any branch",
        "deploy/terraform/bootstrap/main.tf",
        '      test     = "StringEquals"\n      variable = "${local.github}:sub"\n'
        '      values   = ["repo:${var.repository}:environment:${var.environment}"]\n',
        '      test     = "StringLike"\n      variable = "${local.github}:sub"\n'
        '      values   = ["repo:${var.repository}:*"]\n',
        "deploy-role-open",
    ),
    Planted(
        "state unlocked",
        f"{SERVICE}/versions.tf",
        "    use_lockfile = true\n",
        "",
        "state-unlocked",
    ),
    Planted(
        "one environment's host in the template",
        f"{SERVICE}/task.tf",
        "    environment            = local.environment\n",
        "    environment = concat(local.environment, [{ name = "
        '"PAYMENTS_URL", value = "https://payments.production.shop.internal" }])\n',
        "environment-value-in-template",
    ),
    Planted(
        "verify that cannot fail",
        ".github/workflows/deploy.yml",
        "      - run: bash deploy/pipeline/verify\n",
        "      - run: bash deploy/pipeline/verify || true\n",
        "verification-cannot-fail",
    ),
)


@cache
def written() -> dict[str, Artifact]:
    """What the hats write for orders, by path."""
    return {artifact.path: artifact for artifact in prepare(ORDERS, Options()).pack.written}


def findings(artifacts: Iterable[Artifact], checks: Sequence[Check] = CHECKS) -> set[Place]:
    """Check and path of every finding of these checks on the tree that has these files."""
    pack = read_pack(read(ORDERS)).merged_with(artifacts)
    facts = gather(pack.bundle)
    spec = decide(facts, load(pack.bundle))
    return {(found.check, found.path) for found in review_pack(facts, spec, pack, checks).standing}


@cache
def findings_on_what_is_written() -> set[Place]:
    return findings(written().values())


def with_fault(planted: Planted) -> list[Artifact]:
    sound = written()[planted.path]
    assert planted.good in sound.text, "the template has changed: plant the fault anew"
    faulty = replace(sound, text=sound.text.replace(planted.good, planted.bad))
    return list({**written(), planted.path: faulty}.values())


@pytest.mark.parametrize("planted", FAULTS, ids=lambda planted: planted.fault)
def test_a_planted_fault_is_found_by_its_name(planted: Planted) -> None:
    place = (planted.check, planted.path)
    assert place not in findings_on_what_is_written()
    named = [check for check in CHECKS if check.id == planted.check]
    assert place in findings(with_fault(planted), named)


def test_what_the_hats_write_has_no_finding() -> None:
    assert {found for found in findings_on_what_is_written() if found[1] in written()} == set()
