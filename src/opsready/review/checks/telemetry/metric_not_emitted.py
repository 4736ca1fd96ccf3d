"""A rule or a panel on a metric of the service that its code does not emit."""

import difflib
import re
from collections.abc import Iterator, Mapping

from opsready.documents.exporter import exporter_of
from opsready.documents.rulebook import RuleBook
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.kinds import Kind

_SUFFIX = re.compile(r"_(?:total|bucket|count|sum|created|info)$")
_ABOUT_METRICS = re.compile(r"[Mm]etric|[Pp]rometheus|Counter|Gauge|Histogram|statsd")
# First words that many programs share: they do not tell whose a metric is.
_SHARED_WORDS = frozenset({"http", "https", "process", "python", "app", "application", "db"})


def find(case: Case) -> Iterator[Finding]:
    """One finding a use of a metric that bears the service's own name and is not emitted."""
    metrics = case.facts.of(Claim.METRIC)
    if not metrics:
        raise NotRun("no metric of the service is known: let `opsready observe` start it once")
    at_run_time = _made_at_run_time(case)
    if at_run_time:
        raise NotRun(f"metrics are made at run time ({at_run_time}): `opsready observe` shows them")
    known = {_base(str(fact["name"] or fact.value)) for fact in metrics}
    known |= {_base(name) for name in case.pack.bundle.assembled(RuleBook).recorded_names}
    own = frozenset(map(_first_word, known)) - _SHARED_WORDS
    unknown = {
        name
        for _, expression in case.queries
        for name in map(_base, expression.metrics)
        if _first_word(name) in own and name not in known
    }
    missing = unknown - _written_in_code(unknown, case)
    for owner, expression in case.queries:
        written = {_base(name): name for name in sorted(expression.metrics, reverse=True)}
        for name in sorted(missing & written.keys()):
            yield Finding(
                expression.path,
                expression.line,
                f"{owner} reads `{written[name]}`, which the service does not emit",
                "Correct the name, or emit the metric and test that it is there.",
                related=_near(name, metrics),
            )
    if unknown - missing:
        some = ", ".join(f"`{name}`" for name in sorted(unknown - missing)[:3])
        raise NotRun(f"the code names {some} and does not show how: `opsready observe` would")
    strange = _of_nobody(case, known | missing)
    if strange:
        some = ", ".join(f"`{name}`" for name in strange[:3])
        raise NotRun(
            f"neither the service nor an exporter that is known here emits {some}: what scrapes "
            "them, `opsready observe` or the running Prometheus can tell"
        )


def _of_nobody(case: Case, told: set[str]) -> list[str]:
    """The metrics that are read and of which nobody here can say that they exist."""
    names = {name for _, expression in case.queries for name in expression.metrics}
    return sorted(n for n in names if _base(n) not in told and exporter_of(n) is None)


def _base(name: str) -> str:
    """A metric without what its type adds to the name of its series."""
    return _SUFFIX.sub("", name)


def _written_in_code(names: set[str], case: Case) -> set[str]:
    """Those that code about metrics spells out, whole or without the first word, which may be a
    namespace: they may be emitted in a way that nobody read."""
    sources = case.pack.of_kind(Kind.PYTHON, Kind.CODE) if names else []
    code = [source.text for source in sources if _ABOUT_METRICS.search(source.text)]
    return {
        name
        for name in names
        for rest in [_without_first(name)]
        if any(name in text or f'"{rest}"' in text or f"'{rest}'" in text for text in code)
    }


def _without_first(name: str) -> str:
    return re.split(r"[_:]", name, maxsplit=1)[-1]


def _made_at_run_time(case: Case) -> str | None:
    """Where code builds names of metrics that were never seen; None where all are known."""
    if any(f.confidence is Confidence.OBSERVED for f in case.facts.of(Claim.METRIC)):
        return None
    made = case.facts.made_at_run_time(Claim.METRIC)
    return next((f"{fact.path}:{fact.line}" for fact in made), None)


def _first_word(name: str) -> str:
    return re.split(r"[_:]", name, maxsplit=1)[0]


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
