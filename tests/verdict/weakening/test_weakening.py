"""What became weaker: each change that lowers a gate, and the changes that do not."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from opsready.sources.history import NoHistory
from opsready.sources.read import read
from opsready.spec.origin import Basis, Origin
from opsready.spec.spec import Spec
from opsready.verdict.weakening.compare import weakened, weakened_since
from opsready.verdict.weakening.weakening import Standing
from tests.build import make_bundle, make_spec

SLO = {
    "name": "api",
    "kind": "latency",
    "objective_percent": 99.9,
    "threshold_s": 0.3,
    "window_days": 30,
    "policy": "stop releases",
}
SPEC: dict[str, Any] = {
    "slos": [SLO],
    "health": {"readiness": "/readyz", "liveness": "/healthz", "timeout_s": 2, "startup_s": 30},
    "runtime": {"workers": 4, "stop_timeout_s": 20},
    "dependencies": [{"name": "db", "kind": "postgresql", "critical": True}],
    "journeys": [{"name": "buy", "critical": True}],
    "failure_modes": [{"name": "disk full"}],
    "configuration": [{"name": "KEY", "secret": True}],
    "environments": [{"name": "production", "approval": True}],
    "paging": {"provider": "pagerduty", "escalation_minutes": 15},
}


def changed(section: str, **values: Any) -> dict[str, Any]:
    """The spec with other values in a section, or in the only item of a list."""
    old = SPEC[section]
    new = [{**old[0], **values}] if isinstance(old, list) else {**old, **values}
    return {**SPEC, section: new}


def said(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    empty = make_bundle()
    found = weakened(Standing(make_spec(**before), empty), Standing(make_spec(**after), empty))
    return [str(weakening) for weakening in found]


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (changed("slos", objective_percent=99), "objective api: 99.9 % → 99 %"),
        (changed("slos", window_days=7), "objective api: over 30 days → over 7 days"),
        (changed("slos", window_days=90), "objective api: over 30 days → over 90 days"),
        (changed("slos", threshold_s=0.5), "objective api: 0.3 s → 0.5 s"),
        (changed("slos", threshold_s=None), "objective api: 0.3 s → no threshold"),
        (changed("slos", policy=None), "objective api: with a policy → without one"),
        (changed("slos", where="/health"), "objective api: every request → /health"),
        ({**SPEC, "slos": []}, "objective api: 99.9 % over 30 days → gone"),
        (changed("health", timeout_s=5), "health.timeout_s: 2 s → 5 s"),
        (changed("health", startup_s=60), "health.startup_s: 30 s → 60 s"),
        (changed("health", readiness=None), "health.readiness: /readyz → gone"),
        (changed("health", liveness=None), "health.liveness: /healthz → gone"),
        (changed("runtime", workers=1), "runtime.workers: 4 → 1"),
        (changed("runtime", stop_timeout_s=60), "runtime.stop_timeout_s: 20 s → 60 s"),
        (changed("dependencies", critical=False), "dependencies.db: critical → not critical"),
        ({**SPEC, "dependencies": []}, "dependencies.db: critical → gone"),
        (changed("journeys", critical=False), "journeys.buy: critical → not critical"),
        ({**SPEC, "failure_modes": []}, "failure_modes.disk full: named → gone"),
        (changed("configuration", secret=False), "configuration.KEY: secret → not secret"),
        (
            changed("environments", approval=False),
            "environments.production: with approval → without approval",
        ),
        (changed("paging", provider=None), "paging.provider: pagerduty → gone"),
        (
            changed("paging", escalation_minutes=60),
            "paging.escalation_minutes: 15 minutes → 60 minutes",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_decision_that_asks_for_less_is_listed(after: dict[str, Any], says: str) -> None:
    assert said(SPEC, after) == [says]


@pytest.mark.parametrize(
    "after",
    [
        SPEC,
        changed("slos", objective_percent=99.95),
        changed("slos", threshold_s=0.2),
        changed("health", timeout_s=1),
        changed("runtime", workers=8),
        changed("paging", escalation_minutes=5),
        changed("paging", provider="opsgenie"),
        {**SPEC, "failure_modes": [{"name": "disk full"}, {"name": "disk slow"}]},
    ],
    ids=["same", "objective", "threshold", "timeout", "workers", "escalation", "pager", "failures"],
)
def test_what_became_stronger_or_only_other_is_not_listed(after: dict[str, Any]) -> None:
    assert said(SPEC, after) == []


def assumed(*keys: str) -> Standing:
    origins = {key: Origin(Basis.ASSUMED, "a guess") for key in keys}
    stated = {"runtime.port": Origin(Basis.STATED, "port: 80", "opsready.yaml", 3)}
    return Standing(Spec(make_spec().operations, {**stated, **origins}), make_bundle())


def test_a_value_that_rests_on_nothing_any_more_is_listed() -> None:
    found = weakened(assumed(), assumed("runtime.port"))
    assert [str(w) for w in found] == ["runtime.port: stated → assumed: a guess"]


def test_a_new_assumption_is_listed_and_an_old_one_is_not() -> None:
    found = weakened(assumed("service.owner"), assumed("service.owner", "paging.provider"))
    assert [str(w) for w in found] == ["paging.provider: not there → assumed: a guess"]


UNIT = ".haiku/intents/shop/stages/operations/units/unit-01-a.md"
HEAD = "---\ntitle: A\ntype: ops\n---\n# A\n\n## Completion Criteria\n\n"
INTENT = {".haiku/intents/shop/intent.md": "---\ntitle: Shop\nstages: [operations]\n---\n# Shop\n"}


def files_said(before: dict[str, str], after: dict[str, str]) -> list[str]:
    spec = make_spec()
    found = weakened(Standing(spec, make_bundle(before)), Standing(spec, make_bundle(after)))
    return [str(weakening) for weakening in found]


def unit(*criteria: str) -> dict[str, str]:
    return {**INTENT, UNIT: HEAD + "".join(f"- {criterion}\n" for criterion in criteria)}


FAST = "Health check endpoint responds within 5 seconds and verifies database connectivity"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            unit(FAST, "Runbook exists"),
            unit("Runbook exists"),
            [f'criterion "{FAST}": stated → gone'],
        ),
        (
            unit(FAST),
            unit(FAST.replace("5", "30")),
            [
                f'criterion "{FAST}": had other figures → "{FAST.replace("5", "30")}" '
                f"({UNIT}:9)"
            ],
        ),
        (
            unit(FAST),
            unit("Health check endpoint responds within 5 seconds"),
            [
                f'criterion "{FAST}": needed liveness-equals-readiness, '
                'readiness_follows_dependency → "Health check endpoint responds within 5 seconds" '
                f"({UNIT}:9)"
            ],
        ),
        (
            unit(FAST),
            unit("Health check endpoint responds quickly and verifies database connectivity"),
            [
                f'criterion "{FAST}": could be verified → "Health check endpoint responds '
                f'quickly and verifies database connectivity" ({UNIT}:9)'
            ],
        ),
        (
            unit(f"[x] {FAST}"),
            unit(f"[ ] {FAST}"),
            [f'criterion "{FAST}": ticked → open ({UNIT}:9)'],
        ),
        (unit("Rollback works"), unit("Rollback works fine"), []),
        (unit(FAST), unit("Monitoring covers latency", FAST), []),
        (unit(f"[ ] {FAST}"), unit(f"[x] {FAST}"), []),
    ],
    ids=[
        "removed",
        "another-figure",
        "a-part-dropped",
        "made-vague",
        "unticked",
        "vague-before",
        "moved",
        "ticked",
    ],
)  # fmt: skip
def test_a_criterion_that_asks_for_less_is_listed(
    before: dict[str, str], after: dict[str, str], says: list[str]
) -> None:
    assert files_said(before, after) == says


def dockerfile(*allowances: str) -> dict[str, str]:
    lines = [f"# opsready: allow unpinned-image until {each}: slow team" for each in allowances]
    return {"Dockerfile": "\n".join([*lines, "FROM python", ""])}


def test_a_check_that_is_allowed_from_now_on_is_listed() -> None:
    assert files_said(dockerfile(), dockerfile("2027-01-01")) == [
        "unpinned-image: not allowed → allowed until 2027-01-01: slow team (Dockerfile:1)"
    ]


def test_an_allowance_that_lasts_longer_is_listed() -> None:
    assert files_said(dockerfile("2027-01-01"), dockerfile("2028-01-01")) == [
        "unpinned-image: allowed until 2027-01-01 → allowed until 2028-01-01: slow team "
        "(Dockerfile:1)"
    ]


def test_a_second_allowance_in_the_same_file_is_listed() -> None:
    assert files_said(dockerfile("2027-01-01"), dockerfile("2027-01-01", "2027-01-01")) == [
        "unpinned-image: not allowed → allowed until 2027-01-01: slow team (Dockerfile:2)"
    ]


def test_an_allowance_that_is_gone_or_shorter_is_none() -> None:
    assert files_said(dockerfile("2027-01-01"), dockerfile()) == []
    assert files_said(dockerfile("2027-01-01"), dockerfile("2026-12-01")) == []


def rules(
    expr: str = "rate(errors_total[5m]) > 0.01", more: str = "", **labels: str
) -> dict[str, str]:
    known = {"severity": "page", **labels}
    written = ", ".join(f"{key}: {value}" for key, value in known.items())
    return {
        "rules.yml": f"groups:\n- name: g\n  rules:\n  - alert: Errors\n    expr: {expr}\n"
        f"    labels: {{{written}}}\n{more}"
    }


LINKED = "    annotations: {runbook_url: https://example.org/r}\n"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            rules(),
            rules("rate(errors_total[5m]) > 0.05"),
            ["alert Errors: > 0.01 → > 0.05 (rules.yml:4)"],
        ),
        (rules(), rules("rate(errors_total[5m]) > 0.005"), []),
        (
            rules("up_ratio < 0.9"),
            rules("up_ratio < 0.5"),
            ["alert Errors: < 0.9 → < 0.5 (rules.yml:4)"],
        ),
        (
            rules(more="    for: 5m\n"),
            rules(more="    for: 1h\n"),
            ["alert Errors: for 300 s → for 3600 s (rules.yml:4)"],
        ),
        (
            rules(more=LINKED),
            rules(),
            ["alert Errors: links a runbook → links none (rules.yml:4)"],
        ),
        (rules(), {"rules.yml": "groups: []\n"},
         ["alert Errors: rate(errors_total[5m]) > 0.01 → gone"]),
        (rules("a > 1 and b > 2"), rules("a > 1"),
         ["alert Errors: a > 1 and b > 2 → a > 1 (rules.yml:4)"]),
        (rules("a > 1"), rules("a>1"), []),
    ],
    ids=["later", "sooner", "lower", "longer", "link", "gone", "shape", "blanks"],
)  # fmt: skip
def test_an_alert_that_wakes_later_or_nobody_is_listed(
    before: dict[str, str], after: dict[str, str], says: list[str]
) -> None:
    assert files_said(before, after) == says


def openslo(target: str, window: str = "30d") -> dict[str, str]:
    return {
        "slo.yaml": "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: api}\nspec:\n"
        f"  service: shop\n  timeWindow: [{{duration: {window}, isRolling: true}}]\n"
        f"  objectives: [{{target: {target}}}]\n"
    }


def test_an_objective_in_a_file_that_is_lowered_is_listed() -> None:
    assert files_said(openslo("0.999"), openslo("0.99")) == [
        "objective api: 99.9 % over 30 days → 99 % over 30 days (slo.yaml:7)"
    ]
    assert files_said(openslo("0.999"), openslo("0.9999")) == []


def git(root: Path, *arguments: str) -> None:
    command = ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@t", *arguments]
    subprocess.run(command, check=True, capture_output=True)


def repository(root: Path, files: dict[str, str]) -> None:
    git(root, "init", "-q")
    write(root, files)
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def test_a_tree_is_compared_with_what_it_was_at_a_commit(tmp_path: Path) -> None:
    repository(tmp_path, {**rules(), "opsready.yaml": "service: {name: shop}\n"})
    write(tmp_path, rules("rate(errors_total[5m]) > 0.05"))
    found = weakened_since(make_spec(), read(tmp_path), "HEAD")
    assert "alert Errors: > 0.01 → > 0.05 (rules.yml:4)" in [str(w) for w in found]


def test_a_commit_that_is_not_there_is_said(tmp_path: Path) -> None:
    repository(tmp_path, rules())
    with pytest.raises(NoHistory, match="`nowhere` names no commit here"):
        weakened_since(make_spec(), read(tmp_path), "nowhere")


def test_a_spec_that_could_not_be_read_then_is_said(tmp_path: Path) -> None:
    repository(tmp_path, {"opsready.yaml": "service: {name: [1]}\n"})
    write(tmp_path, {"opsready.yaml": "service: {name: shop}\n"})
    with pytest.raises(NoHistory, match=r"at HEAD: opsready\.yaml:1"):
        weakened_since(make_spec(), read(tmp_path), "HEAD")
