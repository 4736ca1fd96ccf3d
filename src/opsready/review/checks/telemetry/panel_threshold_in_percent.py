"""A panel that shows a share between 0 and 1 and draws its threshold in per cent."""

from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard, Panel
from opsready.documents.expression import Expression
from opsready.documents.rulebook import RuleBook
from opsready.documents.value_range import SHARE, is_likely_share
from opsready.promql.nodes import Binary
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a panel, at the first threshold that none of its values reaches."""
    book = case.pack.bundle.assembled(RuleBook)
    for dashboard in case.pack.documents(Dashboard):
        for panel in dashboard.panels:
            beyond = [step for step in panel.steps if 1 < step <= 100]
            if beyond and _shows_shares(panel, book):
                yield Finding(
                    dashboard.path,
                    panel.line,
                    f'the panel "{panel.title}" shows a share between 0 and 1, and its threshold '
                    f"is {beyond[0]:g}: the colour never changes",
                    f"Write {beyond[0] / 100:g}, with the unit `percentunit`.",
                    anchor=f"threshold of {panel.title}",
                )


def _shows_shares(panel: Panel, book: RuleBook) -> bool:
    return bool(panel.queries) and all(_is_share(query, book) for query in panel.queries)


def _is_share(query: Expression, book: RuleBook) -> bool:
    root = query.root
    if root is None:
        return False
    divided = isinstance(root, Binary) and root.op == "/" and is_likely_share(root)
    return divided or book.value_range(root) == SHARE


CHECK = Check(
    id="panel-threshold-in-percent",
    mandate="DONE-2",
    severity=Severity.WARNING,
    title="a share on a panel with a threshold in per cent",
    find=find,
)
