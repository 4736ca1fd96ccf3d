"""A dashboard whose rates have windows of their own."""

import re
from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

_RATE = re.compile(r"\b(?:i?rate|increase)\s*\([^()]*\[\s*\d+[smhd]\s*\]")
# Long windows are a decision: a day, an error budget.
_SHORT = re.compile(r"\[\s*(?:\d+s|[1-9]m|10m)\s*\]")
_LINES = frozenset({"timeseries", "graph", "heatmap"})


def find(case: Case) -> Iterator[Finding]:
    """One finding a dashboard, at the first rate over time with a short window in figures."""
    for dashboard in case.pack.documents(Dashboard):
        fixed = [
            (panel, query)
            for panel in dashboard.panels
            for query, written in zip(panel.queries, panel.written, strict=True)
            if panel.kind in _LINES and any(_SHORT.search(m) for m in _RATE.findall(written))
        ]
        if fixed:
            panel, query = fixed[0]
            more = f" and {len(fixed) - 1} more queries" if len(fixed) > 1 else ""
            yield Finding(
                query.path,
                query.line,
                f'the panel "{panel.title}"{more} takes a rate over a window in figures: seen over '
                "days, most samples are left out",
                "Write `[$__rate_interval]`: Grafana chooses a window that leaves nothing out.",
                related=tuple(Place(q.path, q.line, f'"{p.title}"') for p, q in fixed[1:4]),
            )


CHECK = Check(
    id="panel-window-fixed",
    mandate="DONE-2",
    severity=Severity.ADVICE,
    title="panels whose rate has a window of its own",
    find=find,
)
