"""A query for the buckets of a metric that is no histogram."""

from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a use of `…_bucket` where the code makes another kind of metric."""
    known = {str(fact["name"]): fact for fact in case.facts.of(Claim.METRIC) if fact["type"]}
    for owner, expression in case.pack.bundle.assembled(RuleBook).named_expressions():
        for name in sorted(n for n in expression.metrics if n.endswith("_bucket")):
            fact = known.get(name.removesuffix("_bucket"))
            if fact is not None and fact["type"] not in {"histogram", "gaugehistogram"}:
                yield Finding(
                    expression.path,
                    expression.line,
                    f"`{owner}` reads `{name}`, and the code makes a {fact['type']} of it, which "
                    "has no buckets: there is no series, and no quantile",
                    "Make it a histogram with a bucket at each threshold that rules ask for.",
                    related=(Place(fact.path, fact.line, f"a {fact['type']}"),),
                )


CHECK = Check(
    id="quantile-of-no-histogram",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a quantile of a metric that is no histogram",
    find=find,
)
