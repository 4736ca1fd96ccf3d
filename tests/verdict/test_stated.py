"""Criteria that a unit states, judged from what the tree and the probes show."""

import pytest

from opsready.rehearsal.proof import Result, Rung
from opsready.verdict.compiler.compile import compile_criterion
from opsready.verdict.criterion import Judgement, Status
from opsready.verdict.stated import claims_of, judge_compiled
from tests.build import make_finding
from tests.verdict.build import CODE, ROUTING, WATCHED, make_brief, make_proof, make_runbook


def judged(sentence: str, files: dict[str, str] | None = None, **rest: object) -> Judgement:
    compiled = compile_criterion(sentence)
    return judge_compiled(compiled, claims_of(compiled), make_brief(files, **rest))  # type: ignore[arg-type]


def held(*probes: str) -> tuple[object, ...]:
    return tuple(make_proof(probe) for probe in probes)


DOCKERFILE = "FROM python:3.12@sha256:0\nRUN pip install .\nUSER 10001\n"
SLO = {"name": "a", "kind": "availability", "objective_percent": 99.9, "window_days": 30}
DATABASE = [{"name": "db", "kind": "postgresql", "critical": True}]
REDIS = [{"name": "cache", "kind": "redis", "critical": True}]
READY = {"readiness": "/readyz", "timeout_s": 3}


@pytest.mark.parametrize(
    ("sentence", "files", "rest", "rung"),
    [
        (
            "Image builds and runs as a non-root user",
            {"Dockerfile": DOCKERFILE},
            {"proofs": held("image_builds")},
            Rung.REHEARSED,
        ),
        ("Images are pinned by digest", {"Dockerfile": DOCKERFILE}, {}, Rung.CHECKED),
        ("No secrets in the repository", CODE, {}, Rung.CHECKED),
        (
            "`/readyz` responds within 3 seconds",
            CODE,
            {"proofs": held("service_starts_healthy"), "health": READY},
            Rung.REHEARSED,
        ),
        (
            "Readiness verifies Redis",
            CODE,
            {"proofs": held("readiness_follows_dependency"), "dependencies": REDIS},
            Rung.REHEARSED,
        ),
        (
            "Availability SLO is 99.9% over 30 days",
            CODE,
            {"proofs": held("slo_tiers_reachable"), "slos": [SLO]},
            Rung.SIMULATED,
        ),
        ("Alerts never fire on a single error", WATCHED, {}, Rung.CHECKED),
        (
            "Alerts are routed to PagerDuty",
            {**WATCHED, "alertmanager.yml": ROUTING},
            {"proofs": held("routing_reaches_receiver")},
            Rung.REHEARSED,
        ),
        (
            "Runbook covers disk cleanup",
            make_runbook("Disk cleanup"),
            {"proofs": held("runbook_diagnosis_runs")},
            Rung.REHEARSED,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_is_met_when_the_thing_is_there_and_everything_that_decides_it_held(
    sentence: str, files: dict[str, str], rest: dict[str, object], rung: Rung
) -> None:
    judgement = judged(sentence, files, **rest)
    assert (judgement.status, judgement.rung, judgement.why) == (Status.MET, rung, "")


@pytest.mark.parametrize(
    ("sentence", "files", "rest", "status", "why"),
    [
        (
            "Image builds and runs as a non-root user",
            {"Dockerfile": "FROM python:3.12\n"},
            {"proofs": held("image_builds")},
            Status.UNMET,
            "the image runs as root: it names no user (Dockerfile:1)",
        ),
        (
            "Image builds and runs as a non-root user",
            {"Dockerfile": DOCKERFILE.replace("10001", "root")},
            {"proofs": held("image_builds")},
            Status.UNMET,
            "the image runs as root (Dockerfile:3)",
        ),
        (
            "Images are pinned by digest",
            CODE,
            {},
            Status.UNPROVEN,
            "the tree has no image definition",
        ),
        (
            "No secrets in the repository",
            CODE,
            {"findings": (make_finding(check="secret-in-file", path="a.py", message="a key"),)},
            Status.UNMET,
            "a.py:3 a key",
        ),
        (
            "Readiness verifies Redis",
            CODE,
            {"proofs": held("readiness_follows_dependency"), "dependencies": DATABASE},
            Status.UNPROVEN,
            "the spec has no critical dependency that is the redis: nothing stopped it",
        ),
        (
            "Availability SLO is 99.99% over 30 days",
            CODE,
            {"proofs": held("slo_tiers_reachable"), "slos": [SLO]},
            Status.UNMET,
            "no objective promises 99.99 % over 30 days",
        ),
        (
            "Every alert links a runbook",
            CODE,
            {},
            Status.UNPROVEN,
            "the tree has no alert rule",
        ),
        (
            "Alerts are routed to Opsgenie",
            {**WATCHED, "alertmanager.yml": ROUTING},
            {"proofs": held("routing_reaches_receiver")},
            Status.UNMET,
            "no route leads to Opsgenie (alertmanager.yml:1)",
        ),
        (
            "On SIGTERM the service finishes in-flight requests",
            CODE,
            {"proofs": (make_proof("sigterm_loses_nothing", Result.BROKE, "lost 2"),)},
            Status.UNMET,
            "sigterm_loses_nothing broke: lost 2",
        ),
        (
            "No approval is needed before apply",
            CODE,
            {},
            Status.UNPROVEN,
            '"No approval is needed before apply" asks for the opposite of OPS-1 (no manual '
            "deployment steps)",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_is_not_met(
    sentence: str, files: dict[str, str], rest: dict[str, object], status: Status, why: str
) -> None:
    judgement = judged(sentence, files, **rest)
    assert (judgement.status, judgement.why) == (status, why)


def test_a_part_that_nothing_verifies_keeps_the_whole_unproven() -> None:
    sentence = "No secrets in the repository, and the moon is made of cheese"
    judgement = judged(sentence)
    assert judgement.status is Status.UNPROVEN
    assert "moon is made of cheese" in judgement.why
    assert judgement.rung is Rung.CLAIMED


def test_a_part_that_is_false_makes_the_whole_false_whatever_the_rest_is() -> None:
    finding = make_finding(check="secret-in-file", path="a.py", message="a key")
    sentence = "No secrets in the repository, and the moon is made of cheese"
    assert judged(sentence, findings=(finding,)).status is Status.UNMET
