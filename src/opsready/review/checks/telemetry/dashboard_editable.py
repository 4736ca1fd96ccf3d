"""Dashboards of the tree that anybody may change by hand."""

from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding at the first dashboard that may be saved in Grafana, however many there are."""
    known = [d for d in case.pack.documents(Dashboard) if d.panels and serves_users(d.path)]
    loose = [dashboard for dashboard in known if dashboard.editable_line]
    if loose:
        first = loose[0]
        more = f" and {len(loose) - 1} more" if len(loose) > 1 else ""
        yield Finding(
            first.path,
            first.editable_line,
            f'the dashboard "{first.title}"{more} may be changed in Grafana: what is saved there '
            "is lost with the next deploy, or the file is no longer what is seen",
            "Set `editable` to false, and change the file.",
            related=tuple(Place(d.path, d.editable_line, f'"{d.title}"') for d in loose[1:5]),
        )


CHECK = Check(
    id="dashboard-editable",
    mandate="OPS-1",
    severity=Severity.ADVICE,
    title="dashboards of the tree that may be changed by hand",
    find=find,
)
