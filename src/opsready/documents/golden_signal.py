"""Which of a service's signals an expression watches: latency, errors, traffic.

Told by names and labels, in the conventions of Prometheus and OpenTelemetry: seconds and durations,
words of failure and status codes, counters taken as a rate.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from opsready.documents.expression import Expression
from opsready.promql.nodes import Binary, Expr, Matcher, Selector, walk
from opsready.promql.uses import SelectorUse, selectors


class Signal(StrEnum):
    """What users feel (Site Reliability Engineering, chapter 6); saturation is left to causes."""

    LATENCY = "latency"
    ERRORS = "error rate"
    TRAFFIC = "throughput"


_LATENCY = re.compile(
    r"duration|latency|response_time|elapsed|took|(?:request|query|call|processing|handle)\w*_seconds"
    r"|_(?:milliseconds|ms)(?:_|$)|seconds_(?:bucket|sum|count)$",
    re.IGNORECASE,
)
_NO_LATENCY = re.compile(r"_(?:cpu|created|start|gc|uptime|timestamp)\w*", re.IGNORECASE)
_ERRORS = re.compile(r"err(?:or)?s?(?:_|$)|fail|exception|5xx|reject|timeout", re.IGNORECASE)
_STATUS = re.compile(r"code|status|result|outcome|success|error|exception", re.IGNORECASE)
_BAD = re.compile(r"^[45]|err|fail|false|unavailable|internal|exception|timeout", re.IGNORECASE)
_COUNTED = re.compile(r"_total$|_count$|requests|_processed|_handled|_calls|_operations", re.I)
_RATES = frozenset({"rate", "irate", "increase"})
_RECORDED_ERRORS = re.compile(r"err|fail|availab|success|burn|budget", re.IGNORECASE)


def signals_of(expression: Expression) -> frozenset[Signal]:
    """The signals that an expression watches; none for what does not parse."""
    return frozenset(_signals(expression.root)) if expression.root else frozenset()


def _signals(root: Expr) -> Iterator[Signal]:
    shares = {id(s) for node in walk(root) if _is_share(node) for s in walk(node)}
    for use in selectors(root):
        name = use.selector.name or ""
        if _asks_for_errors(use.selector) or (":" in name and _RECORDED_ERRORS.search(name)):
            yield Signal.ERRORS
        elif _asks_for_latency(use):
            yield Signal.LATENCY
        elif _is_counted(use) and id(use.selector) not in shares:
            yield Signal.TRAFFIC


def _is_share(node: Expr) -> bool:
    return isinstance(node, Binary) and node.op == "/"


def _asks_for_errors(selector: Selector) -> bool:
    if _ERRORS.search(selector.name or ""):
        return True
    return any(_STATUS.search(m.label) and _is_about_bad(m) for m in selector.matchers)


def _is_about_bad(matcher: Matcher) -> bool:
    """Both `code=~"5.."` and `code!~"5.."` are read to tell good from bad."""
    return bool(_BAD.search(matcher.value))


def _asks_for_latency(use: SelectorUse) -> bool:
    name = use.selector.name or ""
    by_quantile = any(function.startswith("histogram_") for function in use.functions)
    return by_quantile or (bool(_LATENCY.search(name)) and not _is_count_alone(use))


def _is_count_alone(use: SelectorUse) -> bool:
    """A histogram's count, taken as a rate and not divided by, is how many there were."""
    name = use.selector.name or ""
    divided = any(_is_share(node) for node in use.enclosing)
    return name.endswith("_count") and not divided


def _is_counted(use: SelectorUse) -> bool:
    name = use.selector.name or ""
    if _NO_LATENCY.search(name):
        return False
    by_rate = bool(_RATES & set(use.functions))
    recorded = ":" in name and re.search(r"rate|requests", name) is not None
    return (by_rate and bool(_COUNTED.search(name))) or recorded
