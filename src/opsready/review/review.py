"""Runs the checks over a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from opsready.facts.fact import Facts
from opsready.hats.pack import Pack
from opsready.review.catalog import CHECKS
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding
from opsready.spec.spec import Spec


@dataclass(frozen=True)
class CheckNotRun:
    """A check that could not judge, and why."""

    check: str
    why: str


@dataclass(frozen=True)
class Review:
    """What the checks found, which of them ran, and which could not."""

    findings: tuple[Finding, ...] = ()
    ran: tuple[str, ...] = ()
    not_run: tuple[CheckNotRun, ...] = ()

    def of(self, *checks: str) -> list[Finding]:
        """The findings of these checks that nobody allowed."""
        return [f for f in self.findings if f.check in checks and f.suppressed is None]


def review_pack(facts: Facts, spec: Spec, pack: Pack, checks: Sequence[Check] = CHECKS) -> Review:
    """Every finding of every check."""
    case = Case(facts, spec, pack)
    findings: list[Finding] = []
    ran: list[str] = []
    not_run: list[CheckNotRun] = []
    for check in checks:
        try:
            findings.extend(check.find(case))
            ran.append(check.id)
        except NotRun as reason:
            not_run.append(CheckNotRun(check.id, str(reason)))
    return Review(tuple(findings), tuple(ran), tuple(not_run))
