"""Curves of a cost in panels side by side, as one SVG that needs nothing else."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_WIDE, _HIGH = 280, 200
_LEFT, _TOP, _BETWEEN, _BELOW = 68, 34, 24, 44
NAMES = ("scraped together", "with gaps")
# Colours that differ for eyes that take red for green, on white and on black.
_STYLE = """\
svg { color-scheme: light dark; background: #fff; color: #24292f;
  font: 12px system-ui, sans-serif; --one: #0969da; --other: #bc4c00; --grid: #d0d7de }
@media (prefers-color-scheme: dark) {
  svg { background: #0d1117; color: #e6edf3; --one: #58a6ff; --other: #f0883e; --grid: #30363d }
}
text { fill: currentColor } .grid { stroke: var(--grid) }
.one, .other { fill: none; stroke-width: 2 } .one { stroke: var(--one) }
.other { stroke: var(--other); stroke-dasharray: 5 3 }"""


@dataclass(frozen=True)
class Panel:
    """What two curves cost at the same places."""

    name: str
    ticks: tuple[str, ...]
    one: tuple[float, ...]
    other: tuple[float, ...]


def picture(panels: Iterable[Panel]) -> str:
    """Panels that share a logarithmic scale of seconds, a decade a line."""
    panels = list(panels)
    costs = [cost for panel in panels for cost in (*panel.one, *panel.other)]
    low, high = math.floor(math.log10(min(costs))), math.ceil(math.log10(max(costs)))
    wide = _LEFT + len(panels) * (_WIDE + _BETWEEN)
    high_px = _TOP + _HIGH + _BELOW
    size = f'width="{wide}" height="{high_px}" viewBox="0 0 {wide} {high_px}"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">']
    lines += ["<title>Processor seconds of one alert</title>", f"<style>{_STYLE}</style>"]
    lines += _legend()
    for number, panel in enumerate(panels):
        left = _LEFT + number * (_WIDE + _BETWEEN)
        lines += _drawn(panel, left, range(low, max(high, low + 1) + 1), numbered=number == 0)
    return "\n".join([*lines, "</svg>", ""])


def _legend() -> Iterator[str]:
    for number, (kind, name) in enumerate(zip(("one", "other"), NAMES, strict=True)):
        x = _LEFT + number * 160
        yield f'<path class="{kind}" d="M{x} 14h28"/><text x="{x + 34}" y="18">{name}</text>'


def _drawn(panel: Panel, left: int, decades: range, *, numbered: bool) -> Iterator[str]:
    for decade in decades:
        y = _height(10.0**decade, decades)
        yield f'<path class="grid" d="M{left} {y:.1f}h{_WIDE}"/>'
        if numbered:
            shown = f"{10.0**decade:g} s"
            yield f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{shown}</text>'
    places = _places(left, len(panel.ticks))
    for x, tick in zip(places, panel.ticks, strict=True):
        yield f'<text x="{x:.1f}" y="{_TOP + _HIGH + 16}" text-anchor="middle">{tick}</text>'
    middle = left + _WIDE / 2
    yield f'<text x="{middle}" y="{_TOP + _HIGH + 34}" text-anchor="middle">{panel.name}</text>'
    for kind, curve in (("one", panel.one), ("other", panel.other)):
        points = " ".join(
            f"{x:.1f},{_height(cost, decades):.1f}" for x, cost in zip(places, curve, strict=True)
        )
        yield f'<polyline class="{kind}" points="{points}"/>'


def _places(left: int, count: int) -> Sequence[float]:
    """Evenly: each tick is the next size, not the next number."""
    return [left + _WIDE * (number + 0.5) / count for number in range(count)]


def _height(cost: float, decades: range) -> float:
    share = (math.log10(cost) - decades[0]) / (decades[-1] - decades[0])
    return _TOP + _HIGH * (1 - share)
