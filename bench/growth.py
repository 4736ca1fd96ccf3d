"""How the cost of one alert grows with its series, its steps and its window."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bench.figures import Demand, Figure, Line
from bench.ground import ROOT
from bench.measure import Command, NotMeasured, Timing, told
from bench.picture import Panel, picture

_DAY = 1_440


@dataclass(frozen=True)
class Size:
    """An alert for each of so many series, over so many days at one minute."""

    series: int
    days: int
    window: str

    @property
    def cells(self) -> int:
        """What is decided: each series at each step."""
        return self.series * (self.days * _DAY + 1)


@dataclass(frozen=True)
class Cost:
    """What a size took in a process of its own."""

    size: Size
    seconds: float
    processor_s: float
    peak_mb: float

    @property
    def ns(self) -> float:
        """Of processor time, for each series at each step."""
        return self.processor_s / self.size.cells * 1e9


BASE = Size(100, 7, "1h")
LARGEST = Size(1_000, 30, "1h")
AXES: Mapping[str, tuple[Size, ...]] = {
    "series": tuple(replace(BASE, series=count) for count in (1, 10, 100, 1_000)),
    "days": tuple(replace(BASE, days=days) for days in (1, 7, 30)),
    "window": tuple(
        replace(BASE, window=each) for each in ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
    ),
}
SIZES = tuple(dict.fromkeys([*(size for axis in AXES.values() for size in axis), LARGEST]))
PICTURE = "growth.svg"
MOST_TIMES_BASE = 2.0
"""So many times the base's cost for each series and step is no collapse yet: the base fits in the
caches of a processor, and a thousand series do not."""

Costs = Mapping[Size, tuple[Cost, Cost]]
"""Of each size: scraped together, and each instance with gaps of its own."""


def grown() -> Figure:
    """Every size once, without gaps and with them."""
    costs: dict[Size, tuple[Cost, Cost]] = {}
    for size in SIZES:
        both = _cost(size, gaps=False), _cost(size, gaps=True)
        if isinstance(both[0], NotMeasured) or isinstance(both[1], NotMeasured):
            missing = next(each for each in both if isinstance(each, NotMeasured))
            return Figure((Line(_shown(size), missing),), (_demand(None),))
        costs[size] = both[0], both[1]
    lines = tuple(
        Line(shown, Timing(cost.seconds, cost.processor_s))
        for shown, cost in zip(
            (_shown(LARGEST), _shown(LARGEST, gaps=True)), costs[LARGEST], strict=True
        )
    )
    demands, details = (_demand(worst(costs)),), tuple(table(costs))
    return Figure(lines, demands, details, {PICTURE: picture(panels(costs))})


def worst(costs: Costs) -> float:
    """How many times the base's cost for each series and step a larger size takes at most."""
    return max(
        cost.ns / base.ns
        for size, both in costs.items()
        if size.cells >= BASE.cells
        for cost, base in zip(both, costs[BASE], strict=True)
    )


def table(costs: Costs) -> Iterator[str]:
    """The sizes, with the picture of them."""
    yield "### How the cost of one alert grows"
    yield ""
    yield f"![Processor seconds against series, days and window]({PICTURE})"
    yield ""
    yield "| series | days | window | seconds | ns | MB | seconds, gaps | ns, gaps | MB, gaps |"
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for size in costs:
        shown = " | ".join(
            f"{cost.seconds:.3f} | {cost.ns:.0f} | {cost.peak_mb:.0f}" for cost in costs[size]
        )
        yield f"| {size.series:,} | {size.days} | {size.window} | {shown} |"


def panels(costs: Costs) -> Iterator[Panel]:
    """Each axis with what its sizes took."""
    for name, axis in AXES.items():
        ticks = [f"{getattr(size, name):,}" if name != "window" else size.window for size in axis]
        yield Panel(
            name,
            tuple(ticks),
            tuple(costs[size][0].processor_s for size in axis),
            tuple(costs[size][1].processor_s for size in axis),
        )


def _demand(found: float | None) -> Demand:
    base = f"{BASE.series} series over {BASE.days} days"
    words = f"a series and step ≤ {MOST_TIMES_BASE:g} times that of {base}"
    return Demand(words, None if found is None else found <= MOST_TIMES_BASE)


def _shown(size: Size, *, gaps: bool = False) -> str:
    shown = f"bench/many_series.py --series {size.series} --days {size.days}"
    return f"{shown} --window {size.window}{' --gaps' if gaps else ''}"


def _cost(size: Size, *, gaps: bool) -> Cost | NotMeasured:
    shown = _shown(size, gaps=gaps)
    script, *options = shown.split()
    said = told(Command(shown, (sys.executable, str(ROOT / script), *options)))
    if isinstance(said, NotMeasured):
        return said
    return Cost(size, said["seconds"], said["processor_seconds"], said["peak_mb"])
