"""A sweep as a picture: pages upwards, delay to the right, a line through what nothing beats."""

from collections.abc import Iterator, Sequence
from html import escape

from opsready.backtest.sweep import Point
from opsready.promql.literals import format_duration

_WIDTH, _HEIGHT = 480, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 120, 20, 44


def frontier_figure(points: Sequence[Point], scored: bool) -> str:
    """The picture; with incidents to the right is how long they go unnoticed."""
    if not points:
        return ""
    what = points[0].setting.split(" ")[0]
    right = "detection" if scored else "longest delay"
    caption = f"Sweep of {what}: pages against {right}; filled is what none of the others beats"
    return (
        f"<figure><figcaption>{escape(caption)}</figcaption>"
        f'<svg class="frontier" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-label="{escape(caption)}">{"".join(_parts(points, scored, right))}</svg></figure>\n'
    )


def _parts(points: Sequence[Point], scored: bool, right: str) -> Iterator[str]:
    placed = [(point, _late(point, scored)) for point in points]
    known = [(point, late) for point, late in placed if late is not None]
    latest = max((late for _, late in known), default=0) or 1
    earliest = min(0, min((late for _, late in known), default=0))
    most = max(point.pages for point in points) or 1
    floor, wide = _HEIGHT - _BOTTOM, _WIDTH - _LEFT - _RIGHT

    def at(point: Point, late: float) -> tuple[float, float]:
        across = _LEFT + wide * (late - earliest) / (latest - earliest)
        return round(across, 1), round(floor - (floor - _TOP) * point.pages / most, 1)

    yield f'<path class="axis" d="M{_LEFT} {_TOP}V{floor}H{_WIDTH - _RIGHT}"/>'
    yield f'<text x="{_LEFT - 6}" y="{_TOP + 10}" text-anchor="end">{most:,}</text>'
    yield f'<text x="{_LEFT - 6}" y="{floor}" text-anchor="end">0</text>'
    yield f'<text x="4" y="{(_TOP + floor) / 2:.0f}">pages</text>'
    yield f'<text x="{_LEFT}" y="{floor + 17}">{format_duration(round(earliest))}</text>'
    longest = format_duration(round(latest))
    yield f'<text x="{_WIDTH - _RIGHT}" y="{floor + 17}" text-anchor="end">{longest}</text>'
    yield f'<text x="{_LEFT + wide / 2:.0f}" y="{floor + 36}" text-anchor="middle">{right}</text>'
    best = sorted((at(point, late) for point, late in known if point.on_frontier))
    if len(best) > 1:
        yield f'<path class="path" d="M{"L".join(f"{x} {y}" for x, y in best)}"/>'
    for point, late in known:
        x, y = at(point, late)
        yield f'<circle class="{"on" if point.on_frontier else ""}" cx="{x}" cy="{y}" r="4.5"/>'
        if point.on_frontier:
            yield f'<text x="{x + 8}" y="{y - 4}">{escape(point.setting)}</text>'


def _late(point: Point, scored: bool) -> float | None:
    """None where nothing is noticed at all."""
    return point.detection_ms if scored else float(point.delay_ms)
