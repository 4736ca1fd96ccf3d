"""Two documents that promise different availabilities of the whole service."""

from collections.abc import Iterator

from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.review.promise import promises


def find(case: Case) -> Iterator[Finding]:
    """One finding a document's availability that an earlier one contradicts, where each page
    promises one figure for the whole."""
    notes = {page.path for page in case.pack.bundle.design_notes()}
    said = [
        p
        for p in promises(case)
        if p.slo is None and p.kind == "availability" and p.sure and p.where is None
    ]
    figures: dict[str, set[float | None]] = {}
    for promise in said:
        figures.setdefault(promise.path, set()).add(promise.target_ratio)
    sole = [p for p in said if p.path in notes and len(figures[p.path]) == 1]
    for promise in sole[1:]:
        first = sole[0]
        if promise.path != first.path and promise.target_ratio != first.target_ratio:
            yield Finding(
                promise.path,
                promise.line,
                f"this page promises an availability of {_percent(promise.target_ratio)}, and "
                f"`{first.path}` one of {_percent(first.target_ratio)}",
                "Let one page say the figure, and the others refer to it.",
                related=(Place(first.path, first.line, "the other figure"),),
            )


def _percent(ratio: float | None) -> str:
    return "no figure" if ratio is None else f"{round(ratio * 100, 10):g} %"


CHECK = Check(
    id="objectives-contradict",
    mandate="DONE-4",
    severity=Severity.WARNING,
    title="two documents that promise different figures",
    find=find,
)
