"""A rule that reads a recorded metric that no rule records."""

import difflib
import re
from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

# What differs by more is another metric, recorded by rules that lie elsewhere.
_ALIKE = 0.9
_FIGURES = re.compile(r"\d+[smhdwy]?")


def find(case: Case) -> Iterator[Finding]:
    """One finding a use of a name that is nearly one of the tree's own recordings."""
    book = case.pack.bundle.assembled(RuleBook)
    known = {name for name in book.recorded_names if ":" in name}
    lines = {recording.name: recording for recording in book.recordings}
    for owner, expression in case.queries if known else ():
        for name in sorted(expression.metrics):
            if ":" not in name or name in known:
                continue
            near = difflib.get_close_matches(name, sorted(known), 1, _ALIKE)
            if near and not _is_of_another_window(name, near[0]):
                own = lines[near[0]]
                yield Finding(
                    expression.path,
                    expression.line,
                    f"{owner} reads `{name}`, which no rule of the tree records",
                    f"Read `{near[0]}`, or record `{name}`.",
                    related=(Place(own.path, own.line, f"records `{near[0]}`"),),
                )


def _is_of_another_window(name: str, other: str) -> bool:
    """Whether the two differ in figures alone: `…:rate1h` may be recorded elsewhere."""
    return _FIGURES.sub("", name) == _FIGURES.sub("", other)


CHECK = Check(
    id="recorded-metric-missing",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a recorded metric that no rule records",
    find=find,
)
