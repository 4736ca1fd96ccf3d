"""An objective whose query is no PromQL."""

from collections.abc import Iterator

from opsready.documents.openslo import SloFile
from opsready.promql import Refused
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a query that Prometheus would refuse."""
    for file in case.pack.documents(SloFile):
        for query in file.queries:
            fault = query.fault
            if fault is not None and not isinstance(fault, Refused) and "{{" not in query.text:
                yield Finding(
                    query.path,
                    query.line + max(fault.line, 1) - 1,
                    f"Prometheus refuses this query, and nothing measures the objective: "
                    f"{fault.message}",
                    "Mend the query.",
                )


CHECK = Check(
    id="slo-query-refused",
    mandate="DONE-4",
    severity=Severity.WARNING,
    title="an objective whose query does not parse",
    find=find,
)
