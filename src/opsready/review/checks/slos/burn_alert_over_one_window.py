"""A burn alert that looks at one window alone."""

from collections.abc import Iterator

from opsready.documents.expression import Condition, condition_of
from opsready.documents.rulebook import RuleBook
from opsready.documents.value_range import SHARE
from opsready.promql.literals import format_duration
from opsready.promql.nodes import Expr
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

HOUR_S = 3600


def find(case: Case) -> Iterator[Finding]:
    """One finding a burn factor times a budget, compared over one long window."""
    book = case.pack.bundle.assembled(RuleBook)
    for alert in book.alerts:
        for way in alert.expression.ways:
            burns = [c for part in way if (c := _burn(part))]
            windows = {w for c in burns for w in book.windows_s(c.value)}
            sure = all(book.value_range(c.value) == SHARE for c in burns)
            if (
                len(burns) == 1
                and sure
                and len(windows) == 1
                and (window := windows.pop()) >= HOUR_S
            ):
                long = format_duration(int(window * 1000))
                short = format_duration(int(window / 12 * 1000))
                yield Finding(
                    alert.path,
                    alert.line_of("expr"),
                    f"`{alert.name}` looks at {long} alone: it fires on for up to {long} after the "
                    "errors have ended",
                    f"Ask for the same over {short} too (`and`): the long window says that it "
                    "matters, the short one that it goes on.",
                )
                break


def _burn(part: Expr) -> Condition | None:
    """A comparison with a factor times a budget."""
    condition = condition_of(part)
    is_one = condition is not None and condition.is_product and condition.op in {">", ">="}
    return condition if is_one else None


CHECK = Check(
    id="burn-alert-over-one-window",
    mandate="SRE-2",
    severity=Severity.ADVICE,
    title="a burn alert that looks at one window alone",
    find=find,
)
