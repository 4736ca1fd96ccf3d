"""An alert whose dashboard link leads to a file that is not there."""

import re
from collections.abc import Iterator

from opsready.documents.rulebook import RuleBook
from opsready.documents.tree_link import own_prefixes, path_in_tree
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_BOARD = re.compile(r"\.json$", re.IGNORECASE)


def find(case: Case) -> Iterator[Finding]:
    """One finding an alert with a link to a dashboard of this tree that it does not have."""
    bundle = case.pack.bundle
    alerts = bundle.assembled(RuleBook).alerts
    links = (text for alert in alerts for _, text in alert.texts)
    own = own_prefixes(links, lambda path: bundle.source(path) is not None)
    for alert in alerts:
        for key, link in alert.dashboards:
            path = path_in_tree(link, alert.path, own, _BOARD)
            if path is not None and bundle.source(path) is None:
                yield Finding(
                    alert.path,
                    alert.line_of(key),
                    f"the dashboard of `{alert.name}` is not there: the tree has no `{path}`",
                    f"Write `{path}`, or correct the link.",
                )


CHECK = Check(
    id="dashboard-link-dead",
    mandate="DONE-2",
    severity=Severity.WARNING,
    title="an alert whose dashboard is not there",
    find=find,
)
