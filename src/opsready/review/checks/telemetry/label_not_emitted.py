"""A rule on a label that the service's metric does not have."""

import difflib
from collections.abc import Iterator, Mapping, Sequence

from opsready.facts.fact import Claim
from opsready.promql.nodes import Selector
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

# What the scrape, the platform and the histogram add.
_ADDED = frozenset(
    {"le", "quantile", "job", "instance", "__name__", "cluster", "namespace", "pod", "container"}
    | {"service", "env", "environment", "region", "zone", "node", "host", "hostname", "endpoint"}
    | {"app", "release", "version", "task", "aws_ecs_task_id", "stage", "tenant"}
    | {"exported_job", "exported_instance"}
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a matcher on a metric whose labels are known in full."""
    known = {str(f["name"]): f for f in case.facts.of(Claim.METRIC) if f["labels"] is not None}
    for owner, expression in case.queries:
        for selector in dict.fromkeys(use.selector for use in expression.selectors):
            fact = known.get(_base(selector, known))
            for label in _asked(selector) if fact else ():
                if fact and label not in fact["labels"] and label not in _ADDED:
                    near = difflib.get_close_matches(label, list(fact["labels"]), 1)
                    yield Finding(
                        expression.path,
                        expression.line,
                        f"{owner} asks `{selector.name}` for the label `{label}`, which it does "
                        f"not have (it has {_listed(fact['labels'])})",
                        f"Write `{near[0]}`."
                        if near
                        else "Ask for one of its labels, or add this.",
                        related=(Place(fact.path, fact.line, "where it is made"),),
                    )


def _base(selector: Selector, known: Mapping[str, object]) -> str:
    name = selector.name or ""
    for suffix in ("", "_bucket", "_count", "_sum"):
        if name.endswith(suffix) and name.removesuffix(suffix) in known:
            return name.removesuffix(suffix)
    return name


def _asked(selector: Selector) -> Iterator[str]:
    """The labels that must be there: one that may be empty need not be."""
    for matcher in selector.matchers:
        if not matcher.matches(""):
            yield matcher.label


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(f"`{label}`" for label in labels) or "none"


CHECK = Check(
    id="label-not-emitted",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a rule on a label that the metric does not have",
    find=find,
)
