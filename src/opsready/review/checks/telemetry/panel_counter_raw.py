"""A panel that draws a counter itself, which only ever grows."""

import re
from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.facts.fact import Claim
from opsready.promql.nodes import Binary, Call
from opsready.promql.uses import SelectorUse
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_OF_THE_VALUE = frozenset(
    {"abs", "ceil", "floor", "round", "sum", "max", "min", "avg", "sort_desc"}
)
_HAPPENS = re.compile(
    r"(?:request|quer|call|error|fail|retr|timeout|drop|reject|message|event|hit|miss|byte|second"
    r"|packet|restart|commit|operation|read|write|insert|evict|sent|received|accepted|processed)"
    r"\w*_total$"
)
_DRAWS_LINES = frozenset({"timeseries", "graph"})


def find(case: Case) -> Iterator[Finding]:
    """One finding a counter on a line over time, by the type that the code gives or its suffix."""
    types = {str(fact["name"]): fact["type"] for fact in case.facts.of(Claim.METRIC)}
    for dashboard in case.pack.documents(Dashboard):
        for panel in dashboard.panels:
            for query in panel.queries if panel.kind in _DRAWS_LINES else ():
                raw = [u.selector.name or "" for u in query.selectors if _is_raw(u)]
                for name in sorted({n for n in raw if types.get(n, _by_suffix(n)) == "counter"}):
                    yield Finding(
                        query.path,
                        query.line,
                        f'the panel "{panel.title}" draws the counter `{name}` itself: a line that '
                        "grows until the process restarts, and shows neither rate nor change",
                        f"Draw `rate({name}[$__rate_interval])`.",
                    )


def _by_suffix(name: str) -> str | None:
    """Some gauges are called a total, of what there is; what happens is counted."""
    return "counter" if _HAPPENS.search(name) else None


def _is_raw(use: SelectorUse) -> bool:
    """Whether its value is drawn as it is: no window, no difference, not merely counted."""
    calls = {node.function for node in use.enclosing if isinstance(node, Call)}
    mixes = any(isinstance(node, Binary) for node in use.enclosing)
    return (
        use.reach_ms == use.selector.offset_ms
        and not mixes
        and calls <= _OF_THE_VALUE
        and set(use.functions) <= _OF_THE_VALUE
    )


CHECK = Check(
    id="panel-counter-raw",
    mandate="DONE-2",
    severity=Severity.WARNING,
    title="a panel that draws a counter itself",
    find=find,
)
