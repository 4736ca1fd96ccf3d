"""The smallest verdict of each kind, and what it is made of."""

from typing import Any

from opsready.documents.protection import Protection
from opsready.rehearsal.proof import Journal, Proof, Result, Rung
from opsready.review.finding import Finding
from opsready.review.review import CheckNotRun, Review
from opsready.sources.source import Bundle
from opsready.verdict.criterion import Brief, Criterion, Judgement, Status
from opsready.verdict.instruments import Kind, instruments
from opsready.verdict.judge import Judged, Verdict
from opsready.verdict.scope import scope_of
from tests.build import make_bundle, make_spec

CODE = {"app.py": "print()\n"}


def make_review(
    findings: tuple[Finding, ...] = (), not_run: tuple[CheckNotRun, ...] = ()
) -> Review:
    """A review in which every other check ran."""
    left_out = {missing.check for missing in not_run}
    checks = (i.id for i in instruments().values() if i.kind is Kind.CHECK)
    return Review(findings, tuple(id for id in checks if id not in left_out), not_run)


WATCHED = {
    "deploy/rules.yml": (
        "groups:\n- name: g\n  rules:\n  - alert: Errors\n"
        '    expr: sum(rate(http_requests_total{status=~"5.."}[5m]))'
        " / sum(rate(http_requests_total[5m])) > 0.01\n"
        "    labels: {severity: page}\n"
    ),
    "app.py": "print()\n",
}
ROUTING = "route: {receiver: oncall}\nreceivers:\n- name: oncall\n  pagerduty_configs: [{}]\n"


def make_runbook(*entries: str) -> dict[str, str]:
    """A page with an entry for each of these failures."""
    parts = "\n".join(
        f"## {entry}\n### Symptom\nIt is down.\n### Diagnosis\n```sh\ncurl x\n```\n"
        "### Remedy\n```sh\nsystemctl restart x\n```\n"
        for entry in entries
    )
    return {"docs/runbook.md": f"# Runbook\n\n{parts}"}


def make_proof(probe: str, result: Result = Result.HELD, why: str = "") -> Proof:
    known = instruments().get(probe)
    rung = known.rung if known else Rung.REHEARSED
    return Proof(probe, probe.replace("_", " "), result, why, rung=rung)


def make_brief(
    files: dict[str, str] | None = None,
    *,
    findings: tuple[Finding, ...] = (),
    not_run: tuple[CheckNotRun, ...] = (),
    proofs: tuple[Proof, ...] = (),
    bundle: Bundle | None = None,
    protection: Protection | None = None,
    **sections: Any,
) -> Brief:
    """A brief in which every check ran and found no more than `findings`."""
    bundle = bundle or make_bundle(files or CODE)
    review = make_review(findings, not_run)
    return Brief(make_spec(**sections), bundle, review, Journal(proofs), protection)


def make_judged(
    status: Status = Status.MET,
    *,
    id: str = "x",
    must: str = "X holds",
    reasons: tuple[str, ...] = (),
    todo: tuple[str, ...] = (),
    instead: str = "",
    path: str = "",
    line: int = 0,
) -> Judged:
    rung = Rung.CHECKED if status is Status.MET else Rung.CLAIMED
    judgement = Judgement(status, rung, reasons, (), todo, instead)
    criterion = Criterion(id, must, Rung.CHECKED, lambda _: judgement, (), (), path, line)
    return Judged(criterion, judgement)


def make_verdict(*judged: Judged, proofs: tuple[Proof, ...] = (), **rest: Any) -> Verdict:
    return Verdict(judged, scope_of(Journal(proofs)), **rest)
