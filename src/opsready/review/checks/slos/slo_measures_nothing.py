"""An objective that divides a query by itself."""

from collections.abc import Iterator

from opsready.documents.openslo import SloFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding an objective whose only two queries mean the same."""
    for file in case.pack.documents(SloFile):
        for slo in file.slos:
            said = [query.canonical for query in slo.queries]
            if len(said) == 2 and said[0] == said[1]:
                yield Finding(
                    slo.path,
                    slo.queries[1].line,
                    f"the objective `{slo.name}` counts the same twice: its ratio is 1 whatever "
                    "happens",
                    "Let one query count the good or the bad events, and the other all of them.",
                    related=(Place(slo.path, slo.queries[0].line, "the same query"),),
                )


CHECK = Check(
    id="slo-measures-nothing",
    mandate="SRE-2",
    severity=Severity.WARNING,
    title="an objective whose two queries are the same",
    find=find,
)
