"""A panel whose query Prometheus refuses."""

import re
from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.promql import Refused
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# These ask in languages of their own, though the shape of a panel is the same.
_OTHER_ENGINE = re.compile(
    r"victoria-?(?:metrics|logs)|vm(?:alert|single|agent|anomaly)|\bloki\b", re.IGNORECASE
)


def find(case: Case) -> Iterator[Finding]:
    """One finding a query that is no PromQL once its variables are filled in."""
    for dashboard in case.pack.documents(Dashboard):
        source = case.pack.source(dashboard.path)
        if source is None or _OTHER_ENGINE.search(dashboard.path + source.text):
            continue
        for panel in dashboard.panels:
            for query, written in zip(panel.queries, panel.written, strict=True):
                fault = query.fault
                if fault is None or isinstance(fault, Refused) or "$" in written or "[[" in written:
                    continue
                yield Finding(
                    query.path,
                    query.line,
                    f'Prometheus refuses a query of the panel "{panel.title}": {fault.message}',
                    "Mend the query: the panel shows an error, or nothing.",
                )


CHECK = Check(
    id="panel-query-refused",
    mandate="DONE-2",
    severity=Severity.WARNING,
    title="a panel whose query does not parse",
    find=find,
)
