"""A rule or a panel on a metric of the service that its code does not emit."""

import difflib
from collections.abc import Iterator, Mapping

from opsready.documents.dashboard import Dashboard
from opsready.documents.expression import Expression
from opsready.documents.openslo import SloFile
from opsready.documents.rulebook import RuleBook
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Place, Severity

_SUFFIXES = ("", "_total", "_bucket", "_count", "_sum", "_created", "_info")
# First words that many programs share: they do not tell whose a metric is.
_SHARED_WORDS = frozenset({"http", "https", "process", "python", "app", "application", "db"})


def find(case: Case) -> Iterator[Finding]:
    """One finding a use of a metric that bears the service's own name and is not emitted."""
    metrics = case.facts.of(Claim.METRIC)
    if not metrics:
        raise NotRun("no metric of the service is known: let `opsready observe` start it once")
    emitted = {name for fact in metrics for name in _series(fact)}
    at_run_time = _made_at_run_time(case)
    own = _own_words(metrics)
    for owner, expression in _uses(case):
        for name in sorted(expression.metrics - emitted):
            if name.partition("_")[0] in own and not at_run_time:
                yield Finding(
                    expression.path,
                    expression.line,
                    f"{owner} reads `{name}`, which the service does not emit",
                    "Correct the name, or emit the metric and test that it is there.",
                    related=_near(name, metrics),
                )
    if at_run_time:
        raise NotRun(f"metrics are made at run time ({at_run_time}): `opsready observe` shows them")


def _uses(case: Case) -> Iterator[tuple[str, Expression]]:
    book = case.pack.bundle.assembled(RuleBook)
    for alert in book.alerts:
        yield f"`{alert.name}`", alert.expression
    for recording in book.recordings:
        yield f"`{recording.name}`", recording.expression
    for file in case.pack.documents(SloFile):
        for query in file.queries:
            yield "the objective", query
    for dashboard in case.pack.documents(Dashboard):
        for panel in dashboard.panels:
            for query in panel.queries:
                yield f'the panel "{panel.title}"', query


def _series(fact: Fact) -> Iterator[str]:
    name = str(fact["name"] or fact.value).removesuffix("_total")
    yield from (name + suffix for suffix in _SUFFIXES)


def _made_at_run_time(case: Case) -> str | None:
    """Where code builds names of metrics that were never seen; None where all are known."""
    if any(f.confidence is Confidence.OBSERVED for f in case.facts.of(Claim.METRIC)):
        return None
    made = case.facts.made_at_run_time(Claim.METRIC)
    return next((f"{fact.path}:{fact.line}" for fact in made), None)


def _own_words(metrics: list[Fact]) -> frozenset[str]:
    """First words of the metrics that the service's own code declares: `orders` of
    `orders_failed_total`."""
    names = (str(fact["name"] or fact.value) for fact in metrics)
    return frozenset(name.partition("_")[0] for name in names if "_" in name) - _SHARED_WORDS


def _near(name: str, metrics: list[Fact]) -> tuple[Place, ...]:
    known: Mapping[str, Fact] = {str(fact["name"] or fact.value): fact for fact in metrics}
    near = difflib.get_close_matches(name, known, 1)
    return tuple(Place(known[n].path, known[n].line, f"emits `{n}`") for n in near)


CHECK = Check(
    id="metric-not-emitted",
    mandate="SRE-4",
    severity=Severity.BLOCKER,
    title="a rule on a metric that the service does not emit",
    find=find,
)
