"""Times of Alertmanager, as its own documentation describes them."""

from datetime import datetime

import pytest

from opsready.documents.time_interval import TimeInterval
from opsready.documents.yaml_tree import parse_yaml


def interval(periods: str) -> TimeInterval:
    node = parse_yaml("a.yml", f"{{name: x, time_intervals: [{periods}]}}")
    assert node is not None
    return TimeInterval.read(node)


@pytest.mark.parametrize(
    ("periods", "moment", "contains"),
    [
        ("{}", "2026-11-26T03:00Z", True),
        ("", "2026-11-26T03:00Z", False),
        ("{times: [{start_time: '03:00', end_time: '04:00'}]}", "2026-11-26T03:00Z", True),
        ("{times: [{start_time: '03:00', end_time: '04:00'}]}", "2026-11-26T04:00Z", False),
        ("{times: [{start_time: '23:00', end_time: '24:00'}]}", "2026-11-26T23:59Z", True),
        ("{weekdays: ['monday:friday']}", "2026-11-26T03:00Z", True),  # a Thursday
        ("{weekdays: ['saturday', 'sunday']}", "2026-11-26T03:00Z", False),
        ("{weekdays: ['sunday']}", "2026-11-29T03:00Z", True),
        ("{days_of_month: ['1:5']}", "2026-11-05T03:00Z", True),
        ("{days_of_month: ['-1']}", "2026-11-30T03:00Z", True),
        ("{days_of_month: ['-3:-1']}", "2026-11-27T03:00Z", False),
        ("{days_of_month: ['31']}", "2026-11-30T03:00Z", False),
        ("{days_of_month: ['25:-1']}", "2026-11-26T03:00Z", True),
        ("{months: ['november', '1:3']}", "2026-11-26T03:00Z", True),
        ("{months: ['may:august', '1:3']}", "2026-11-26T03:00Z", False),
        ("{years: ['2020:2025', '2026']}", "2026-11-26T03:00Z", True),
        ("{years: ['2020:2025']}", "2026-11-26T03:00Z", False),
        ("{weekdays: [friday]}", "2026-11-26T20:00Z", False),
        ("{weekdays: [friday], location: Australia/Sydney}", "2026-11-26T20:00Z", True),
        ("{weekdays: [friday], months: [may]}, {weekdays: [thursday]}", "2026-11-26T20:00Z", True),
    ],
)
def test_a_moment_is_in_an_interval_when_all_fields_of_a_period_fit(
    periods: str, moment: str, contains: bool
) -> None:
    assert interval(periods).contains(datetime.fromisoformat(moment)) is contains


@pytest.mark.parametrize(
    ("period", "why"),
    [
        ("{times: [{start_time: '3:00', end_time: '04:00'}]}", "`3:00` is no time of day"),
        ("{times: [{start_time: '03:00', end_time: '25:00'}]}", "`25:00` is no time of day"),
        ("{weekdays: ['friday:monday']}", "`weekdays: friday:monday` is no range"),
        ("{weekdays: [holiday]}", "`weekdays: holiday` is no range"),
        ("{days_of_month: ['0:40']}", "`days_of_month: 0:40` is no range"),
        ("{months: ['13']}", "`months: 13` is no range"),
        ("{location: Atlantis}", "`location: Atlantis` is no zone that this machine knows"),
        ("{hours: ['3']}", "a time interval has no `hours`"),
    ],
)
def test_what_alertmanager_refuses_is_said(period: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        interval(period)
