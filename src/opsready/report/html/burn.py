"""A picture of a burning budget: how long until somebody is told, and until nothing is left.

Both axes are logarithmic, so every line falls by one decade a decade: failing ten times as much
spends the budget ten times as fast, and is noticed ten times as fast.
"""

import math
from dataclasses import dataclass

from opsready.report.html.objectives import Objective, Tier

WIDTH, HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 14, 14, 42
# Left of a line's beginning there is room for its label, but at the axis.
_BESIDE_AXIS = _LEFT + 60
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
_TIMES = (
    *((1.0, "1 s"), (10.0, "10 s"), (_MINUTE, "1 min"), (10 * _MINUTE, "10 min")),
    *((_HOUR, "1 h"), (6 * _HOUR, "6 h"), (_DAY, "1 day"), (7 * _DAY, "7 days")),
    *((30 * _DAY, "30 days"), (90 * _DAY, "90 days"), (365 * _DAY, "1 year")),
)
_TICKS_APART = 22.0


@dataclass(frozen=True)
class Tick:
    """A mark of an axis: where it is, and what stands there."""

    at: float
    says: str


@dataclass(frozen=True)
class Line:
    """From its beginning at the left to where everything fails."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str
    label: str = ""

    @property
    def label_at(self) -> tuple[float, float, str]:
        """Below its beginning at the left; at the axis above it."""
        if self.x1 < _BESIDE_AXIS:
            return round(self.x1 + 6, 1), round(self.y1 - 8, 1), "start"
        return round(self.x1 - 6, 1), round(self.y1 + 14, 1), "end"


@dataclass(frozen=True)
class Picture:
    """`told` is the area between the first page and an empty budget: the time there is to act."""

    lines: tuple[Line, ...]
    shares: tuple[Tick, ...]
    times: tuple[Tick, ...]
    told: str
    says: str

    @property
    def kinds(self) -> frozenset[str]:
        """What its lines are of."""
        return frozenset(line.kind for line in self.lines)


def picture(objective: Objective) -> Picture | None:
    """None where the objective leaves no budget, or names no window."""
    budget, window = objective.budget, objective.window_s
    if not window or not 0 < budget < 1:
        return None
    scale = _Scale(budget, window, objective.tiers)
    lines = [
        Line(*scale.at(budget, window), *scale.at(1, window * budget), "spent", "budget spent")
    ]
    lines += [scale.line(tier) for tier in objective.tiers]
    return Picture(
        tuple(lines), tuple(scale.shares()), tuple(scale.times()), scale.told(), _said(objective)
    )


class _Scale:
    """Where a share of bad events and a time stand in the picture."""

    def __init__(self, budget: float, window_s: float, tiers: tuple[Tier, ...]) -> None:
        self.budget, self.window, self.tiers = budget, window_s, tiers
        soonest = [tier.long_s * tier.threshold + tier.wait_s for tier in tiers]
        self.least = min([window_s * budget, *soonest]) / 1.6

    def at(self, share: float, seconds: float) -> tuple[float, float]:
        return self._x(share), self._y(seconds)

    def _x(self, share: float) -> float:
        part = 1 - math.log(share) / math.log(self.budget)
        return round(_LEFT + part * (WIDTH - _LEFT - _RIGHT), 1)

    def _y(self, seconds: float) -> float:
        part = math.log(seconds / self.least) / math.log(self.window / self.least)
        return round(HEIGHT - _BOTTOM - part * (HEIGHT - _TOP - _BOTTOM), 1)

    def line(self, tier: Tier) -> Line:
        kind = "page" if tier.pages else "ticket"
        start = self.at(max(tier.threshold, self.budget), tier.long_s + tier.wait_s)
        end = self.at(1, tier.long_s * tier.threshold + tier.wait_s)
        return Line(*start, *end, kind, f"{tier.threshold / self.budget:.3g}×")

    def shares(self) -> list[Tick]:
        """The budget itself, then every decade above it."""
        decades = [10.0**n for n in range(-6, 1)]
        shown = [self.budget, *(d for d in decades if d > self.budget * 1.7)]
        return [Tick(self._x(share), percent(share)) for share in shown]

    def times(self) -> list[Tick]:
        """Those of the usual times that have room."""
        ticks: list[Tick] = []
        for seconds, says in _TIMES:
            if self.least <= seconds <= self.window:
                at = self._y(seconds)
                if not ticks or ticks[-1].at - at >= _TICKS_APART:
                    ticks.append(Tick(at, says))
        return ticks

    def told(self) -> str:
        """Along the budget, and back along the first page for each share of failures."""
        pages = [tier for tier in self.tiers if tier.pages]
        if not pages:
            return ""
        start = min(tier.threshold for tier in pages)
        corners = sorted({start, *(tier.threshold for tier in pages), 1.0})
        points = [self.at(share, self.window * self.budget / share) for share in (start, 1.0)]
        for share in reversed(corners):
            # At a threshold the next faster tier takes over: the edge there is a step.
            firing = [tier for tier in pages if tier.threshold <= share]
            slower = [tier for tier in pages if tier.threshold < share]
            for group in (firing, slower):
                if group:
                    soonest = min(t.long_s * t.threshold / share + t.wait_s for t in group)
                    points.append(self.at(share, soonest))
        return " ".join(f"{x},{y}" for x, y in points)


def _said(objective: Objective) -> str:
    """The picture in words, for whoever cannot see it."""
    gone = duration((objective.window_s or 0) * objective.budget)
    told = [
        f"{tier.alert} fires after {duration(after)}"
        for tier in objective.tiers
        if (after := tier.fires_after_s(1)) is not None
    ]
    end = "; ".join(told) if told else "no burn alert of the tree watches it"
    return f"When every request fails, the budget is spent after {gone}; {end}."


def percent(ratio: float) -> str:
    """0.001 as 0.1 %."""
    return f"{round(ratio * 100, 8):.6g} %"


def duration(seconds: float) -> str:
    """In the largest unit that keeps it above one, with three figures at most."""
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds:.3g} s"
