"""An objective whose budget can be spent without anybody being told."""

import re
from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.documents.rules import Alert
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Severity
from opsready.review.promise import Promise, promises

_NONE: frozenset[str] = frozenset()
_WORDS = re.compile(r"[A-Z]?[a-z0-9]{2,}|[A-Z]{2,}")


def find(case: Case) -> Iterator[Finding]:
    """One finding an objective that no alert on a burn rate speaks of."""
    made = promises(case)
    waiting = [promise for promise in made if _needs_an_alert(promise)]
    book = case.pack.bundle.assembled(RuleBook)
    if waiting and not book.alerts and not any(promise.slo for promise in waiting):
        raise NotRun("the objectives are in prose and the tree has no alert rules")
    burning = [alert for alert in book.alerts if book.is_burn_alert(alert)]
    shared = frozenset.intersection(*(_words(p.name) for p in made)) if len(made) > 1 else _NONE
    for promise in waiting:
        if not any(_watches(alert, promise, book, shared) for alert in burning):
            yield Finding(
                promise.path,
                promise.line,
                f"no alert watches how fast the budget of the objective `{promise.name}` is spent",
                "Add alerts on the burn rate: 14.4 times the budget over 1h and 5m, 6 times over "
                "6h and 30m to page, 1 time over 3d and 6h for a ticket.",
            )


def _needs_an_alert(promise: Promise) -> bool:
    """Sloth and Pyrra make the alerts themselves; what is not sure needs none."""
    return promise.sure and not (promise.slo and promise.slo.alerts)


def _watches(alert: Alert, promise: Promise, book: RuleBook, shared: frozenset[str]) -> bool:
    """A file's objective shares a metric with its alert, or a word that not all objectives have.
    What a document promises is watched by any burn alert: its words name no metric."""
    if promise.slo is None:
        return True
    queries = [query.root for query in promise.queries if query.root]
    measured = {name for root in queries for name in book.source_metrics(root)}
    root = alert.expression.root
    if root is not None and measured & book.source_metrics(root):
        return True
    said = _words(" ".join((alert.name, *alert.labels.values(), *alert.expression.metrics)))
    distinctive = _words(promise.name) - shared
    return bool(distinctive & said) or not distinctive


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORDS.findall(text))


CHECK = Check(
    id="slo-without-burn-alert",
    mandate="SRE-2",
    severity=Severity.WARNING,
    title="an objective whose budget can be spent without anybody being told",
    find=find,
)
