"""An alert whose runbook link leads to a file that is not there."""

import re
from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.documents.tree_link import own_prefixes, path_in_tree
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_PAGE = re.compile(r"\.(?:md|rst|markdown|adoc)$", re.IGNORECASE)


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert with a link into this tree that leads nowhere."""
    bundle = case.pack.bundle
    alerts = [alert for alert in bundle.assembled(RuleBook).alerts if alert.runbook]
    links = (alert.runbook or "" for alert in alerts)
    own = own_prefixes(links, lambda path: bundle.source(path) is not None)
    for alert in alerts:
        path = path_in_tree(alert.runbook or "", alert.path, own, _PAGE)
        if path is not None and bundle.source(path) is None:
            key = next(k for k, text in alert.annotations.items() if text.strip() == alert.runbook)
            yield Finding(
                alert.path,
                alert.line_of(key),
                f"the runbook of `{alert.name}` is not there: the tree has no `{path}`",
                f"Write `{path}`, or correct the link.",
            )


CHECK = Check(
    id="runbook-link-dead",
    mandate="SRE-3",
    severity=Severity.BLOCKER,
    title="an alert whose runbook is not there",
    find=find,
)
