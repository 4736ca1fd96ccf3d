"""What counts as reached, and how a figure stands in the table."""

import pytest

from bench.figures import Demand, Figure, Line, below, faster, rows, times_slower, within
from bench.measure import NotMeasured, Timing

OURS, PEER = Timing(0.5, 0.4), Timing(10, 40)
MISSING = NotMeasured("it is not installed here; `make tools` installs it")


@pytest.mark.parametrize(
    ("demand", "words", "is_met"),
    [
        (within(0.5, OURS), "≤ 0.5 s", True),
        (within(0.49, OURS), "≤ 0.49 s", False),
        (within(1, MISSING), "≤ 1 s", None),
        (faster(20, OURS, PEER), "20 times faster", True),
        (faster(21, OURS, PEER), "21 times faster", False),
        (faster(100, OURS, PEER, "processor seconds"), "100 times faster", True),
        (faster(101, OURS, PEER, "processor seconds"), "101 times faster", False),
        (faster(2, MISSING, PEER), "2 times faster", None),
        (faster(2, OURS, MISSING), "2 times faster", None),
    ],
)
def test_a_demand_is_met_missed_or_not_known(
    demand: Demand, words: str, is_met: bool | None
) -> None:
    assert demand == Demand(words, is_met)


@pytest.mark.parametrize(
    ("met", "reached", "is_missed"),
    [
        ((), "", False),
        ((True, True), "yes", False),
        ((True, None), "not known", False),
        ((None, False), "**no**", True),
    ],
)
def test_one_demand_that_is_missed_is_enough(
    met: tuple[bool | None, ...], reached: str, is_missed: bool
) -> None:
    figure = Figure((), tuple(Demand("", each) for each in met))
    assert (figure.reached, figure.is_missed) == (reached, is_missed)


def test_the_ratio_stands_beside_the_peer_and_the_goal_beside_us() -> None:
    lines = Line("ours", OURS, "3 answers"), Line("peer", PEER, times_slower(OURS, PEER))
    figure = Figure(lines, (within(1, OURS), faster(30, OURS, PEER)))
    assert list(rows("reading", figure)) == [
        "| reading | `ours` | 0.50 | 0.40 | ≤ 1 s, 30 times faster | **no**, 3 answers |",
        "|  | `peer` | 10.00 | 40.00 |  | 20 times slower |",
    ]


def test_what_is_missing_is_said_with_its_remedy() -> None:
    lines = Line("ours", OURS), Line("peer", MISSING, times_slower(OURS, MISSING))
    figure = Figure(lines, (faster(30, OURS, MISSING),), ("### More", "", "text"))
    assert list(rows("reading", figure))[1] == "|  | `peer` | not measured | |  |  |"
    both = Figure((Line("ours", MISSING), Line("peer", MISSING)))
    assert list(below({"reading": figure, "both": both})) == [
        "",
        "- not measured: reading, `peer`: it is not installed here; `make tools` installs it.",
        "- not measured: both, `ours`, `peer`: it is not installed here; `make tools` installs it.",
        "",
        "### More",
        "",
        "text",
    ]
