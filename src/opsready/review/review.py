"""Runs the checks over a case."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from opsready.facts.fact import Facts
from opsready.hats.pack import Pack
from opsready.review.allow import allow, read_allowances
from opsready.review.catalog import CHECKS, LINTERS
from opsready.review.check import Case, Check, NotGiven, NotRun
from opsready.review.finding import Finding, Severity
from opsready.review.foreign import GENERATED, is_generated, left_out
from opsready.review.lint import Linted, linting
from opsready.review.linter import Linter
from opsready.review.same_fault import merged
from opsready.sources.source import Bundle
from opsready.spec.spec import Spec


@dataclass(frozen=True)
class CheckNotRun:
    """A check or a linter that could not judge, and why; `crashed` tells a defect of ours from a
    reason, `optional` that what it reads need not be there."""

    check: str
    why: str
    crashed: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Review:
    """What checks and linters found, which of them ran, and which could not."""

    findings: tuple[Finding, ...] = ()
    ran: tuple[str, ...] = ()
    not_run: tuple[CheckNotRun, ...] = ()

    def of(self, *checks: str) -> list[Finding]:
        """The findings of these checks that nobody allowed."""
        return [f for f in self.findings if f.check in checks and f.suppressed is None]

    @property
    def standing(self) -> list[Finding]:
        """The findings that nobody allowed and no baseline knows."""
        return [finding for finding in self.findings if finding.suppressed is None]

    @property
    def blockers(self) -> list[Finding]:
        """Those of them that keep the service from being ready."""
        return [finding for finding in self.standing if finding.severity is Severity.BLOCKER]


def review_pack(
    facts: Facts,
    spec: Spec,
    pack: Pack,
    checks: Sequence[Check] = CHECKS,
    today: date | None = None,
    exclude: Sequence[str] = (),
    linters: Sequence[Linter] = (),
) -> Review:
    """Every finding of every check, and of every linter that is given, each once, in the order of
    path and line.

    Findings in foreign files and in those that a pattern of `exclude` names are left out.
    """
    today = today or date.today()
    ids = tuple(check.id for check in checks)
    known = (*ids, *(f"{linter.id}/" for linter in LINTERS))
    case = Case(facts, spec, pack, today, known)
    is_out = left_out(exclude)
    findings: list[Finding] = []
    not_run: list[CheckNotRun] = []
    with linting(linters, pack.bundle, is_out) as linted:
        for check in checks:
            missing = _run(check, case, findings)
            if missing:
                not_run.append(missing)
        remarks = linted()
    not_run += [CheckNotRun(one.linter.id, one.missing) for one in remarks if one.missing]
    allowances = [a for a in read_allowances(pack.bundle) if a.fault(today, known) is None]
    asked = (*ids, *(linter.id for linter in linters))
    ran = tuple(id for id in asked if id not in {missing.check for missing in not_run})
    ours = _once(finding for finding in findings if not is_out(finding.path))
    numbered = _numbered(_placed(_with_linters(ours, remarks), pack.bundle))
    return Review(tuple(allow(numbered, allowances)), ran, tuple(not_run))


def _with_linters(ours: Iterable[Finding], remarks: Iterable[Linted]) -> list[Finding]:
    theirs = (finding for linted in remarks for finding in linted.findings)
    return _once(merged(ours, theirs))


def _run(check: Check, case: Case, findings: list[Finding]) -> CheckNotRun | None:
    """Appends what the check finds; a defect in one check must not cost the others' findings,
    and what it found before it stopped stands."""
    try:
        findings.extend(_filled(finding, check) for finding in check.find(case))
    except NotRun as reason:
        return CheckNotRun(check.id, str(reason), optional=isinstance(reason, NotGiven))
    except Exception as error:
        why = f"internal error, please report it: {type(error).__name__}: {error}"
        return CheckNotRun(check.id, why, crashed=True)
    return None


def _filled(finding: Finding, check: Check) -> Finding:
    return replace(finding, check=check.id, mandate=check.mandate, severity=check.severity)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Two findings of one check that say the same of one line are one; related places add up."""
    merged: dict[tuple[str, str, int, str], Finding] = {}
    for finding in findings:
        identity = (finding.check, finding.path, finding.line, finding.message)
        known = merged.get(identity)
        places = (*known.related, *finding.related) if known else finding.related
        merged[identity] = replace(finding, related=tuple(dict.fromkeys(places)))
    return sorted(merged.values(), key=lambda f: (f.path, f.line, f.check, f.message))


def _placed(findings: Iterable[Finding], bundle: Bundle) -> Iterator[Finding]:
    """Each with the words of its line; suppressed where a program writes the file."""
    texts = {source.path: source.text for source in bundle.sources}
    for path, group in groupby(findings, key=lambda finding: finding.path):
        text = texts.get(path, "")
        lines = ["", *text.splitlines()]
        reason = GENERATED if is_generated(text) else None
        for finding in group:
            words = lines[finding.line].strip() if finding.line < len(lines) else ""
            yield replace(
                finding,
                anchor=finding.anchor or words,
                suppressed=finding.suppressed or reason,
            )


def _numbered(findings: Iterable[Finding]) -> list[Finding]:
    """Equal lines of one file are told apart by their order."""
    seen: Counter[str] = Counter()
    numbered = []
    for finding in findings:
        first = finding.fingerprint
        numbered.append(replace(finding, repeat=seen[first]))
        seen[first] += 1
    return numbered
