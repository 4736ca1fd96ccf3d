"""An alert whose condition no data can meet."""

from collections.abc import Iterator

from opsready.documents.expression import Condition, condition_of, names_in
from opsready.documents.rulebook import RuleBook
from opsready.documents.value_range import SHARE, ValueRange
from opsready.promql.nodes import Aggregation, Binary, Call, Expr, Matcher, Selector, walk
from opsready.promql.printer import print_expr
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_OF_NOTHING = frozenset({"count_over_time", "present_over_time"})


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert all of whose ways to fire are barred."""
    book = case.pack.bundle.assembled(RuleBook)
    for alert in book.alerts:
        reasons = [_reason(way, book) for way in alert.expression.ways]
        if reasons and all(reasons):
            yield Finding(
                alert.path,
                alert.line_of("expr"),
                f"`{alert.name}` can never fire: {reasons[0]}",
                "Choose a threshold that an outage reaches, and show it with a rule test in which "
                "the alert fires.",
            )


def _reason(way: tuple[Expr, ...], book: RuleBook) -> str | None:
    """Why one way to fire is barred."""
    for part in way:
        for node in walk(part):
            if isinstance(node, Selector) and (barred := _contradiction(node)):
                return barred
        condition = condition_of(part)
        barred = _out_of_range(condition, book) if condition else None
        if barred:
            return barred
    return None


def _contradiction(selector: Selector) -> str | None:
    """Two matchers of one label that no value passes together."""
    admitted: dict[str, Matcher] = {}
    for matcher in selector.matchers:
        values, other = matcher.admitted, admitted.get(matcher.label)
        if other is not None and not any(matcher.matches(v) for v in other.admitted or ()):
            both = f"{_shown(other)} and {_shown(matcher)}"
            return f"no series has both {both}"
        if values is not None and other is None:
            admitted[matcher.label] = matcher
    return None


def _shown(matcher: Matcher) -> str:
    return f'`{matcher.label}{matcher.op}"{matcher.value}"`'


def _out_of_range(condition: Condition, book: RuleBook) -> str | None:
    found = book.value_range(condition.value)
    if not found.never(condition.op, condition.bound) or _is_percent(found, condition):
        return None
    bound = f"{condition.bound:g}"
    if isinstance(condition.value, Aggregation) and condition.value.op == "count":
        return f"`count` of nothing is nothing, not 0, so `{condition.op} {bound}` has no series"
    if isinstance(condition.value, Call) and condition.value.function in _OF_NOTHING:
        function = condition.value.function
        return f"`{function}` gives nothing where there are no samples, so it is never below 1"
    if condition.op in {">", ">="} and found == SHARE and condition.is_product:
        return (
            f"a share is at most 1, and the threshold is {bound}: at this objective the burn "
            "factor is out of reach"
        )
    if "absent" in names_in(condition.value):
        return f"`absent` gives 1 or nothing, never a value {condition.op} {bound}"
    return f"`{_short(condition.value)}` {_limits(found)}, never {condition.op} {bound}"


def _limits(found: ValueRange) -> str:
    if found.high == float("inf"):
        return f"is at least {found.low:g}"
    if found.low == float("-inf"):
        return f"is at most {found.high:g}"
    return f"lies between {found.low:g} and {found.high:g}"


def _is_percent(found: ValueRange, condition: Condition) -> bool:
    """A share compared with 5 is a slip of its own (`percent-threshold`)."""
    is_share = found == SHARE and isinstance(condition.value, Binary)
    return is_share and 1 < condition.bound <= 100 and not condition.is_product


def _short(expr: Expr) -> str:
    text = print_expr(expr)
    return text if len(text) <= 60 else text[:57] + "…"


CHECK = Check(
    id="alert-can-never-fire",
    mandate="SRE-4",
    severity=Severity.BLOCKER,
    title="an alert whose condition no data can meet",
    find=find,
)
