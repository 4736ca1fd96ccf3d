"""One thing that is measured."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.figures import Figure, Line, faster, times_slower, within
from bench.ground import Ground
from bench.measure import Command, NotMeasured, side_by_side


@dataclass(frozen=True)
class Row:
    """`about_s` is how long measuring takes on two quiet cores; it is shown before a start, and
    judges nothing. `measure` is given the counted rounds."""

    id: str
    what: str
    about_s: int
    measure: Callable[[Ground, int], Figure]


def alone(ours: Command, most_s: float, runs: int) -> Figure:
    """A command without a peer."""
    (took,) = side_by_side([ours], runs)
    return Figure((Line(ours.shown, took),), (within(most_s, took),))


def beside(ours: Command, peer: Command, runs: int, *, most_s: float, times: float = 1) -> Figure:
    """A command and a peer, each in every round."""
    took, peer_took = side_by_side([ours, peer], runs)
    lines = (
        Line(ours.shown, took),
        Line(peer.shown, peer_took, times_slower(took, peer_took)),
    )
    demands = [within(most_s, took)]
    if times > 1:
        demands.append(faster(times, took, peer_took))
    return Figure(lines, tuple(demands))


def missing(ours: Command, most_s: float, why: str) -> Figure:
    """A row that cannot be measured here."""
    lines = (Line(ours.shown, NotMeasured(why)),)
    return Figure(lines, (within(most_s, NotMeasured(why)),))
