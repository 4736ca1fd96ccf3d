"""Objectives whose budget may be spent without any consequence."""

import re
from collections.abc import Iterator

from opsready.documents.sentences import sentences
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.review.promise import promises
from opsready.spec.origin import Basis

_HEADING = re.compile(r"error[- ]budget polic|\bbudget policy\b|\bSLO policy\b", re.IGNORECASE)
_BUDGET = re.compile(r"\bbudgets?\b", re.IGNORECASE)
_SPENT = re.compile(
    r"\b(spent|exhaust\w*|consumed|burn(?:ed|t)|used up|run(?:s|ning)? out|deplet\w*|gone|empty"
    r"|exceed\w*|overspent|negative|below|remain\w*|left)\b",
    re.IGNORECASE,
)
_CONSEQUENCE = re.compile(
    r"\b(freeze|frozen|halt\w*|stop\w*|paus\w*|block\w*|suspend\w*|hold|priorit\w*|no (?:new )?"
    r"(?:features?|deploy\w*|releases?)|only (?:fixes|reliability)|postmortem|post-mortem"
    r"|escalat\w*|approval|slow down|roll back)\b",
    re.IGNORECASE,
)


def find(case: Case) -> Iterator[Finding]:
    """One finding at the first objective, where nothing says what happens without a budget."""
    made = [promise for promise in promises(case) if promise.sure]
    if made and not _has_policy(case):
        first = made[0]
        more = f" and {len(made) - 1} more" if len(made) > 1 else ""
        yield Finding(
            first.path,
            first.line,
            f"nothing says what happens when the error budget of `{first.name}`{more} is spent",
            "Write the error-budget policy: at which share of the budget who stops what, and who "
            "may make an exception.",
        )


def _has_policy(case: Case) -> bool:
    for slo in case.spec.operations.slos:
        origin = case.spec.origin(f"slos.{slo.name}.policy")
        if slo.policy and origin is not None and origin.basis is not Basis.ASSUMED:
            return True
    for page in case.pack.bundle.notes():
        if any(_HEADING.search(section.heading) for section in page.sections):
            return True
        texts = [sentence.text for sentence in sentences(page)]
        texts += [" ".join(row.cells) for table in page.tables for row in table.rows]
        if any(_BUDGET.search(t) and _SPENT.search(t) and _CONSEQUENCE.search(t) for t in texts):
            return True
    return False


CHECK = Check(
    id="slo-without-policy",
    mandate="SRE-2",
    severity=Severity.WARNING,
    title="objectives whose budget may be spent without any consequence",
    find=find,
)
