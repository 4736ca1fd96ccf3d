"""Panels of seconds or bytes that say no unit."""

import re
from collections.abc import Iterator

from opsready.documents.dashboard import Dashboard, Panel
from opsready.documents.expression import Expression
from opsready.promql.nodes import Aggregation, Binary, Call, Number, walk
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity

_UNIT = re.compile(
    r"_(seconds|bytes|milliseconds|celsius|joules|volts|amperes)(_total|_sum|_bucket)?$"
)
_NONE = frozenset({None, "", "none", "short"})
_ZERO = Number(0)
_COUNTS = frozenset({"count", "count_values", "group"})
_KEEPS = frozenset({"avg_over_time", "max_over_time", "min_over_time", "histogram_quantile"})
_SHOWS = frozenset({"timeseries", "graph", "stat", "singlestat", "gauge", "bargauge"})


def find(case: Case) -> Iterator[Finding]:
    """One finding a dashboard with panels of which every query gives a quantity of one unit."""
    for dashboard in case.pack.documents(Dashboard):
        bare = [(panel, unit) for panel in dashboard.panels if (unit := _missing(panel))]
        if bare:
            panel, unit = bare[0]
            more = f" and {len(bare) - 1} more" if len(bare) > 1 else ""
            yield Finding(
                dashboard.path,
                panel.line,
                f'the panel "{panel.title}"{more} shows {unit} and has no unit: 0.25 may be a '
                "quarter of a second or of anything else",
                "Set the field's unit.",
                related=tuple(Place(dashboard.path, p.line, f'"{p.title}"') for p, _ in bare[1:4]),
            )


def _missing(panel: Panel) -> str | None:
    """The unit of what its queries read, where they do not change it."""
    if panel.unit not in _NONE or panel.kind not in _SHOWS:
        return None
    units = {_unit_of(query) for query in panel.queries}
    return units.pop() if len(units) == 1 else None


def _unit_of(query: Expression) -> str | None:
    """Ratios, counts and rates of a quantity have another unit than the quantity."""
    is_plain = query.root is not None and not any(
        isinstance(node, Binary) or (isinstance(node, Call) and node.function not in _KEEPS)
        for node in walk(query.root)
    )
    found = {match[1] for name in query.metrics if (match := _UNIT.search(name))}
    counted = any(isinstance(n, Aggregation) and n.op in _COUNTS for n in walk(query.root or _ZERO))
    whole = is_plain and not counted and len(found) == 1 and len(query.metrics) == 1
    return found.pop() if whole else None


CHECK = Check(
    id="panel-without-unit",
    mandate="DONE-2",
    severity=Severity.ADVICE,
    title="panels of seconds and bytes without a unit",
    find=find,
)
