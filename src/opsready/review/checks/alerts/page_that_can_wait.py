"""A page for what has days."""

from collections.abc import Iterator

from opsready.documents.expression import Condition, condition_of, constant
from opsready.documents.rulebook import RuleBook
from opsready.documents.value_range import SHARE
from opsready.promql.literals import format_duration
from opsready.promql.nodes import Call, Expr, walk
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

DAY_S = 86_400
# The SRE Workbook, chapter 5, gives budgets spent over a day or more to a ticket.
WINDOW_AT_LEAST_S = DAY_S
# A forecast or an expiry that is a week away outlasts the longest weekend.
AWAY_AT_LEAST_S = 7 * DAY_S


def find(case: Case) -> Iterator[Finding]:
    """One finding a paging alert with a way to fire that has days until it harms."""
    book = case.pack.bundle.assembled(RuleBook)
    for alert in book.alerts:
        if not alert.pages:
            continue
        reason = next((r for way in alert.expression.ways if (r := _reason(way, book))), None)
        if reason:
            yield Finding(
                alert.path,
                alert.line,
                f"`{alert.name}` wakes a person for what can wait: {reason}",
                "Give it the severity of a ticket, and page nearer to the harm.",
            )


def _reason(way: tuple[Expr, ...], book: RuleBook) -> str | None:
    conditions = [found for part in way if (found := condition_of(part))]
    for condition in conditions:
        away_s = _forecast_s(condition) or _expiry_s(condition)
        if away_s >= AWAY_AT_LEAST_S:
            return f"it is about what happens in {_days(away_s)}"
    shares = [c.value for c in conditions if book.value_range(c.value) == SHARE]
    windows_s = [window for value in shares for window in book.windows_s(value)]
    if windows_s and max(windows_s) >= WINDOW_AT_LEAST_S:
        return f"it measures a share over {_days(max(windows_s))}"
    return None


def _forecast_s(condition: Condition) -> float:
    """How far ahead the longest forecast looks; 0 for none."""
    calls = (node for node in walk(condition.value) if isinstance(node, Call))
    ahead = (constant(call.args[1]) for call in calls if call.function == "predict_linear")
    return max((seconds for seconds in ahead if seconds is not None), default=0)


def _expiry_s(condition: Condition) -> float:
    """How long before a date it fires: `some_time - time() < seconds`; 0 for anything else."""
    value = condition.value
    if condition.op not in {"<", "<="} or getattr(value, "op", "") != "-":
        return 0
    right = value.children[-1]
    is_now = isinstance(right, Call) and right.function == "time"
    return condition.bound if is_now else 0


def _days(seconds: float) -> str:
    return format_duration(int(seconds * 1000)).replace("w", "w ").strip()


CHECK = Check(
    id="page-that-can-wait",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a page for what has days",
    find=find,
)
