"""How alerts did on the incidents that were: which they caught, when, and what was for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from opsready.backtest.incidents import Budget, Incident
from opsready.backtest.replayed import Replayed
from opsready.backtest.spans import Span
from opsready.promql.arrays import Floats, Grid
from opsready.promql.vector import Vector

GRACE_MS = 5 * 60_000
"""A page so soon after the end of an incident is still about it: its window is not empty yet."""


@dataclass(frozen=True)
class Page:
    """One stretch in which a paging alert fires, and the incident that it is about."""

    alert: str
    span: Span
    incident: str | None


@dataclass(frozen=True)
class Caught:
    """What became of one incident; `by` is None where nobody was told."""

    incident: Incident
    by: str | None = None
    detection_ms: int | None = None
    reset_ms: int | None = None
    also: tuple[str, ...] = ()
    burnt: float | None = None
    """The share of the error budget that was gone when the first page came."""


@dataclass(frozen=True)
class Scores:
    """Pages and incidents, one held against the other."""

    pages: tuple[Page, ...]
    caught: tuple[Caught, ...]

    @property
    def precision(self) -> float | None:
        """The share of pages that were about an incident; None without pages."""
        right = sum(page.incident is not None for page in self.pages)
        return right / len(self.pages) if self.pages else None

    @property
    def recall(self) -> float | None:
        """The share of incidents that paged somebody; None without incidents."""
        found = sum(one.by is not None for one in self.caught)
        return found / len(self.caught) if self.caught else None

    @property
    def detections_ms(self) -> list[int]:
        """How long each incident that was caught went unnoticed."""
        return [one.detection_ms for one in self.caught if one.detection_ms is not None]

    @property
    def detection_ms(self) -> float | None:
        """The middle of them."""
        return median(self.detections_ms) if self.detections_ms else None

    @property
    def resets_ms(self) -> list[int]:
        """How long pages went on after the end of each incident."""
        return [one.reset_ms for one in self.caught if one.reset_ms is not None]

    @property
    def duplicates(self) -> int:
        """Pages of other alerts than the first about the same incident."""
        return sum(len(one.also) for one in self.caught)


def score(
    replayed: Sequence[Replayed],
    incidents: Sequence[Incident],
    burn: "Burn | None" = None,
) -> Scores:
    """Holds the pages of alerts against incidents."""
    paging = [(one.alert, span) for one in replayed if one.pages for span in one.firing]
    return score_pages(paging, incidents, burn)


def score_pages(
    paging: Sequence[tuple[str, Span]],
    incidents: Sequence[Incident],
    burn: "Burn | None" = None,
) -> Scores:
    """The same, of stretches by the names of their alerts."""
    pages = [Page(alert, span, _incident_of(span, incidents)) for alert, span in paging]
    pages.sort(key=lambda page: (page.span.start_ms, page.alert))
    return Scores(tuple(pages), tuple(_caught(one, pages, burn) for one in incidents))


def _incident_of(span: Span, incidents: Sequence[Incident]) -> str | None:
    met = (one for one in incidents if span.meets(one.from_ms, one.to_ms + GRACE_MS))
    return next((one.name for one in met), None)


def _caught(incident: Incident, pages: Sequence[Page], burn: "Burn | None") -> Caught:
    about = [p for p in pages if p.span.meets(incident.from_ms, incident.to_ms + GRACE_MS)]
    expected = [p for p in about if not incident.alerts or p.alert in incident.alerts]
    if not expected:
        return Caught(incident)
    first = expected[0]
    at = max(first.span.start_ms, incident.from_ms)
    ends = max(page.span.end_ms for page in about)
    is_known = not any(page.span.open for page in about)
    return Caught(
        incident,
        first.alert,
        at - incident.from_ms,
        max(0, ends - incident.to_ms) if is_known else None,
        tuple(sorted({page.alert for page in about} - {first.alert})),
        burn.between(incident.from_ms, at) if burn is not None else None,
    )


class Burn:
    """How much of an error budget is spent from one time to another; `bad` and `total` are rates
    of events at each step of a grid."""

    def __init__(self, budget: Budget, bad: Vector, total: Vector, grid: Grid) -> None:
        self._times = grid.times
        self._bad = _summed(bad) * grid.step_ms / 1000
        a_second = float(_summed(total).mean()) if grid.count else 0.0
        self._allowed = a_second * budget.window_ms / 1000 * budget.ratio

    def between(self, start_ms: int, end_ms: int) -> float | None:
        """The share of the window's budget; None where nothing was asked for at all."""
        if self._allowed <= 0:
            return None
        inside = (self._times >= start_ms) & (self._times < end_ms)
        return float(self._bad[inside].sum()) / self._allowed


def _summed(vector: Vector) -> Floats:
    values = np.where(vector.present, vector.values, 0.0)
    return np.asarray(np.nan_to_num(values, posinf=0.0, neginf=0.0).sum(axis=0))
