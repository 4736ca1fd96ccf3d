"""A rate over a window that holds fewer than two samples."""

from collections.abc import Iterator

from opsready.documents.expression import Expression
from opsready.documents.prometheus import Prometheus
from opsready.documents.rules import RuleFile
from opsready.promql.literals import format_duration
from opsready.promql.nodes import Call, Range
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_NEEDS_TWO = frozenset(
    {"rate", "irate", "increase", "delta", "idelta", "deriv", "resets", "changes"}
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a rule, where the interval of the server that loads it is known."""
    servers = case.pack.documents(Prometheus)
    for file in case.pack.documents(RuleFile):
        every = [j.interval_s for s in servers if s.loads(file.path) for j in s.jobs]
        for rule in file.rules if every else ():
            window = _shortest(rule.expression)
            if window is not None and window < 2 * min(every):
                yield Finding(
                    rule.path,
                    rule.expression.line,
                    f"`{rule.name}` takes a rate over {format_duration(int(window * 1000))}, and a "
                    f"sample comes every {format_duration(int(min(every) * 1000))}: two are needed",
                    "Make the window four scrape intervals long, so that one lost scrape does no "
                    "harm.",
                )


def _shortest(expression: Expression) -> float | None:
    """The shortest window of a function that needs two samples, in seconds."""
    windows = [
        node.range_ms / 1000
        for use in expression.selectors
        for call, node in zip(use.enclosing, use.enclosing[1:], strict=False)
        if isinstance(node, Range) and isinstance(call, Call) and call.function in _NEEDS_TWO
    ]
    return min(windows, default=None)


CHECK = Check(
    id="rate-window-too-short",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a rate over fewer samples than it needs",
    find=find,
)
