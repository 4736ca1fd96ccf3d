"""A page that one single event is enough for."""

import re
from collections.abc import Iterator

from opsready.documents.expression import condition_of, constant
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.promql.literals import format_duration
from opsready.promql.nodes import Aggregation, Binary, Call, Expr, Range, Selector
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_PER_SECOND = frozenset({"rate", "irate"})
_PER_WINDOW = frozenset({"increase", "delta", "idelta", "changes", "resets"})
_ROUNDING = frozenset({"ceil", "round", "abs", "sort", "label_replace"})
# Where one is one too many: lost or corrupted data, two leaders, a break-in.
_ONE_IS_TOO_MANY = re.compile(
    r"corrupt|checksum|data_?loss|lost|split_?brain|intrusion|breach|tamper|fraud|integrity|panic",
    re.IGNORECASE,
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a paging alert with a way to fire on one event."""
    book = case.pack.bundle.assembled(RuleBook)
    for alert in book.alerts:
        if not alert.pages or _ONE_IS_TOO_MANY.search(alert.name + alert.expression.text):
            continue
        counted = next(
            (c for way in alert.expression.ways if (c := _alone(way, alert, book))), None
        )
        if counted is not None:
            name = f"`{counted.selector.name}`" if counted.selector.name else "of these"
            yield Finding(
                alert.path,
                alert.line_of("expr"),
                f"`{alert.name}` pages after one {name} within {format_duration(counted.range_ms)}",
                "Page on a share of requests or on a burn rate over a window; send what is worth "
                "knowing once to a ticket or a log.",
            )


def _alone(way: tuple[Expr, ...], alert: Alert, book: RuleBook) -> Range | None:
    """What is counted, where one event makes all parts of the way hold at the same time."""
    single = [counted for part in way if (counted := _fires_on_one(part, alert, book))]
    others = [part for part in way if book.is_windowed(part)]
    return single[0] if single and len(others) <= len(single) else None


def _fires_on_one(part: Expr, alert: Alert, book: RuleBook) -> Range | None:
    condition = condition_of(part)
    if condition is None or condition.op not in {">", ">="} or condition.bound < 0:
        return None
    found = _one_event(condition.value, book)
    if found is None:
        return None
    worth, counted = found
    enough = worth > condition.bound or (condition.op == ">=" and worth == condition.bound)
    # One event stays in the window for its length: a longer `for` takes several.
    return counted if enough and alert.for_s * 1000 < counted.range_ms else None


def _one_event(expr: Expr, book: RuleBook) -> tuple[float, Range] | None:
    """What the expression gives for one event, and what it counts."""
    match expr:
        case Call(function=function, args=(Range() as counted,)) if function in _PER_WINDOW:
            return 1.0, counted
        case Call(function=function, args=(Range() as counted,)) if function in _PER_SECOND:
            return 1000 / counted.range_ms, counted
        case Call(function=function, args=(inner, *_)) if function in _ROUNDING:
            return _one_event(inner, book)
        case Aggregation(op=("sum" | "max"), expr=inner):
            return _one_event(inner, book)
        case Selector(name=str(name)):
            recorded = book.resolve(name)
            return _one_event(recorded[0], book) if len(recorded) == 1 else None
        case Binary(op=("*" | "/"), left=left, right=right):
            factor, found = constant(right), _one_event(left, book)
            if factor is None or found is None or factor <= 0:
                return None
            return (found[0] * factor if expr.op == "*" else found[0] / factor), found[1]
    return None


CHECK = Check(
    id="page-on-single-event",
    mandate="SRE-1",
    severity=Severity.BLOCKER,
    title="a page that one single event is enough for",
    find=find,
)
