"""The arithmetic of budgets, against the figures of the SRE Workbook, chapter 5."""

from dataclasses import replace
from fractions import Fraction

import pytest

from opsready.hats.sre.burn import (
    DAY_S,
    HOUR_S,
    WORKBOOK,
    Tier,
    Unfit,
    decimal,
    percent,
    share_of,
    span,
    tiers_for,
    window,
)

MONTH_S = 30 * DAY_S
THREE_NINES = Fraction(1, 1000)


def tier(factor: str, long_s: int, short_s: int = 0, period_s: int = MONTH_S) -> Tier:
    """One that fires at this burn rate."""
    share = Fraction(factor) * long_s / period_s
    return Tier("fast", "page", long_s, short_s or long_s, share, period_s)


def kept(days: int, budget: Fraction = THREE_NINES) -> dict[str, Fraction]:
    found = tiers_for(days * DAY_S, budget)
    return {each.name: each.factor for each in found if isinstance(each, Tier)}


def left_out(days: int, budget: Fraction = THREE_NINES) -> dict[str, str]:
    found = tiers_for(days * DAY_S, budget)
    return {each.tier.name: each.why for each in found if isinstance(each, Unfit)}


@pytest.mark.parametrize(
    ("days", "factors"),
    [
        (28, ("13.44", "5.6", "2.8", "14/15")),
        (30, ("14.4", "6", "3", "1")),
        (90, ("43.2", "18", "9", "3")),
        (365, ("175.2", "73", "36.5", "73/6")),
    ],
)
def test_factors_are_exact_for_any_window_of_a_month_and_more(
    days: int, factors: tuple[str, ...]
) -> None:
    assert tuple(kept(days).values()) == tuple(map(Fraction, factors))


def test_the_shares_of_a_month_are_too_slow_a_pace_for_a_week() -> None:
    of_a_week = [replace(known, period_s=7 * DAY_S).factor for known in WORKBOOK]
    assert [f"{float(factor):.3f}" for factor in of_a_week] == ["3.360", "1.400", "0.700", "0.233"]


def test_an_outage_uses_the_budget_of_90_percent_by_1_4_percent_an_hour() -> None:
    assert percent(HOUR_S / (share_of(90) * 30 * DAY_S)) == "1.389"


def test_in_a_short_window_a_tier_keeps_its_pace_until_half_of_the_budget() -> None:
    assert kept(14) == {"fast": Fraction("14.4"), "slow": 6, "ticket": 3, "ticket-slow": 1}
    assert kept(7) == {"fast": Fraction("14.4"), "slow": 6, "ticket": 3, "ticket-slow": 1}
    assert kept(1) == {"fast": 12, "slow": 2}
    assert left_out(1) == {
        "ticket": "its pace spends 50 % of the budget by the end of the period, and no more",
        "ticket-slow": "its window of 3 days is longer than the objective's",
    }


@pytest.mark.parametrize(
    ("days", "name", "share"),
    [(30, "fast", "2"), (30, "slow", "5"), (30, "ticket", "10"), (7, "fast", "8.571")],
)
def test_a_tier_says_which_share_of_the_budget_is_gone(days: int, name: str, share: str) -> None:
    found = {t.name: t for t in tiers_for(days * DAY_S, THREE_NINES) if isinstance(t, Tier)}
    assert percent(found[name].share) == share


@pytest.mark.parametrize(
    ("factor", "dead_up_to"),
    [("36", "97.222"), ("14.4", "93.056"), ("6", "83.333"), ("3", "66.667")],
)
def test_a_burn_rate_is_out_of_reach_up_to_this_objective(factor: str, dead_up_to: str) -> None:
    limit = 1 - 1 / Fraction(factor)
    assert f"{float(limit * 100):.3f}" == dead_up_to
    assert not tier(factor, HOUR_S).reaches(1 - limit)
    assert tier(factor, HOUR_S).reaches(1 - limit - Fraction(1, 10**6))


def test_a_tier_that_can_never_fire_is_left_out_and_said() -> None:
    ninety = share_of(90)
    assert kept(30, ninety) == {"slow": 6, "ticket": 3, "ticket-slow": 1}
    assert left_out(30, ninety) == {
        "fast": "it asks for 144 % of bad requests, and there are never more than 100 %"
    }


@pytest.mark.parametrize(
    ("rule", "detected", "spent", "reset"),
    [
        # Burn 1 over 10 minutes, 36 hours; burn 36 over an hour, alone.
        (tier("1", 600), "0.6 seconds", "0.02315", None),
        (tier("1", 36 * HOUR_S), "2 minutes 10 seconds", "5", None),
        (tier("36", HOUR_S), "2 minutes 10 seconds", "5", "57 minutes 50 seconds"),
        (WORKBOOK[0], "51.84 seconds", "2", None),
        (WORKBOOK[1], "2 minutes 10 seconds", "5", None),
        (WORKBOOK[3], "4 minutes 19 seconds", "10", None),
    ],
)
def test_an_outage_is_told_when_the_workbook_says(
    rule: Tier, detected: str, spent: str, reset: str | None
) -> None:
    found = rule.detected_after_s(Fraction(1), THREE_NINES)
    assert found is not None
    assert span(found) == detected
    assert percent(rule.share) == spent
    if reset is not None:
        # A total outage until the alert fired: the window must lose what it has of it.
        assert span(rule.long_s - found) == reset


@pytest.mark.parametrize(
    ("errors", "minutes"),
    [
        ("0.005", (None, None, "864", "864")),
        ("0.01", (None, "216", "432", "432")),
        ("0.015", ("57.6", "144", "288", "288")),
        ("0.02", ("43.2", "108", "216", "216")),
        ("0.05", ("17.28", "43.2", "86.4", "86.4")),
        ("0.15", ("5.76", "14.4", "28.8", "28.8")),
        ("1", ("0.864", "2.16", "4.32", "4.32")),
    ],
)
def test_the_time_until_a_tier_fires(errors: str, minutes: tuple[str | None, ...]) -> None:
    found = [known.detected_after_s(Fraction(errors), THREE_NINES) for known in WORKBOOK]
    assert [None if s is None else decimal(s / 60) for s in found] == list(minutes)


def test_fifteen_per_cent_of_errors_end_the_alert_five_minutes_after_them() -> None:
    fast = WORKBOOK[0]
    reset = fast.reset_after_s(Fraction("0.15"), THREE_NINES)
    assert reset is not None
    assert span(reset) == "4 minutes 31 seconds"
    assert fast.reset_after_s(Fraction(1, 1000), THREE_NINES) is None


@pytest.mark.parametrize(
    ("burn", "lasts"),
    [("1", "30 days"), ("2", "15 days"), ("10", "3 days"), ("1000", "43 minutes 12 seconds")],
)
def test_how_long_a_budget_lasts_at_a_burn_rate(burn: str, lasts: str) -> None:
    assert span(tier(burn, HOUR_S).exhausted_after_s()) == lasts


def test_a_burn_rate_of_thirty_five_is_not_told_by_a_rule_of_thirty_six() -> None:
    assert tier("36", HOUR_S).detected_after_s(35 * THREE_NINES, THREE_NINES) is None
    assert decimal(tier("35", HOUR_S).exhausted_after_s() / HOUR_S, 4) == "20.57"


@pytest.mark.parametrize(
    ("objective", "budget", "outage"),
    [
        (99.9, "0.001", "43 minutes 12 seconds"),
        (99.999, "0.00001", "25.92 seconds"),
        (99.5, "0.005", "3 hours 36 minutes"),
        (95.0, "0.05", "1 day 12 hours"),
    ],
)
def test_a_budget_is_written_as_the_exact_decimal(
    objective: float, budget: str, outage: str
) -> None:
    assert decimal(share_of(objective)) == budget
    assert span(share_of(objective) * MONTH_S) == outage


def test_ten_requests_an_hour_allow_seven_failures_a_month() -> None:
    requests = 10 * 24 * 30
    assert int(requests * THREE_NINES) == 7
    assert percent(1 / (requests * THREE_NINES)) == "13.89"
    assert Fraction(1, 10) / THREE_NINES == 100


@pytest.mark.parametrize(
    ("seconds", "text"), [(300, "5m"), (HOUR_S, "1h"), (3 * DAY_S, "3d"), (90 * DAY_S, "90d")]
)
def test_a_window_is_written_as_promql_does(seconds: int, text: str) -> None:
    assert window(seconds) == text
