"""Whether the failures of the good sentence have their entries, each tried for itself."""

from dataclasses import replace
from typing import Any

import pytest

from opsready.rehearsal.proof import Result, Rung
from opsready.verdict.criteria.failures_written_down import CRITERION
from opsready.verdict.criterion import Status
from tests.build import make_spec
from tests.verdict.build import make_brief, make_proof, make_runbook


def test_the_four_failures_are_found_by_what_their_entries_mean() -> None:
    files = make_runbook(
        "Restarting the service",
        "PostgreSQL failover",
        "Flush the Redis cache",
        "Renewing TLS certificates",
    )
    case = make_brief(files, proofs=(make_proof("runbook_diagnosis_runs"),))
    judgement = CRITERION.judge(case)
    assert (judgement.status, judgement.rung, judgement.why) == (Status.MET, Rung.REHEARSED, "")


def test_an_entry_that_could_not_be_rehearsed_takes_none_but_itself_along() -> None:
    """The one about the queue is not asked for; the one about the cache is."""
    names = ("Service restart", "Database failover", "Certificate rotation")
    told: list[dict[str, Any]] = [
        {"entry": name, "path": "docs/runbook.md", "rung": "rehearsed", "commands": 1}
        | {"rehearsed": 1, "otherwise": {}, "not_run": {}}
        for name in (*names, "Cache flush")
    ]
    lost = {
        "rung": "claimed",
        "rehearsed": 0,
        "not_run": {"docs/runbook.md:3 x": "no such program"},
    }
    queue = {**told[0], "entry": "Queue is full", **lost}
    files = make_runbook(*names, "Cache flush", "Queue is full")
    answers = []
    for entries in ([*told, queue], [*told[:-1], {**told[-1], **lost}, queue]):
        evidence = {"open": "not all ran", "entries": entries}
        partly = make_proof("runbook_diagnosis_runs", Result.NOT_RUN, "not all ran")
        judged = CRITERION.judge(make_brief(files, proofs=(partly.with_evidence(evidence),)))
        answers.append((judged.status, judged.why))
    said = 'runbook_diagnosis_runs was not run: 0 of 1 commands of "Cache flush" ran: '
    assert answers == [(Status.MET, ""), (Status.UNPROVEN, f"{said}no such program")]


@pytest.mark.parametrize(
    ("kinds", "status", "why"),
    [
        (
            (),
            Status.UNPROVEN,
            "no runbook entry is about cache flush, and nothing says whether the service needs "
            "one: name its `dependencies` in opsready.yaml (docs/runbook.md:3)",
        ),
        (("postgresql",), Status.MET, ""),
        (("redis",), Status.UNMET, "no runbook entry is about cache flush (docs/runbook.md:3)"),
    ],
    ids=["unknown", "none", "one"],
)
def test_a_cache_that_the_service_has_not_needs_no_flush(
    kinds: tuple[str, ...], status: Status, why: str
) -> None:
    files = make_runbook("Service restart", "Database failover", "Certificate rotation")
    case = make_brief(files, proofs=(make_proof("runbook_diagnosis_runs"),))
    needed = [{"name": kind, "kind": kind, "critical": True} for kind in kinds]
    spec = make_spec(dependencies=needed)
    judgement = CRITERION.judge(replace(case, spec=spec))
    assert (judgement.status, judgement.why) == (status, why)


def test_a_failure_without_an_entry_is_named() -> None:
    files = make_runbook("Service restart", "Database failover", "Cache flush")
    case = make_brief(files, proofs=(make_proof("runbook_diagnosis_runs"),))
    judgement = CRITERION.judge(case)
    assert (judgement.status, judgement.why) == (
        Status.UNMET,
        "no runbook entry is about certificate rotation (docs/runbook.md:3)",
    )
