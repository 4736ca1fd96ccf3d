"""A document and a file of objectives that promise different figures."""

from collections.abc import Iterator

from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.review.promise import Promise, promises


def find(case: Case) -> Iterator[Finding]:
    """One finding a documented availability that no file of objectives has."""
    made = promises(case)
    files = [p for p in made if p.slo is not None and "availab" in p.name.lower()]
    targets = {promise.target_ratio for promise in files}
    said = [p for p in made if p.slo is None and _is_of_the_whole(p)]
    if not files or any(promise.target_ratio in targets for promise in said):
        return
    for promise in said:
        in_files = ", ".join(sorted({f"{_percent(target)}" for target in targets if target}))
        yield Finding(
            promise.path,
            promise.line,
            f"the document promises an availability of {_percent(promise.target_ratio)}, the files "
            f"of objectives have {in_files}",
            "Let one place say the figure, and let the other follow it.",
            related=tuple(
                Place(file.path, file.line, f"`{file.name}` has {_percent(file.target_ratio)}")
                for file in files
            ),
        )


def _is_of_the_whole(promise: Promise) -> bool:
    """Stated for the service as a whole, not for one route or journey."""
    return promise.kind == "availability" and promise.sure and promise.where is None


def _percent(ratio: float | None) -> str:
    return "no target" if ratio is None else f"{round(ratio * 100, 10):g} %"


CHECK = Check(
    id="slo-figures-disagree",
    mandate="DONE-4",
    severity=Severity.WARNING,
    title="a document and a file of objectives that promise different figures",
    find=find,
)
