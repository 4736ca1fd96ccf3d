"""Every criterion of the stage, in the order in which a verdict lists them."""

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
)
"""What must be so before the stage is complete."""

TRIED: tuple[Criterion, ...] = (claims_tried.CRITERION,)
"""What was tried must have held, whether or not a sentence asks for it."""

GOOD_SENTENCES: tuple[Criterion, ...] = (
    pipeline_planned_and_approved.CRITERION,
    failures_written_down.CRITERION,
    errors_paged.CRITERION,
    health_verified.CRITERION,
)
"""What a stage without criteria of its own is judged by beside."""

CRITERIA: tuple[Criterion, ...] = (*MANDATES, *COMPLETION, *TRIED, *GOOD_SENTENCES)
