"""The picture of a burning budget, against the figures of the SRE Workbook, chapter 5."""

import pytest

from opsready.report.html.burn import duration, percent, picture
from opsready.report.html.objectives import Objective, Tier

DAY, HOUR, MINUTE = 86_400.0, 3600.0, 60.0
FAST = Tier("Fast", True, 14.4 * 0.001, HOUR, 5 * MINUTE)
SLOWER = Tier("Slower", True, 6 * 0.001, 6 * HOUR, 30 * MINUTE)
TICKET = Tier("Ticket", False, 0.001, 3 * DAY, 6 * HOUR)


def make_objective(percent: float = 99.9, days: float = 30, *tiers: Tier) -> Objective:
    return Objective("availability", "availability", percent, days * DAY, tiers=tiers)


@pytest.mark.parametrize(
    ("tier", "bad", "after"),
    [
        (FAST, 0.01, None),
        (FAST, 0.15, 5.76 * MINUTE),
        (FAST, 1.0, 51.84),
        (SLOWER, 0.02, 108 * MINUTE),
        (SLOWER, 1.0, 129.6),
        (TICKET, 0.005, 864 * MINUTE),
        (TICKET, 1.0, 259.2),
    ],
)
def test_a_tier_fires_when_the_workbook_says(tier: Tier, bad: float, after: float | None) -> None:
    assert tier.fires_after_s(bad) == (None if after is None else pytest.approx(after))


def test_a_tier_has_spent_its_share_of_the_budget_when_it_fires() -> None:
    objective = make_objective(99.9, 30, FAST, SLOWER, TICKET)
    spent = [objective.spent_by(tier) for tier in objective.tiers]
    assert spent == pytest.approx([0.02, 0.05, 0.1])
    assert objective.budget_minutes == pytest.approx(43.2)


def test_lines_go_from_where_they_begin_to_where_everything_fails() -> None:
    drawn = picture(make_objective(99.9, 30, FAST, TICKET))
    assert drawn is not None
    spent, fast, ticket = drawn.lines
    assert (spent.x1, spent.y1, spent.x2) == (76.0, 14.0, 626.0)
    assert (fast.kind, fast.label, fast.x2) == ("page", "14.4×", 626.0)
    assert (ticket.x1, ticket.label_at[2], fast.label_at[2]) == (76.0, "start", "end")
    # One decade of failures shortens every line's time by one decade: all fall alike.
    slopes = {round((one.y2 - one.y1) / (one.x2 - one.x1), 2) for one in drawn.lines}
    assert len(slopes) == 1
    assert [tick.says for tick in drawn.shares] == ["0.1 %", "1 %", "10 %", "100 %"]
    assert drawn.times[0].says == "1 min"


def test_the_time_to_act_has_a_step_where_a_faster_page_takes_over() -> None:
    one = picture(make_objective(99.9, 30, FAST))
    two = picture(make_objective(99.9, 30, FAST, SLOWER))
    none = picture(make_objective(99.9, 30, TICKET))
    assert one is not None
    assert two is not None
    assert none is not None
    assert (len(one.told.split()), len(set(two.told.split())), none.told) == (5, 6, "")


@pytest.mark.parametrize("objective", [make_objective(100), Objective("x", "x", None, None)])
def test_without_a_budget_there_is_nothing_to_draw(objective: Objective) -> None:
    assert picture(objective) is None


@pytest.mark.parametrize(("percent_", "days"), [(50.0, 1 / 24), (99.999, 365.0), (0.1, 30.0)])
def test_the_ends_of_what_an_objective_can_be_are_drawn(percent_: float, days: float) -> None:
    drawn = picture(make_objective(percent_, days))
    assert drawn is not None
    assert all(0 <= v <= 640 for one in drawn.lines for v in (one.x1, one.y1, one.x2, one.y2))


def test_figures_are_said_in_units_that_fit() -> None:
    said = [duration(s) for s in (0.5, 51.84, 345.6, 3 * HOUR, 30 * DAY)]
    assert said == ["0.5 s", "51.8 s", "5.76 min", "3 h", "30 d"]
    assert [percent(r) for r in (1, 0.001, 0.00001)] == ["100 %", "0.1 %", "0.001 %"]
