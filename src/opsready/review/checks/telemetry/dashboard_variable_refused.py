"""A choice on a dashboard whose query Prometheus refuses."""

import re
from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard, filled_in
from opsready.documents.expression import Expression
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

_LABEL_VALUES = re.compile(r"^\s*label_values\((?P<series>.+),\s*[^,()]+\)\s*$", re.DOTALL)
_QUERY_RESULT = re.compile(r"^\s*query_result\((?P<series>.+)\)\s*$", re.DOTALL)


def find(case: Case) -> Iterator[Finding]:
    """One finding a variable filled by a query that is no PromQL."""
    for dashboard in case.pack.documents(Dashboard):
        for choice in dashboard.choices:
            asked = _LABEL_VALUES.match(choice.query) or _QUERY_RESULT.match(choice.query)
            if choice.kind != "query" or asked is None:
                continue
            query = Expression(filled_in(asked["series"]), dashboard.path, choice.line)
            if query.fault is not None:
                yield Finding(
                    dashboard.path,
                    choice.line,
                    f"Prometheus refuses the query of the variable `{choice.name}`: "
                    f"{query.fault.message}",
                    "Mend the query: without a value, every panel that uses the variable is empty.",
                    anchor=f"variable {choice.name}",
                )


CHECK = Check(
    id="dashboard-variable-refused",
    mandate="DONE-2",
    severity=Severity.WARNING,
    title="a choice whose query does not parse",
    find=find,
)
