"""Every criterion of the stage, in the order in which a verdict lists them."""

from importlib import resources

from opsready.verdict.criteria import (
    claims_tried,
    errors_paged,
    failures_written_down,
    health_verified,
    mandates_kept,
    pipeline_planned_and_approved,
    pipeline_validated,
    runbooks_stepwise,
    signals_covered,
    slos_budgeted,
)
from opsready.verdict.criterion import Criterion

MANDATES: tuple[Criterion, ...] = mandates_kept.CRITERIA
"""What must not be so, whoever judges."""

COMPLETION: tuple[Criterion, ...] = (
    pipeline_validated.CRITERION,
    signals_covered.CRITERION,
    runbooks_stepwise.CRITERION,
    slos_budgeted.CRITERION,
    claims_tried.CRITERION,
)
"""What must be so before the stage is complete."""

GOOD_SENTENCES: tuple[Criterion, ...] = (
    pipeline_planned_and_approved.CRITERION,
    failures_written_down.CRITERION,
    errors_paged.CRITERION,
    health_verified.CRITERION,
)
"""What a stage without criteria of its own is judged by beside."""

CRITERIA: tuple[Criterion, ...] = (*MANDATES, *COMPLETION, *GOOD_SENTENCES)


def page(id: str) -> str:
    """The page of a criterion, as Markdown. Raises `KeyError` for an id that none has."""
    criterion = next((known for known in CRITERIA if known.id == id), None)
    if criterion is None:
        raise KeyError(id)
    package, _, stem = criterion.judge.__module__.rpartition(".")
    return resources.files(package).joinpath(f"{stem}.md").read_text(encoding="utf-8")
