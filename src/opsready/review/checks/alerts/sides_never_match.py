"""Two sides of an operation that no series can pair."""

from collections.abc import Iterator

from opsready.documents.expression import output_labels
from opsready.documents.rulebook import RuleBook
from opsready.promql.nodes import Binary, walk
from opsready.promql.printer import print_expr
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding an operation whose sides keep labels by which none can be paired."""
    for owner, expression in case.pack.bundle.assembled(RuleBook).named_expressions():
        for node in walk(expression.root) if expression.root else ():
            fault = _fault(node) if isinstance(node, Binary) else None
            if fault:
                yield Finding(
                    expression.path,
                    expression.line,
                    f"`{owner}` pairs nothing: {fault}",
                    "Keep the same labels on both sides, or say with `on (…)` which ones pair.",
                )
                break


def _fault(pair: Binary) -> str | None:
    if pair.matching is None or pair.op == "or":
        return None
    left, right = output_labels(pair.left), output_labels(pair.right)
    if left is None or right is None:
        return None
    matching = pair.matching
    if matching.on:
        for label in matching.labels:
            if (label in left) != (label in right):
                side = "right" if label in left else "left"
                return f"`{_short(pair)}` is matched on `{label}`, which the {side} side has not"
        return None
    ignored = set(matching.labels) | set(matching.include)
    missing = sorted((left ^ right) - ignored)
    if missing and not (left - ignored <= right and matching.cardinality != "one-to-one"):
        shown = ", ".join(f"`{label}`" for label in missing)
        return f"one side of `{_short(pair)}` has {shown}, and the other has not"
    return None


def _short(pair: Binary) -> str:
    left, right = print_expr(pair.left), print_expr(pair.right)
    cut = [side if len(side) <= 36 else side[:35] + "…" for side in (left, right)]
    return f"{cut[0]} {pair.op} {cut[1]}"


CHECK = Check(
    id="sides-never-match",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="two sides of an operation that share no labels",
    find=find,
)
