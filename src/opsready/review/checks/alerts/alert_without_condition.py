"""An alert that fires as long as there is any data."""

import re
from collections.abc import Iterator

from opsready.documents.expression import names_in
from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.promql.nodes import COMPARISONS, Binary, Expr, walk
from opsready.promql.uses import selectors
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# Such an alert fires all the time by intent: its silence tells that the alerting is broken.
_DEAD_MAN = re.compile(r"watch_?dog|dead_?man|heart_?beat|always_?firing|snitch", re.IGNORECASE)
_DECIDES = frozenset({"absent", "absent_over_time"})


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert with a way to fire that nothing bounds."""
    book = case.pack.bundle.assembled(RuleBook)
    for alert in book.alerts:
        if _DEAD_MAN.search(alert.name) or not alert.expression.selectors or _excludes(alert):
            continue
        if any(not any(_bounds(part, book) for part in way) for way in alert.expression.ways):
            yield Finding(
                alert.path,
                alert.line_of("expr"),
                f"`{alert.name}` compares its expression with nothing: it fires for every series "
                "that there is, whatever the value",
                "Compare it with a threshold; where any value is a fault, write `> 0`.",
            )


def _excludes(alert: Alert) -> bool:
    """Whether other series decide: what is there without its counterpart is the fault."""
    root = alert.expression.root
    return any(isinstance(n, Binary) and n.op == "unless" for n in (walk(root) if root else ()))


def _bounds(part: Expr, book: RuleBook) -> bool:
    """Whether values decide here: by a comparison, by absence, or by a filter of other series. A
    metric that is recorded elsewhere may be compared there."""
    nodes = list(walk(part))
    if any(isinstance(node, Binary) and _filters(node) for node in nodes):
        return True
    if _DECIDES & names_in(part):
        return True
    names = [use.selector.name or "" for use in selectors(part)]
    if any(name.startswith("ALERTS") or not name for name in names):
        return True
    recorded = [root for name in names for root in book.resolve(name)]
    return any(_bounds(root, book) for root in recorded) or any(
        ":" in name and not book.resolve(name) for name in names
    )


def _filters(node: Binary) -> bool:
    """A comparison with `bool` gives 0 or 1 for every series, and drops none."""
    return node.op in COMPARISONS and not node.returns_bool


CHECK = Check(
    id="alert-without-condition",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="an alert that fires as long as there is data",
    find=find,
)
