"""What was measured, what was asked of it, and both as a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bench.measure import NotMeasured, Timing

By = Literal["seconds", "processor seconds"]
"""What a ratio is of. A peer that keeps several cores busy is judged by what they did together."""


@dataclass(frozen=True)
class Line:
    """One command with what it took."""

    shown: str
    timing: Timing | NotMeasured
    remark: str = ""


@dataclass(frozen=True)
class Demand:
    """What a figure shall reach. `is_met` is None where it was not measured."""

    words: str
    is_met: bool | None


@dataclass(frozen=True)
class Figure:
    """Our line first, a peer's below. `details` stand under the table, as Markdown; `pictures` are
    files beside the page, by name."""

    lines: tuple[Line, ...]
    demands: tuple[Demand, ...] = ()
    details: tuple[str, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_missed(self) -> bool:
        """Whether something was measured and does not reach what is asked."""
        return any(demand.is_met is False for demand in self.demands)

    @property
    def reached(self) -> str:
        """The last cell of the row."""
        if self.is_missed:
            return "**no**"
        unknown = any(demand.is_met is None for demand in self.demands)
        return "not known" if unknown else "yes" if self.demands else ""


def within(most_s: float, timing: Timing | NotMeasured) -> Demand:
    """At most so many seconds on the clock."""
    met = timing.wall_s <= most_s if isinstance(timing, Timing) else None
    return Demand(f"≤ {most_s:g} s", met)


def faster(
    times: float, ours: Timing | NotMeasured, peer: Timing | NotMeasured, by: By = "seconds"
) -> Demand:
    """At least so many times faster than the peer."""
    ratio = slower(ours, peer, by)
    return Demand(f"{times:g} times faster", None if ratio is None else ratio >= times)


def slower(
    ours: Timing | NotMeasured, peer: Timing | NotMeasured, by: By = "seconds"
) -> float | None:
    """How many times longer the peer takes; None where one of the two is missing."""
    if isinstance(ours, NotMeasured) or isinstance(peer, NotMeasured):
        return None
    if by == "seconds":
        return peer.wall_s / ours.wall_s
    return peer.cpu_s / ours.cpu_s


def times_slower(ours: Timing | NotMeasured, peer: Timing | NotMeasured, by: By = "seconds") -> str:
    """The same in words, or nothing."""
    ratio = slower(ours, peer, by)
    return "" if ratio is None else f"{ratio:.0f} times slower"


HEAD = (
    "| what | command | seconds | processor seconds | goal | reached |",
    "|---|---|---:|---:|---|---|",
)


def rows(what: str, figure: Figure) -> Iterator[str]:
    """The rows of the table, without its head."""
    goal = ", ".join(demand.words for demand in figure.demands)
    for number, line in enumerate(figure.lines):
        first = number == 0
        named, wanted = (what, goal) if first else ("", "")
        reached = ", ".join(filter(None, [figure.reached if first else "", line.remark]))
        yield f"| {named} | `{line.shown}` | {_seconds(line.timing)} | {wanted} | {reached} |"


def _seconds(timing: Timing | NotMeasured) -> str:
    if isinstance(timing, NotMeasured):
        return "not measured |"
    return f"{timing.wall_s:.2f} | {timing.cpu_s:.2f}"


def below(figures: Mapping[str, Figure]) -> Iterator[str]:
    """What stands under the table, by what was measured: what is missing and why, then the
    details."""
    missing = [
        f"- not measured: {what}, {', '.join(f'`{shown}`' for shown in without)}: {why}."
        for what, figure in figures.items()
        for why, without in _missing(figure).items()
    ]
    if missing:
        yield ""
        yield from missing
    for figure in figures.values():
        if figure.details:
            yield ""
            yield from figure.details


def _missing(figure: Figure) -> Mapping[str, Sequence[str]]:
    """By reason, the commands that it holds for."""
    found: dict[str, list[str]] = {}
    for line in figure.lines:
        if isinstance(line.timing, NotMeasured):
            found.setdefault(line.timing.why, []).append(line.shown)
    return found
