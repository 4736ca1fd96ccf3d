"""Panels that are bound to one data source by its name or number."""

from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a dashboard, at the first panel that names a data source itself."""
    for dashboard in case.pack.documents(Dashboard):
        bound = [panel for panel in dashboard.panels if panel.source]
        if bound:
            names = ", ".join(f"`{name}`" for name in sorted({p.source or "" for p in bound}))
            yield Finding(
                dashboard.path,
                bound[0].line,
                f"{len(bound)} of {len(dashboard.panels)} panels ask the data source {names} by "
                "name: in another Grafana they show nothing",
                "Add a variable of the type `datasource`, and name it: `${datasource}`.",
            )


CHECK = Check(
    id="panel-datasource-fixed",
    mandate="OPS-2",
    severity=Severity.ADVICE,
    title="panels bound to one data source by its name",
    find=find,
)
