"""A burn alert whose threshold belongs to another objective than any of the tree's."""

import math
from collections.abc import Iterator

from opsready.documents.expression import Condition
from opsready.documents.rulebook import RuleBook
from opsready.documents.value_range import SHARE
from opsready.promql.uses import selectors
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.review.promise import promises

# 14.4 × 0.0009999999999999432, as one generator writes it, is the budget of 99.9 %.
_RELATIVE = 1e-6
# The largest budget that a product of a burn factor can be about: an objective of 90 %.
_BUDGET_AT_MOST = 0.1


def find(case: Case) -> Iterator[Finding]:
    """One finding a threshold whose budget no objective leaves."""
    made = [p for p in promises(case) if p.sure and p.target_ratio is not None]
    budgets = {round(1 - p.target_ratio, 12) for p in made if p.target_ratio is not None}
    book = case.pack.bundle.assembled(RuleBook)
    for alert in book.alerts if budgets else ():
        for condition in alert.expression.conditions:
            used = [f for f in condition.factors if 0 < f <= _BUDGET_AT_MOST]
            if (
                used
                and _is_of_a_share(condition, book)
                and not any(_is_one_of(factor, budgets) for factor in condition.factors)
            ):
                yield Finding(
                    alert.path,
                    alert.line_of("expr"),
                    f"`{alert.name}` burns a budget of {_percent(used[0])}, and the objectives "
                    f"leave {', '.join(_percent(budget) for budget in sorted(budgets))}",
                    "Use the budget of the objective that the alert is about, in every threshold.",
                    related=tuple(Place(p.path, p.line, f"`{p.name}`") for p in made),
                )
                break


def _is_of_a_share(condition: Condition, book: RuleBook) -> bool:
    """A recorded metric whose rule lies elsewhere counts as one."""
    found = book.value_range(condition.value)
    names = {use.selector.name or "" for use in selectors(condition.value)}
    return found == SHARE or any(":" in name and not book.resolve(name) for name in names)


def _is_one_of(factor: float, budgets: set[float]) -> bool:
    return any(math.isclose(factor, budget, rel_tol=_RELATIVE) for budget in budgets)


def _percent(ratio: float) -> str:
    return f"{round(ratio * 100, 6):g} %"


CHECK = Check(
    id="burn-alert-on-another-budget",
    mandate="DONE-4",
    severity=Severity.WARNING,
    title="a burn alert on the budget of another objective",
    find=find,
)
