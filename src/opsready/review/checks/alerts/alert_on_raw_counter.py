"""An alert on the value of a counter, which only ever grows."""

from collections.abc import Iterator

from opsready.documents.expression import Condition
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.facts.fact import Claim
from opsready.promql.nodes import Binary, Call
from opsready.promql.uses import SelectorUse, selectors
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_OF_THE_VALUE = frozenset({"abs", "ceil", "floor", "round", "clamp_min", "clamp_max", "sort"})
_NOT_OF_THE_VALUE = frozenset({"count", "group", "count_values"})


def find(case: Case) -> Iterator[Finding]:
    """One finding a counter that an alert compares with a number."""
    types = {fact["name"]: fact["type"] for fact in case.facts.of(Claim.METRIC)}
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        counters = {
            use.selector.name: condition
            for condition in alert.expression.conditions
            if condition.op in {">", ">=", "!="}
            for use in selectors(condition.value)
            if _is_raw(use) and _is_counter(use.selector.name or "", types)
        }
        for name, condition in counters.items():
            yield _finding(alert, name or "", condition)


def _is_counter(name: str, types: dict[str, str]) -> bool:
    """What the code says, else the suffix that Prometheus keeps for counters."""
    known = types.get(name) or types.get(name.removesuffix("_total"))
    return known == "counter" if known else name.endswith("_total")


def _is_raw(use: SelectorUse) -> bool:
    """Whether the counter's own value is compared: not over a window, not less another value, an
    earlier one or what was finished of what was begun, not merely counted."""
    calls = {node.function for node in use.enclosing if isinstance(node, Call)}
    is_level = any(isinstance(node, Binary) and node.op == "-" for node in use.enclosing)
    return (
        use.reach_ms == use.selector.offset_ms
        and not is_level
        and calls <= _OF_THE_VALUE
        and not _NOT_OF_THE_VALUE & set(use.functions)
    )


def _finding(alert: Alert, name: str, condition: Condition) -> Finding:
    return Finding(
        alert.path,
        alert.line_of("expr"),
        f"`{alert.name}` compares the counter `{name}` itself with a number: it counts since the "
        "process started, so what happened once keeps the alert on until a restart",
        f"Compare a rate over a window, best as a share of all: "
        f"`sum(rate({name}[5m])) / sum(rate(<all of them>[5m])) > 0.01`.",
    )


CHECK = Check(
    id="alert-on-raw-counter",
    mandate="SRE-1",
    severity=Severity.BLOCKER,
    title="an alert on the value of a counter",
    find=find,
)
