"""A rule that asks for a bucket that the histogram does not have."""

from collections.abc import Iterator, Mapping, Sequence

from opsready.documents.expression import Expression
from opsready.documents.value_range import ValueRange
from opsready.facts.fact import Claim, Fact
from opsready.promql.nodes import Call, Expr, Selector, walk
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a bound that no bucket has, and a threshold above the last bucket."""
    known = {str(fact["name"]): fact for fact in case.facts.of(Claim.METRIC) if fact["buckets"]}
    if not known:
        raise NotRun("no histogram of the service is known")
    for _, expression in case.queries:
        for selector in {use.selector for use in expression.selectors}:
            fact = known.get((selector.name or "").removesuffix("_bucket"))
            missing = _missing_bound(selector, fact) if fact else None
            if fact and missing:
                yield _finding(
                    expression,
                    fact,
                    f'`{fact["name"]}` has no bucket `le="{missing}"`, so this query gives nothing',
                )
        yield from _beyond_the_last(expression, known)


def _missing_bound(selector: Selector, fact: Fact) -> str | None:
    bounds = {_number(bound) for bound in _buckets(fact)} | {float("inf")}
    for matcher in selector.matchers:
        if matcher.label == "le" and matcher.op == "=":
            asked = _number(matcher.value)
            return matcher.value if asked not in bounds else None
    return None


def _beyond_the_last(expression: Expression, known: Mapping[str, Fact]) -> Iterator[Finding]:
    """A quantile is never above the last finite bucket: a higher threshold is never crossed."""
    for condition in expression.conditions:
        fact = _of_quantile(condition.value, known)
        finite = [b for b in map(_number, _buckets(fact)) if b != float("inf")] if fact else []
        if fact and finite and ValueRange(0, max(finite)).never(condition.op, condition.bound):
            yield _finding(
                expression,
                fact,
                f"the last bucket of `{fact['name']}` is {max(finite):g}, and no quantile of it is "
                f"ever above: {condition.op} {condition.bound:g} never holds",
            )


def _of_quantile(value: Expr, known: Mapping[str, Fact]) -> Fact | None:
    """The histogram of which a value is a quantile."""
    if not (isinstance(value, Call) and value.function == "histogram_quantile"):
        return None
    names = {node.name or "" for node in walk(value) if isinstance(node, Selector)}
    return known.get(names.pop().removesuffix("_bucket")) if len(names) == 1 else None


def _finding(expression: Expression, fact: Fact, message: str) -> Finding:
    return Finding(
        expression.path,
        expression.line,
        message,
        "Ask for a bound that the histogram has, or give the histogram this bucket.",
        related=(Place(fact.path, fact.line, "the buckets"),),
    )


def _buckets(fact: Fact) -> Sequence[object]:
    found = fact["buckets"]
    return found if isinstance(found, list | tuple) else ()


def _number(bound: object) -> float:
    try:
        return float(str(bound))
    except ValueError:
        return float("nan")


CHECK = Check(
    id="bucket-not-emitted",
    mandate="SRE-4",
    severity=Severity.BLOCKER,
    title="a rule that asks for a bucket that the histogram does not have",
    find=find,
)
